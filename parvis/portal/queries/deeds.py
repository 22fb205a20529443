"""What the actions of the register are called in plain words, as each module declared them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from parvis.kernel.declarations import deeds


def deed(action: str) -> str:
    """Return what an action of the register is called, in the active language."""
    declared = deeds.get(action)
    return str(declared.label) if declared else _("did this: %(action)s") % {"action": action}
