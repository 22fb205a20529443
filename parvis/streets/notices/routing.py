"""What the register calls what is done to the rules of routing, and to whom a report goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Deed, deeds

deeds.declare(
    Deed(key="streets.assigned", label=_("sent a report to another service")),
    Deed(key="streets.waiting_routed", label=_("asked again who treats the reports that wait")),
    Deed(key="streets.rule_added", label=_("wrote a rule of routing")),
    Deed(key="streets.rule_changed", label=_("changed a rule of routing")),
    Deed(key="streets.rule_ended", label=_("ended a rule of routing")),
    Deed(key="streets.table_imported", label=_("took a table of routing over")),
    Deed(key="streets.handler_added", label=_("added a service or partner that treats reports")),
    Deed(key="streets.handler_changed", label=_("renamed a service or partner")),
    Deed(key="streets.handler_ended", label=_("ended a service or partner")),
    Deed(key="streets.handler_closed", label=_("let a service take no more reports")),
    Deed(key="streets.handler_reopened", label=_("let a service take reports again")),
)
