"""Who reported says that it is not done: the case is open again, and everybody can see how often
that happened. Who gave an address that nobody has confirmed confirms it first."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
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
    *, report_id: uuid.UUID, now: dt.datetime, text: str = "", email: str = "", door: str = "page"
) -> Contradiction:
    """Open a case again that one reported and that was closed for thirty days at most.

    It goes before others, everybody who reported it is told, and the contradiction is counted in
    public; `text` is read by agents only. The clock goes on where it stopped. Of who has neither an
    account nor a confirmed address, it changes nothing until they come by the letter that is sent
    (`count_waiting`); who gave no address with the report gives `email`.

    :raises NotFound: `no_report`, if it does not exist or was withdrawn
    :raises Refused: `not_closed`, `too_late`, `already_said`, `text_too_long`; `address_needed`,
        `email_invalid`, `already_yours` if another report of the case has that address
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
    if report.person_id is None and not report.email:
        _give_address(report, email)
    said = Contradiction.objects.create(
        closing=closing, case=case, report=report, text=words, said_at=now
    )
    if report.person_id or report.email_confirmed_at:
        _count(said, case, report, door, now)
    else:
        waits = events.ContradictionUnconfirmed(
            case_id=case.id, code=case.code, contradiction_id=said.pk
        )
        announce(waits, now=now)
    return said


def count_waiting(case: Case, report: Report, *, now: dt.datetime) -> bool:
    """Count what a report says against the last closing of its case, both locked, now that its
    address is confirmed; return whether that opened the case again. It may be open already."""
    closing = last_closing(case)
    if case.closed_at is None or closing is None or case.merged_into_id is not None:
        return False
    said = Contradiction.objects.filter(closing=closing, report=report, counted_at=None).first()
    if said is None:
        return False
    _count(said, case, report, "page", now)
    return True


def _give_address(report: Report, email: str) -> None:
    address = email.strip().lower()
    if not address:
        raise refusal("address_needed")
    try:
        validate_email(address)
    except ValidationError as error:
        raise refusal("email_invalid") from error
    others = Report.objects.filter(case=report.case_id, email=address, withdrawn_at=None)
    if others.exists():
        raise refusal("already_yours")
    report.email = address
    report.save(update_fields=["email"])


def _count(said: Contradiction, case: Case, report: Report, door: str, now: dt.datetime) -> None:
    # Clocks of two machines may differ by a little.
    said.counted_at = max(now, said.said_at)
    said.save(update_fields=["counted_at"])
    case.contradictions_count += 1
    case.save(update_fields=["contradictions_count"])
    step = _reopen(case, report, door, now)
    announce(
        events.CaseContradicted(
            case_id=case.id, code=case.code, report_id=report.id, step_id=step.pk
        ),
        now=now,
    )
    press(Case.objects.get(pk=case.id), now=now)


def _reopen(case: Case, report: Report, door: str, now: dt.datetime) -> Step:
    return move_case(
        case_id=case.id,
        to=life.CONTRADICTED,
        actor=ref_of(report),
        who=life.REPORTER,
        door=door,
        now=now,
    )
