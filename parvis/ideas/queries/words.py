"""In whose name a text is published, in the words of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _

# Many an association is called one: « Association des riverains ». Its name is not said to be one
# twice.
_CALLED_SO = "association "


def in_name_of(association: str) -> str:
    """Return in whose name somebody writes for an association of this name."""
    if association.casefold().startswith(_CALLED_SO):
        return _("in the name of the %(name)s") % {"name": association}
    return _("in the name of the association %(name)s") % {"name": association}
