"""What the register calls what agents do to many cases at once, on rounds, and with partners."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Deed, deeds

deeds.declare(
    Deed(key="streets.put_back", label=_("took back what was done to a report by mistake")),
    Deed(key="streets.bulk_asked", label=_("did one thing to many reports")),
    Deed(key="streets.bulk_undone", label=_("took back what was done to many reports")),
    Deed(key="streets.round_made", label=_("made a round out of reports")),
    Deed(key="streets.round_closed", label=_("put a round away")),
    Deed(key="streets.link_made", label=_("gave who treats it a link to a report")),
    Deed(key="streets.link_taken_back", label=_("took a link to a report back")),
)
