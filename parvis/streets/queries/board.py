"""The agents' board: the cases of a handler in a state, what is late first; asked for by the words
of the address, so that a list can be sent to a colleague."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from parvis.account.public import Reach, within
from parvis.kernel.ids import read_short_code
from parvis.streets.models import Case, Category, Handler, State
from parvis.streets.queries.catalogue import label_of
from parvis.streets.queries.life_words import state_label
from parvis.streets.queries.partners import where_of
from parvis.territory.public import in_degrees

LISTED = 40
COUNTED = 10_000
"""More than this is told as « more than » this: a board is read, not counted."""
OPEN, LATE, CLOSED, NOBODY = "", "late", "closed", "none"
BY_DUE, BY_PRIORITY, BY_AGE = "", "priority", "new"
_ORDERS = {
    BY_DUE: (F("due_at").asc(nulls_last=True), "pk"),
    BY_PRIORITY: ("-priority", F("due_at").asc(nulls_last=True), "pk"),
    BY_AGE: ("-opened_at", "-pk"),
}
_WITH = ("subtype", "type", "state", "handler")
NAMES = ("handler", "state", "type", "arrondissement", "q", "sort")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for. `handler` is a code, NOBODY for what has none; `state` is a code, OPEN,
    LATE or CLOSED; `q` a number of a report, or part of an address."""

    handler: str = ""
    state: str = OPEN
    type: str = ""
    arrondissement: int | None = None
    q: str = ""
    sort: str = BY_DUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case on the board; `mark` is its number on the map beside."""

    id: uuid.UUID
    code: str
    label: str
    icon: str
    where: str
    state: str
    tone: str
    handler: str
    opened_at: dt.datetime
    due_at: dt.datetime | None
    planned_on: dt.date | None
    is_late: bool
    priority: int
    reports: int
    contradictions: int
    mark: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A page of the board. `total` is COUNTED where there are more (`is_more`)."""

    lines: tuple[Line, ...]
    total: int
    is_more: bool
    page: int
    has_next: bool


def wanted_from(asked: Mapping[str, str]) -> Wanted:
    """Read what is looked for from the words of an address; what makes no sense is left out."""
    number = asked.get("arrondissement", "")
    sort = asked.get("sort", BY_DUE)
    return Wanted(
        handler=asked.get("handler", "")[:60],
        state=asked.get("state", OPEN)[:24],
        type=asked.get("type", "")[:80],
        arrondissement=int(number) if number.isascii() and number.isdigit() else None,
        q=asked.get("q", "").strip()[:100].replace("\x00", ""),
        sort=sort if sort in _ORDERS else BY_DUE,
    )


def cases(wanted: Wanted, reach: Reach, *, now: dt.datetime) -> QuerySet[Case]:
    """Return the cases within reach that are looked for, in the order asked for."""
    rows = Case.objects.filter(_standing(wanted.state, now), within(reach, "arrondissement"))
    if wanted.handler:
        none = wanted.handler == NOBODY
        rows = rows.filter(handler=None) if none else rows.filter(handler__code=wanted.handler)
    if wanted.type:
        rows = rows.filter(type__code=wanted.type)
    if wanted.arrondissement:
        rows = rows.filter(arrondissement=wanted.arrondissement)
    if wanted.q:
        code = read_short_code(wanted.q)
        rows = rows.filter(code=code) if code else rows.filter(address__icontains=wanted.q)
    return rows.order_by(*_ORDERS[wanted.sort])


def board(wanted: Wanted, reach: Reach, *, page: int, now: dt.datetime) -> Board:
    """Return a page of the board, in a fixed number of queries."""
    rows, begin = cases(wanted, reach, now=now), (page - 1) * LISTED
    found = list(rows.select_related(*_WITH)[begin : begin + LISTED + 1])
    total = rows.order_by()[: COUNTED + 1].count()
    return Board(
        lines=lines(found[:LISTED], now=now, first=begin + 1),
        total=min(total, COUNTED),
        is_more=total > COUNTED,
        page=page,
        has_next=len(found) > LISTED,
    )


def lines(found: Sequence[Case], *, now: dt.datetime, first: int = 1) -> tuple[Line, ...]:
    """Return cases as lines of the board, numbered from `first`."""
    places = in_degrees([one.location for one in found])
    return tuple(
        _line(case, place, str(rank), now)
        for rank, (case, place) in enumerate(zip(found, places, strict=True), start=first)
    )


def to_take(reach: Reach, *, now: dt.datetime) -> int:
    """Return how many open cases within reach are late, counted up to COUNTED."""
    return Case.objects.filter(within(reach, "arrondissement"), is_open=True, due_at__lt=now)[
        :COUNTED
    ].count()


def handler_choices() -> list[tuple[str, str]]:
    """Return code and name of all handlers, by name; those that are closed too, for their past."""
    return list(Handler.objects.order_by("name").values_list("code", "name"))


def state_choices() -> list[tuple[str, str]]:
    """Return code and name of the states, in their order."""
    return [(one.pk, state_label(one)) for one in State.objects.order_by("order")]


def type_choices() -> list[tuple[str, str]]:
    """Return code and name of the types, in their order."""
    types = Category.objects.filter(parent=None).order_by("order", "code")
    return [(one.code, label_of(one)) for one in types]


def _standing(state: str, now: dt.datetime) -> Q:
    if state == OPEN:
        return Q(is_open=True)
    if state == LATE:
        return Q(is_open=True, due_at__lt=now)
    return Q(is_open=False) if state == CLOSED else Q(state=state)


def _line(case: Case, place: tuple[float, float], mark: str, now: dt.datetime) -> Line:
    return Line(
        id=case.pk,
        code=case.code,
        label=label_of(case.subtype),
        icon=case.type.icon or "flag",
        where=where_of(case),
        state=state_label(case.state),
        tone=case.state.tone,
        handler=case.handler.name if case.handler else "",
        opened_at=case.opened_at,
        due_at=case.due_at,
        planned_on=case.planned_on,
        is_late=case.is_open and case.due_at is not None and case.due_at < now,
        priority=case.priority,
        reports=case.reports_count,
        contradictions=case.contradictions_count,
        mark=mark,
        lon=place[0],
        lat=place[1],
    )
