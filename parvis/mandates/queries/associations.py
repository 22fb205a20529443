"""As which association somebody acts, and in whose name that is, in the words of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from parvis.kernel.acting import Acting

_ASSOCIATION = "mandates.association:"
# Many an association is called one: « Association des riverains ». Its name is not said to be one
# twice.
_CALLED_SO = "association "


def association_of(standing: Acting | None) -> str:
    """Return what the association is called that somebody acts for, "" who acts for themselves or
    for a person: a child, a relative or a protected adult is named to nobody by this."""
    is_one = standing is not None and standing.for_ref.startswith(_ASSOCIATION)
    return standing.name if standing and is_one else ""


def in_name_of(association: str) -> str:
    """Return in whose name somebody acts for an association of this name, in the active language;
    "" for none."""
    if not association:
        return ""
    if association.casefold().startswith(_CALLED_SO):
        return _("in the name of the %(name)s") % {"name": association}
    return _("in the name of the association %(name)s") % {"name": association}
