"""What the register calls each step of a case, and what who reported does about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Deed, deeds

deeds.declare(
    Deed(key="streets.taken", label=_("took on a report about the street")),
    Deed(key="streets.answered", label=_("answered the City about a report")),
    Deed(key="streets.misrouted", label=_("sent a report back to be sorted again")),
    Deed(key="streets.scheduled", label=_("scheduled work on a report")),
    Deed(key="streets.passed_on", label=_("passed a report to a partner")),
    Deed(key="streets.asked", label=_("asked the people who reported something a question")),
    Deed(key="streets.watched", label=_("put a report under watch")),
    Deed(key="streets.done", label=_("said that a report is done")),
    Deed(key="streets.closed_without_work", label=_("closed a report without work")),
    Deed(key="streets.sent_elsewhere", label=_("said who is in charge of what was reported")),
    Deed(key="streets.merged", label=_("joined a report to another")),
    Deed(key="streets.contradicted", label=_("said that a closed report is not settled")),
    Deed(key="streets.reopened", label=_("opened a report again")),
    Deed(key="streets.reporters_told", label=_("wrote to the people who reported something")),
    Deed(key="streets.replied", label=_("replied to a question of the City about a report")),
    Deed(key="streets.requalified", label=_("corrected the kind or place of a report")),
    Deed(key="streets.withdrawn", label=_("withdrew a report")),
    Deed(key="streets.hours_changed", label=_("changed the hours or closed days of the street")),
)
