"""What one has reported, and what one's own report says."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.mandates.public import in_name_of
from parvis.streets.models import Case, Report, Reporting
from parvis.streets.queries import catalogue, public_cases
from parvis.streets.queries.photos import CasePhoto, photos_of_report
from parvis.streets.queries.public_cases import Row
from parvis.streets.queries.voices import Voice, voice_of

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """One of one's reports in a list; `in_name_of` says for which association, if for one."""

    report_id: uuid.UUID
    row: Row
    reported_at: dt.datetime
    in_name_of: str
    joined: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One's own report, with its words, which nobody else but agents reads.

    `waits` tells that the address must be confirmed before anything is written to it.
    """

    mine: Mine
    text: str
    answers: tuple[tuple[str, str], ...]
    photos: tuple[CasePhoto, ...]
    noticed_at: dt.datetime
    email: str
    waits: bool
    voice: Voice
    is_public: bool
    means: str
    reason: str
    went_to: str


def reports_of(person_id: uuid.UUID, *, limit: int = MOST) -> list[Mine]:
    """Return what a person has reported, newest first."""
    rows = _rows().filter(person_id=person_id).order_by("-reported_at")[:limit]
    return [_mine(row) for row in rows]


def own_by_id(report_id: uuid.UUID, *, person_id: uuid.UUID, now: dt.datetime) -> Own:
    """Return a person's own report.

    :raises NotFound: `no_report`, the same for another's as for none
    """
    found = _rows().filter(pk=report_id, person_id=person_id).first()
    if found is None:
        raise NotFound("no_report", _("There is no such report of yours."))
    return own(found, secret="", now=now)


def own(report: Report, *, secret: str, now: dt.datetime) -> Own:
    """Return a report as the page shows it to who made it."""
    case = report.case
    questions = catalogue.questions_of(case.subtype)
    return Own(
        mine=_mine(report),
        text=report.text,
        answers=tuple(catalogue.said(questions, report.answers, public=False)),
        photos=tuple(photos_of_report(report.pk)),
        noticed_at=report.noticed_at,
        email=report.email,
        waits=bool(report.email) and report.email_confirmed_at is None,
        voice=voice_of(report, secret=secret, now=now),
        is_public=case.is_shown,
        means=catalogue.in_language(case.state.means_fr, case.state.means_en),
        reason=catalogue.label_of(case.reason) if case.reason else "",
        went_to=report.case.code if report.case_id != report.first_case_id else "",
    )


def with_all(report_id: uuid.UUID) -> Report:
    """Return a report with what its page needs."""
    return _rows().get(pk=report_id)


def _rows() -> QuerySet[Report]:
    names = [f"case__{name}" for name in public_cases.WITH]
    return Report.objects.filter(forgotten_at=None).select_related(*names, "first_case")


def _mine(report: Report) -> Mine:
    case: Case = report.case
    return Mine(
        report_id=report.pk,
        row=public_cases.row(case),
        reported_at=report.reported_at,
        in_name_of=in_name_of(report.association),
        joined=report.role == Reporting.JOINS,
        is_withdrawn=report.withdrawn_at is not None,
    )
