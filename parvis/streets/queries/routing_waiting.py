"""Who treats what where: a question to the rules, and the cases that no rule sends anywhere."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from parvis.kernel import clock
from parvis.kernel.errors import NotFound, Refused
from parvis.streets.models import Assignment, Case, Handler, RoutingRule, Subtype
from parvis.streets.queries import ground, routing as queries, routing_words as words
from parvis.streets.queries.catalogue import label_of
from parvis.streets.queries.routing_words import Matched
from parvis.streets.rules import routing
from parvis.streets.rules.near import Point
from parvis.streets.rules.routing import Asked
from parvis.territory.public import in_metres, places_at, zones_at

_PER_PAGE = 40
_PAIR = re.compile(r"(-?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What routing answers to a question: who, why, and every rule that matched."""

    handler: str
    sentence: str
    matched: tuple[Matched, ...]


def where(said: str) -> tuple[float, float]:
    """Return longitude and latitude of a place: as numbers, or of a known address.

    :raises Refused: `place_unknown`
    """
    numbers = _PAIR.fullmatch(said.strip())
    if numbers:
        return float(numbers[1]), float(numbers[2])
    spot = ground.found(said)
    if spot is None:
        sentence = _("We know no such address. Give the longitude and the latitude.")
        raise _unprocessable("place_unknown", sentence)
    return spot.lon, spot.lat


def answer(*, subtype: str, lon: float, lat: float, now: dt.datetime) -> Answer:
    """Return who would treat a kind of report at a point (WGS 84, degrees) today, and why.

    :raises Refused: `no_such_subtype`, `outside_the_city`
    """
    kind = Subtype.objects.select_related("type").filter(code=subtype).first()
    at: Point = in_metres([(lon, lat)])[0]
    place = places_at([at])[0]
    if kind is None:
        raise _unprocessable("no_such_subtype", _("There is no such kind of report."))
    if place is None:
        raise _unprocessable("outside_the_city", _("This place is outside the city."))
    asked = Asked(
        subtype=kind.code,
        type=kind.type.code,
        zones=zones_at([at], with_closed=True)[0],
        quartier=place.quartier,
        arrondissement=place.arrondissement,
        day=clock.city_day(now),
    )
    decision = routing.decide(queries.routes_about(kind.pk, kind.type_id), asked)
    known = words.names(decision.matched) if decision.matched else words.names()
    handler = known.handler(decision.handler)
    row = RoutingRule.objects.filter(pk=decision.rule.id).first() if decision.rule else None
    return Answer(
        handler=handler,
        sentence=words.sentence(decision.code, decision.matched, known, handler=handler, rule=row),
        matched=words.matched(decision.matched, known),
    )


def _unprocessable(code: str, sentence: str) -> Refused:
    return Refused(code, sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """A case without a handler, and why."""

    id: uuid.UUID
    code: str
    about: str
    address: str
    opened_at: dt.datetime
    why: str


def waiting_count() -> int:
    """Return how many open cases have no handler."""
    return Case.objects.filter(is_open=True, handler=None).count()


def waiting(*, page: str) -> tuple[Page[Case], list[WaitingLine]]:
    """Return a page of the open cases without a handler, the oldest first, and its lines."""
    rows = Case.objects.filter(is_open=True, handler=None).select_related("subtype")
    found = Paginator(rows.order_by("opened_at", "id"), _PER_PAGE).get_page(page)
    cases = list(found)
    reasons: dict[uuid.UUID, Mapping[str, Any]] = {}
    for made in Assignment.objects.filter(case__in=cases).order_by("pk"):
        reasons[made.case_id] = made.why
    return found, [_waiting_line(case, reasons.get(case.pk, {})) for case in cases]


def _waiting_line(case: Case, why: Mapping[str, Any]) -> WaitingLine:
    told = why.get("rules") or [{}]
    reason = words.broken(str(told[0].get("broken", "")))
    return WaitingLine(
        id=case.pk,
        code=case.code,
        about=label_of(case.subtype),
        address=case.address,
        opened_at=case.opened_at,
        why=reason or _("No rule is about it."),
    )


def case_line(case_id: uuid.UUID) -> Case:
    """Return a case that an agent wants to send to somebody.

    :raises NotFound: `no_case`
    """
    rows = Case.objects.select_related("subtype", "handler", "state")
    found = rows.filter(pk=case_id).first()
    if found is None:
        raise NotFound("no_case", _("There is no such report, or it is not public."))
    return found


def handlers_open() -> list[tuple[str, str]]:
    """Return code and name of the handlers that take cases, by name."""
    rows = Handler.objects.filter(closed_at=None).order_by("name")
    return list(rows.values_list("code", "name"))
