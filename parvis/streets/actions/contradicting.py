"""Who reported says that it is not done: the case is open again, and everybody can see how often
that happened."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.actions.answering import ref_of, reporters_case
from parvis.streets.actions.moving import move_case
from parvis.streets.actions.pressing import press
from parvis.streets.actions.telling import cleaned
from parvis.streets.models import Case, Contradiction, Report, Step
from parvis.streets.queries.life import contradicted_by, last_closing
from parvis.streets.queries.life_words import refusal
from parvis.streets.rules import life


@transaction.atomic
def contradict(
    *, report_id: uuid.UUID, now: dt.datetime, text: str = "", door: str = "page"
) -> Contradiction:
    """Open a case again that one reported and that was closed for thirty days at most.

    It goes before others, everybody who reported it is told, and the contradiction is counted in
    public; `text` is read by agents only. The clock goes on where it stopped.

    :raises NotFound: `no_report`, if it does not exist or was withdrawn
    :raises Refused: `not_closed`, `too_late`, `already_said`, `text_too_long`
    """
    words = cleaned(text) if text.strip() else ""
    case, report = reporters_case(report_id)
    closing = last_closing(case)
    code = life.why_not_contradicted(
        closed_at=case.closed_at,
        already=contradicted_by(closing),
        by=str(report.id),
        now=now,
    )
    if closing is None or code:
        raise refusal(code or "not_closed")
    said = Contradiction.objects.create(
        closing=closing, case=case, report=report, text=words, said_at=now
    )
    _count(case)
    step = _reopen(case, report, door, now)
    announce(
        events.CaseContradicted(
            case_id=case.id, code=case.code, report_id=report.id, step_id=step.pk
        ),
        now=now,
    )
    press(Case.objects.get(pk=case.id), now=now)
    return said


def _count(case: Case) -> None:
    case.contradictions_count += 1
    case.save(update_fields=["contradictions_count"])


def _reopen(case: Case, report: Report, door: str, now: dt.datetime) -> Step:
    return move_case(
        case_id=case.id,
        to=life.CONTRADICTED,
        actor=ref_of(report),
        who=life.REPORTER,
        door=door,
        now=now,
    )
