"""Rounds as they are walked: the stops in their order, with what one needs there and no more."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from parvis.account.public import Reach, within
from parvis.kernel.errors import NotFound
from parvis.streets.models import Mode, Photo, Report, RouteSheet, RouteStop
from parvis.streets.queries.board import Line, lines
from parvis.streets.queries.case_desk import Link, links_of
from parvis.streets.queries.reach import require
from parvis.streets.queries.ways import WayOn, ways_on
from parvis.streets.rules import life, rounds
from parvis.streets.rules.rounds import Point
from parvis.territory.public import in_degrees

_LISTED = 30
_AT_A_DESK = ("to_do", "watched", "waiting_reporter", "with_partner")
"""States that are decided at a desk, not on the pavement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round; `metres` along streets, more or less, and `minutes` with five at each stop."""

    id: uuid.UUID
    name: str
    day: dt.date
    mode: str
    on_foot: bool
    handler: str
    stops: int
    seen: int
    metres: int
    minutes: int
    is_closed: bool
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop. `said` is what the first report tells of the place, for agents; `ways` what may be
    done there; `metres` from the stop before, in a straight line."""

    line: Line
    position: int
    case_id: uuid.UUID
    is_open: bool
    outcome: str
    seen_at: dt.datetime | None
    said: str
    photos: int
    metres: int
    ways: tuple[WayOn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """A round with its stops; `voices` are the reports whose words are shown, and whose."""

    round: Round
    stops: tuple[Stop, ...]
    voices: tuple[tuple[uuid.UUID, uuid.UUID | None], ...]


def listed(reach: Reach) -> list[Round]:
    """Return the latest rounds of which every stop is within reach: open ones first, then those of
    later days."""
    rows = RouteSheet.objects.select_related("handler")
    if not reach.is_whole_city:
        rows = rows.exclude(
            pk__in=RouteStop.objects.exclude(within(reach, "case__arrondissement")).values("sheet")
        )
    rows = rows.order_by(F("closed_at").asc(nulls_first=True), "-day", "-made_at")
    sheets = list(rows[:_LISTED])
    counts = _counts([one.pk for one in sheets])
    return [_round(one, counts.get(one.pk, (0, 0))) for one in sheets]


def arrondissements_of(sheet: RouteSheet) -> set[int]:
    """Return the arrondissements in which a round stops."""
    return set(sheet.stops.values_list("case__arrondissement", flat=True))


def walked(sheet_id: uuid.UUID, reach: Reach, *, now: dt.datetime) -> Walked:
    """Return a round with its stops in their order.

    :raises NotFound: `no_round`
    :raises Forbidden: `outside_territory` if one of its stops is out of reach
    """
    sheet = RouteSheet.objects.select_related("handler").filter(pk=sheet_id).first()
    if sheet is None:
        raise NotFound("no_round", _("There is no such round."))
    with_case = [f"case__{name}" for name in ("subtype", "type", "state", "handler")]
    rows = list(sheet.stops.select_related(*with_case).order_by("position"))
    require(reach, {one.case.arrondissement for one in rows})
    told, known = _told(rows), lines([one.case for one in rows], now=now)
    legs = _legs(sheet, rows)
    stops = [
        _stop(row, line, told.first.get(row.case_id), told.photos.get(row.case_id, 0), leg)
        for row, line, leg in zip(rows, known, legs, strict=True)
    ]
    seen = sum(one.seen_at is not None for one in rows)
    return Walked(
        round=_round(sheet, (len(rows), seen)),
        stops=tuple(_with_ways(stops, {one.case.code: one.case.state_id for one in rows})),
        voices=tuple((one.pk, one.person_id) for one in told.first.values() if one.text),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    first: dict[uuid.UUID, Report]
    photos: dict[uuid.UUID, int]


def _told(rows: Sequence[RouteStop]) -> _Told:
    """Return the first report of each case, and how many photos one may look at."""
    case_ids = [one.case_id for one in rows]
    reports = Report.objects.filter(case__in=case_ids, withdrawn_at=None)
    first: dict[uuid.UUID, Report] = {}
    for one in reports.order_by("reported_at", "-role"):
        first.setdefault(one.case_id, one)
    photos = Photo.objects.filter(case__in=case_ids).exclude(cleaned="", shown="")
    return _Told(first=first, photos=dict(photos.values_list("case").annotate(n=Count("pk"))))


def _legs(sheet: RouteSheet, rows: Sequence[RouteStop]) -> list[int]:
    """Return how far each stop is from the one before, in a straight line."""
    here: Point | None = sheet.starts_at
    legs = []
    for row in rows:
        legs.append(round(rounds.length([row.case.location], [0], start=here)))
        here = row.case.location
    return legs


def _counts(sheet_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    seen = Count("pk", filter=Q(seen_at__isnull=False))
    rows = RouteStop.objects.filter(sheet__in=sheet_ids).values_list("sheet")
    return {key: (stops, done) for key, stops, done in rows.annotate(n=Count("pk"), s=seen)}


def _round(sheet: RouteSheet, counts: tuple[int, int]) -> Round:
    on_foot = sheet.mode == Mode.FOOT
    place = in_degrees([sheet.starts_at])[0] if sheet.starts_at else None
    return Round(
        id=sheet.pk,
        name=sheet.name,
        day=sheet.day,
        mode=str(Mode(sheet.mode).label),
        on_foot=on_foot,
        handler=sheet.handler.name if sheet.handler else "",
        stops=counts[0],
        seen=counts[1],
        metres=round(sheet.metres * rounds.DETOUR),
        minutes=rounds.minutes(sheet.metres, counts[0], on_foot=on_foot),
        is_closed=sheet.closed_at is not None,
        lon=place[0] if place else None,
        lat=place[1] if place else None,
    )


def _stop(row: RouteStop, line: Line, first: Report | None, photos: int, metres: int) -> Stop:
    return Stop(
        line=replace(line, mark=str(row.position)),
        position=row.position,
        case_id=row.case_id,
        is_open=row.case.is_open,
        outcome=row.outcome,
        seen_at=row.seen_at,
        said=first.text if first else "",
        photos=photos,
        metres=metres,
        ways=(),
    )


def _with_ways(stops: Sequence[Stop], states: dict[str, str]) -> list[Stop]:
    """Say of each stop what may be done there; one question for each state."""
    ways = {
        state: ways_on(state, who=life.AGENT, without=_AT_A_DESK) for state in set(states.values())
    }
    return [replace(one, ways=ways[states[one.line.code]]) for one in stops]


def links(sheet_id: uuid.UUID, *, now: dt.datetime) -> tuple[Link, ...]:
    """Return the links that open a round now."""
    return links_of(Q(sheet=sheet_id), now=now)
