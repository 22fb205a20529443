"""What who reported a case may say about it now: that it is not settled, an answer, that they take
it back."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from parvis.streets.models import Case, Message, Reply, Report, Step
from parvis.streets.queries import access
from parvis.streets.queries.life import contradicted_by, last_closing
from parvis.streets.queries.life_words import refusal
from parvis.streets.rules import life


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of the City, and what this reporter answered to it."""

    id: uuid.UUID
    text: str
    sent_at: dt.datetime
    replies: tuple[str, ...]
    may_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message that the City sent to those who reported, besides what the steps say."""

    text: str
    sent_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What a reporter may do here. `secret` is that of their link, "" for who has an account;
    `until` is the last moment at which the closing may be contradicted, None if it may not;
    `asks_address` where that needs an address, `must_confirm` where it counts once the address is
    confirmed; `not_counted` while what was said waits for that."""

    report_id: uuid.UUID
    code: str
    secret: str
    until: dt.datetime | None
    has_contradicted: bool
    not_counted: bool
    asks_address: bool
    must_confirm: bool
    questions: tuple[Asked, ...]
    messages: tuple[Told, ...]
    is_withdrawn: bool
    is_last: bool
    wants_messages: bool


def voice_of(report: Report, *, secret: str = "", now: dt.datetime) -> Voice:
    """Return what who made this report may do about its case now."""
    case = report.case
    closing = last_closing(case)
    already = contradicted_by(closing)
    code = life.why_not_contradicted(
        closed_at=case.closed_at, already=already, by=str(report.pk), now=now
    )
    can = not code and report.withdrawn_at is None and case.merged_into_id is None
    return Voice(
        report_id=report.pk,
        code=case.code,
        secret=secret,
        until=case.closed_at + life.CONTRADICTED_WITHIN if can and case.closed_at else None,
        has_contradicted=str(report.pk) in already,
        not_counted=_is_not_counted(report, closing),
        asks_address=report.person_id is None and not report.email,
        must_confirm=bool(report.email) and report.email_confirmed_at is None,
        questions=_questions(report, case),
        messages=_messages(case),
        is_withdrawn=report.withdrawn_at is not None,
        is_last=case.is_open and case.reports_count == 1,
        wants_messages=report.wants_messages,
    )


def voice_in(case_id: uuid.UUID, *, person_id: uuid.UUID, now: dt.datetime) -> Voice | None:
    """Return what a person may do about a case, None if they have not reported it."""
    rows = Report.objects.filter(case=case_id, person_id=person_id).select_related("case")
    report = rows.order_by("-withdrawn_at", "-reported_at").first()
    return voice_of(report, now=now) if report is not None else None


def own_report(report_id: uuid.UUID, *, person_id: uuid.UUID | None, secret: str) -> Report:
    """Return a report to who made it: by their account, or by the secret of their link.

    :raises NotFound: `no_report`, the same for another's as for none
    """
    report = Report.objects.select_related("case").filter(pk=report_id).first()
    if report is None:
        raise refusal("no_report")
    by_link = bool(secret) and report.access_hash == access.hash_of(secret)
    if not by_link and (person_id is None or report.person_id != person_id):
        raise refusal("no_report")
    return report


def _is_not_counted(report: Report, closing: Step | None) -> bool:
    if closing is None or not report.email or report.email_confirmed_at is not None:
        return False
    return closing.contradictions.filter(report=report, counted_at=None).exists()


def _questions(report: Report, case: Case) -> tuple[Asked, ...]:
    mine: dict[uuid.UUID, list[str]] = {}
    for reply in Reply.objects.filter(report=report).order_by("said_at"):
        mine.setdefault(reply.message_id, []).append(reply.text)
    may = case.is_open and report.withdrawn_at is None
    return tuple(
        Asked(
            id=one.pk,
            text=one.text,
            sent_at=one.sent_at,
            replies=tuple(mine.get(one.pk, ())),
            may_answer=may,
        )
        for one in Message.objects.filter(case=case, asks=True).order_by("-sent_at")
    )


def _messages(case: Case) -> tuple[Told, ...]:
    rows = Message.objects.filter(case=case, step=None).order_by("-sent_at")
    return tuple(Told(text=one.text, sent_at=one.sent_at) for one in rows)
