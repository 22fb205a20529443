"""Who reported takes it back; a case that nobody reports any more is closed."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.kernel import register
from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.actions.answering import ref_of, reporters_case
from parvis.streets.actions.moving import move_case, touch
from parvis.streets.actions.pressing import press
from parvis.streets.models import Case, Contradiction, Reply, Report
from parvis.streets.rules import life


@transaction.atomic
def withdraw(*, report_id: uuid.UUID, now: dt.datetime, door: str = "page") -> Case:
    """Take a report back: its words and address are gone, its author is told nothing more. Return
    the case.

    It goes on if others reported it; if it was the last one, it is closed and says why.

    :raises NotFound: `no_report`, if it does not exist or was withdrawn already
    """
    case, report = reporters_case(report_id)
    before = case.reports_count
    report.withdrawn_at, report.text, report.answers = now, "", {}
    report.email, report.email_confirmed_at = "", None
    report.save(update_fields=["withdrawn_at", "text", "answers", "email", "email_confirmed_at"])
    _forget_words(report)
    case.refresh_from_db(fields=["reports_count"])
    _record(case, report, now)
    announce(
        events.ReportWithdrawn(
            case_id=case.id, code=case.code, report_id=report.id, reports=case.reports_count
        ),
        now=now,
    )
    touch(case, now=now)
    if case.is_open and case.reports_count == 0:
        move_case(
            case_id=case.id,
            to=life.NO_ACTION,
            actor=ref_of(report),
            who=life.REPORTER,
            door=door,
            now=now,
            reason=life.WITHDRAWN,
        )
    changed = Case.objects.get(pk=case.id)
    press(changed, now=now, reports_before=before)
    return changed


@transaction.atomic
def choose_messages(*, report_id: uuid.UUID, wanted: bool) -> None:
    """Have messages about a report's case sent, or no longer.

    :raises NotFound: `no_report`
    """
    _case, report = reporters_case(report_id)
    report.wants_messages = wanted
    report.save(update_fields=["wants_messages"])


def _forget_words(report: Report) -> None:
    """Delete what the report said after it was sent; that it was contradicted stays counted."""
    Reply.objects.filter(report=report).delete()
    said = Contradiction.objects.filter(report=report)
    said.filter(counted_at=None).delete()
    said.exclude(text="").update(text="")


def _record(case: Case, report: Report, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action="streets.withdrawn",
            object_ref=f"streets.report:{report.id}",
            actor_ref=ref_of(report),
            recorded_at=now,
            details={"case": case.code},
        )
    )
