"""What goes before what: the priority of a case, kept whenever something of it changes."""

from __future__ import annotations

import datetime as dt

from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.models import Case
from parvis.streets.rules import priority as rules


def press(case: Case, *, now: dt.datetime, reports_before: int | None = None) -> int:
    """Write the priority of a locked case from its reports, contradictions and lateness, and return
    it; where so many reports are there now that it goes before others, that is announced.

    `reports_before` is how many there were; None where their number has not changed.
    """
    case.refresh_from_db(fields=["reports_count", "contradictions_count", "times_late", "priority"])
    counted = rules.Pressing(
        reports=case.reports_count,
        contradictions=case.contradictions_count,
        times_late=case.times_late,
        # No question asks for a danger that may wait: whoever sees one is told to call 112.
        is_danger=False,
    )
    priority = rules.priority(counted)
    if priority != case.priority:
        case.priority = priority
        case.save(update_fields=["priority"])
    before = case.reports_count if reports_before is None else reports_before
    if case.is_open and rules.escalated(before=before, after=case.reports_count):
        announce(
            events.CaseEscalated(
                case_id=case.id, code=case.code, priority=priority, reports=case.reports_count
            ),
            now=now,
        )
    return priority
