"""What who reported answers to a question of the City; only agents read it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.kernel import register
from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.actions.moving import locked_case, move_case
from parvis.streets.actions.telling import cleaned
from parvis.streets.models import Case, Message, Reply, Report
from parvis.streets.queries.clocks import unanswered
from parvis.streets.queries.life_words import refusal
from parvis.streets.rules import life


@transaction.atomic
def reply(*, message_id: uuid.UUID, report_id: uuid.UUID, text: str, now: dt.datetime) -> Reply:
    """Answer what the City asked; the case goes on, and its clock runs again.

    Whoever else reported it may answer too, until the case is closed.

    :raises NotFound: `no_report`, `no_message`
    :raises Refused: `text_missing`, `text_too_long`, `not_asked` once the case is closed
    """
    words = cleaned(text)
    case, report = reporters_case(report_id)
    message = Message.objects.filter(pk=message_id, case=case, asks=True).first()
    if message is None:
        raise refusal("no_message")
    if not case.is_open:
        raise refusal("not_asked")
    said = Reply.objects.create(message=message, report=report, text=words, said_at=now)
    _record(case, report, now)
    announce(
        events.ReporterReplied(
            case_id=case.id, code=case.code, message_id=message.id, report_id=report.id
        ),
        now=now,
    )
    if case.state_id == life.WAITING:
        move_case(
            case_id=case.id,
            to=life.TO_DO,
            actor=ref_of(report),
            who=life.REPORTER,
            door="page",
            now=now,
            is_told=False,
        )
    return said


def reporters_case(report_id: uuid.UUID) -> tuple[Case, Report]:
    """Return a report that was not withdrawn, and its case, both locked: the case first.

    :raises NotFound: `no_report`
    """
    rows = Report.objects.filter(pk=report_id, withdrawn_at=None, forgotten_at=None)
    case_id = rows.values_list("case", flat=True).first()
    if case_id is None:
        raise refusal("no_report")
    case = locked_case(case_id)
    report = rows.select_for_update(of=("self",), no_key=True).filter(case=case).first()
    if report is None:
        raise refusal("no_report")
    return case, report


def ref_of(report: Report) -> str:
    """Return who the register says did it: the account, nobody for an address."""
    return f"person:{report.person_id}" if report.person_id else ""


def close_unanswered(*, now: dt.datetime) -> int:
    """Close the cases of which the City has waited too long for an answer; return how many."""
    waiting = unanswered(now - life.ANSWERED_WITHIN)
    for case_id in waiting:
        move_case(
            case_id=case_id,
            to=life.NO_ACTION,
            actor="",
            who=life.PROGRAM,
            door="program",
            now=now,
            reason=life.NO_ANSWER,
        )
    return len(waiting)


def _record(case: Case, report: Report, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action="streets.replied",
            object_ref=f"streets.case:{case.id}",
            actor_ref=ref_of(report),
            recorded_at=now,
        )
    )
