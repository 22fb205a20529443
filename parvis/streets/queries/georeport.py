"""What GeoReport v2 shows: services, their definitions, requests, and what happened to them.

A request is a case. No word of a reporter is in it, and no photo that was not looked at; a place
that is not public is the middle of a hexagon.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.kernel.geometry import PointField
from parvis.streets.models import (
    Case,
    Datatype,
    Question,
    Report,
    Step,
    Subtype,
)
from parvis.streets.queries import catalogue
from parvis.streets.queries.catalogue import QuestionView, in_language, label_of
from parvis.streets.queries.public_cases import public_case, shown
from parvis.streets.rules.georeport import OPEN, Around, Asked, Between
from parvis.territory.public import in_metres

LONGEST_CODE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A kind of thing that may be reported."""

    code: str
    name: str
    description: str
    has_questions: bool
    keywords: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """A question of a definition; `hint` says what is answered, or what an answer ends."""

    question: QuestionView
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A case as everybody may know it; `notes` say in words where it stands and why, `photos` are
    ids of public ones."""

    code: str
    service: str
    service_name: str
    handler: str
    handler_code: str
    is_open: bool
    state: str
    notes: str
    reason: str
    merged_into: str
    reports: int
    contradictions: int
    lon: float
    lat: float
    address: str
    postcode: str
    requested_at: dt.datetime
    updated_at: dt.datetime
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A step of a case, as everybody may read it."""

    id: int
    code: str
    state: str
    is_open: bool
    description: str
    taken_at: dt.datetime


class _Within(Func):
    """`point <@ circle`, which the index of places answers."""

    template = "%(expressions)s"
    arg_joiner = " <@ "
    output_field = BooleanField()


def services() -> list[Service]:
    """Return what everybody may report, in the order of the tree."""
    asked = {*Question.objects.values_list("subtype_id", "category_id")}
    subtypes, branches = {one for one, _other in asked}, {other for _one, other in asked}
    return [
        _service(
            one,
            has_questions=bool({one.pk} & subtypes or {one.category_id, one.type_id} & branches),
        )
        for one in _reportable().order_by("type__order", "category__order", "-weight", "order")
    ]


def reportable(code: str) -> Subtype:
    """Return a kind of thing that everybody may report.

    :raises NotFound: `no_service`, also for what is reserved to agents or not the City's
    """
    found = _reportable().filter(code=code).first() if len(code) <= LONGEST_CODE else None
    if found is None:
        raise NotFound("no_service", _("No service has this service_code: ask for the list."))
    return found


def definition(code: str) -> list[Asks]:
    """Return what more is asked of what is reported.

    :raises NotFound: `no_service`
    """
    rows = catalogue.questions_of(reportable(code))
    views = catalogue.question_views(rows)
    return [
        Asks(question=view, hint=_hint(row, view)) for row, view in zip(rows, views, strict=True)
    ]


def requests(asked: Asked) -> tuple[list[Request], bool]:
    """Return a page of requests, the newest first, and whether others follow."""
    rows = shown()
    if asked.ids:
        rows = rows.filter(code__in=[one for one in asked.ids if len(one) <= LONGEST_CODE])
    else:
        rows = _asked_for(rows, asked)
    # The order is that of the index which finds them.
    key = "changed_at" if asked.updated and not asked.requested else "opened_at"
    page = list(rows.order_by(f"-{key}", "-id")[asked.offset : asked.offset + asked.page_size + 1])
    return _told(page[: asked.page_size]), len(page) > asked.page_size


def request(code: str) -> Request:
    """Return one request.

    :raises NotFound: `no_request`, also for one that is not shown
    """
    return _told([_one(code)])[0]


def request_of_token(token: uuid.UUID) -> str:
    """Return the code of the case that a report is of by now.

    :raises NotFound: `no_token`
    """
    found = Report.objects.filter(pk=token).values_list("case__code", flat=True).first()
    if found is None:
        raise NotFound("no_token", _("No report has this token."))
    return found


def updates(asked: Asked) -> tuple[list[Update], bool]:
    """Return a page of what happened to requests, the oldest first, and whether more follows."""
    rows = Step.objects.filter(case__is_shown=True).select_related("case", "after", "reason")
    if asked.ids:
        rows = rows.filter(case__code__in=[one for one in asked.ids if len(one) <= LONGEST_CODE])
    if asked.updated:
        # A step changes its case: the index of changes finds the cases, theirs the steps.
        span = (asked.updated.first, asked.updated.last)
        rows = rows.filter(taken_at__range=span, case__changed_at__gte=span[0])
    page = list(rows.order_by("id")[asked.offset : asked.offset + asked.page_size + 1])
    told = [_update(one) for one in page[: asked.page_size]]
    return told, len(page) > asked.page_size


def _reportable() -> QuerySet[Subtype]:
    return catalogue.offered().filter(not_ours_fr="")


def _service(subtype: Subtype, *, has_questions: bool) -> Service:
    needed = []
    if not subtype.is_anonymous_allowed:
        needed.append(_("An e-mail address is needed."))
    if subtype.is_photo_required:
        needed.append(_("A photo is needed."))
    branch = dict.fromkeys([label_of(subtype.type), label_of(subtype.category)])
    return Service(
        code=subtype.code,
        name=label_of(subtype),
        description=" ".join([f"{' / '.join(branch)}.", *needed]),
        has_questions=has_questions,
        keywords=tuple(subtype.keywords),
        group=label_of(subtype.type),
    )


def _hint(row: Question, view: QuestionView) -> str:
    ends = [words for key, words in view.values if key in row.stops_on]
    if ends:
        return f"{' / '.join(ends)}: {in_language(row.stop_fr, row.stop_en)}"
    return str(Datatype(row.datatype).label)


def _one(code: str) -> Case:
    found = shown().filter(code=code).first() if len(code) <= LONGEST_CODE else None
    if found is None:
        raise NotFound("no_request", _("No request has this service_request_id."))
    return found


def _asked_for(rows: QuerySet[Case], asked: Asked) -> QuerySet[Case]:
    if asked.services:
        rows = rows.filter(subtype__code__in=asked.services)
    if len(asked.statuses) == 1:
        rows = rows.filter(is_open=OPEN in asked.statuses)
    if asked.requested:
        rows = rows.filter(opened_at__range=_ends(asked.requested))
    if asked.updated:
        rows = rows.filter(changed_at__range=_ends(asked.updated))
    return _around(rows, asked.around) if asked.around else rows


def _ends(span: Between) -> tuple[dt.datetime, dt.datetime]:
    return span.first, span.last


def _around(rows: QuerySet[Case], circle: Around) -> QuerySet[Case]:
    """Keep what is in a circle. Whoever drew small circles around a place that is not public would
    find it: those are never in one."""
    x, y = in_metres([(circle.lon, circle.lat)])[0]
    middle = Func(Value(x), Value(y), function="point", output_field=PointField())
    drawn = Func(middle, Value(circle.metres), function="circle", output_field=PointField())
    return rows.filter(_Within(F("location"), drawn), subtype__is_place_public=True)


def _told(cases: Sequence[Case]) -> list[Request]:
    said = _last_notes([one.pk for one in cases])
    return [_request(case, said.get(case.pk, ("", ""))) for case in cases]


def _last_notes(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """Return for each case the state that its last step led to and what was said then."""
    steps = Step.objects.filter(case_id__in=ids).order_by("case_id", "-id").distinct("case_id")
    columns = steps.values_list("case_id", "after_id", "public_note")
    return {case_id: (after, note) for case_id, after, note in columns}


def _request(case: Case, last: tuple[str, str]) -> Request:
    known = public_case(case)
    return Request(
        code=known.code,
        service=known.subtype,
        service_name=label_of(case.subtype),
        handler=case.handler.name if case.handler else "",
        handler_code=known.handler,
        is_open=known.is_open,
        state=known.state,
        notes=_notes(case, last),
        reason=known.closed_because,
        merged_into=known.merged_into,
        reports=known.reports,
        contradictions=known.contradictions,
        lon=known.lon,
        lat=known.lat,
        address=known.address,
        postcode=known.postcode,
        requested_at=known.opened_at,
        # Of what is closed, the day it was (GeoReport v2, GET Service Requests).
        updated_at=known.closed_at or known.changed_at,
        due_at=known.due_at,
        closed_at=known.closed_at,
        photos=known.photos,
    )


def _notes(case: Case, last: tuple[str, str]) -> str:
    """Return in words where a case stands, why, and what was said of its last step."""
    state, reason, said = case.state, case.reason, last[1]
    means = in_language(state.means_fr, state.means_en)
    why = in_language(reason.text_fr, reason.text_en) if reason else means
    # What repeats the words of the reason is said once.
    note = said if last[0] == state.pk and said not in why else ""
    return " ".join(filter(None, [f"{label_of(state)}.", why, note]))


def _update(step: Step) -> Update:
    reason, after = step.reason, step.after
    words = in_language(reason.text_fr, reason.text_en) if reason else ""
    return Update(
        id=step.pk,
        code=step.case.code,
        state=after.pk,
        is_open=after.is_open,
        description=step.public_note or words or in_language(after.means_fr, after.means_en),
        taken_at=step.taken_at,
    )
