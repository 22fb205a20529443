"""The rules of routing as the regulation reads them, and the ground they are asked of.

Nothing is kept between two questions: a polygon drawn a second ago routes the next report.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from parvis.kernel import clock
from parvis.kernel.prepared import Prepared
from parvis.streets.models import Case, Handler, RoutingRule
from parvis.streets.rules import routing
from parvis.streets.rules.routing import Asked, Route
from parvis.territory.public import Zone, zones, zones_at

# These are seen again at each look; anything else was written by hand and stands.
_SEEN_AGAIN = {
    routing.HANDLER_CLOSED,
    routing.ZONE_CLOSED,
    routing.ZONE_EMPTY,
    routing.GAP,
}
Days = tuple[dt.date, dt.date]
"""A first day, and the day after the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A rule as it stands in the database, and what is wrong with it now."""

    row: RoutingRule
    route: Route

    @property
    def broken_because(self) -> str:
        """Return the code of what is wrong, or ""."""
        return self.route.broken_because


def standings(about: Q | None = None) -> list[Standing]:
    """Return the rules with what is wrong with each today; those of a matter, or all."""
    rows = RoutingRule.objects.select_related("subtype", "type", "handler", "written_by")
    return _standing(list(rows if about is None else rows.filter(about)))


def _standing(found: list[RoutingRule]) -> list[Standing]:
    known = {zone.id: zone for zone in zones()} if any(row.zone_id for row in found) else {}
    return [Standing(row=row, route=route_of(row, known)) for row in found]


def routes(about: Q | None = None) -> list[Route]:
    """Return the rules as `rules.routing` decides by them, forgotten days among them."""
    return routing.with_gaps([one.route for one in standings(about)])


def routes_about(subtype_id: int, type_id: int) -> list[Route]:
    """Return the rules that may be about a case of this kind."""
    found = _standing(_ABOUT.all(subtype_id, type_id))
    return routing.with_gaps([one.route for one in found])


# Asked for every report that is sent.
_ABOUT = Prepared(
    lambda subtype, type_: RoutingRule.objects.select_related("subtype", "type", "handler").filter(
        (Q(subtype=subtype) | Q(subtype=None)) & (Q(type=type_) | Q(type=None))
    ),
    int,
    int,
)


def handler(code: str) -> Handler | None:
    """Return a handler by its code, closed or not."""
    return _HANDLER.first(code)


_HANDLER = Prepared(lambda code: Handler.objects.filter(code=code), str)


def route_of(row: RoutingRule, known: Mapping[int, Zone]) -> Route:
    """Return a rule as the regulation reads it; `known` are the zones by their keys."""
    zone = known.get(row.zone_id) if row.zone_id else None
    return Route(
        id=row.pk,
        handler=row.handler.code,
        subtype=row.subtype.code if row.subtype else None,
        type=row.type.code if row.type else None,
        zone=zone.code if zone else None,
        quartier=row.quartier,
        arrondissement=row.arrondissement,
        area_m2=zone.area_m2 if zone else 0,
        first=row.valid.lower,
        until=row.valid.upper,
        rank=row.rank,
        broken_because=_broken(row, zone),
    )


def _broken(row: RoutingRule, zone: Zone | None) -> str:
    if row.handler.closed_at is not None:
        return routing.HANDLER_CLOSED
    if zone is not None and zone.closed_at is not None:
        return routing.ZONE_CLOSED
    if zone is not None and zone.is_empty:
        return routing.ZONE_EMPTY
    return "" if row.broken_because in _SEEN_AGAIN else row.broken_because


def why_broken(one: Standing, gap: Days | None, day: dt.date) -> str:
    """Return the code of what is wrong with a rule that holds or will; "" for one that is whole, or
    over. `gap` are the forgotten days after it."""
    has_gap = gap is not None and day < gap[1]
    if is_over(one.route, day) and not has_gap:
        return ""
    return one.broken_because or (routing.GAP if has_gap else "")


def is_over(route: Route, day: dt.date) -> bool:
    """Tell whether a rule holds no more."""
    return route.until is not None and route.until <= day


def gaps(found: Iterable[Standing]) -> dict[int, Days]:
    """Return the forgotten days after rules, by their numbers: from the first day to the day
    before the last."""
    lost = routing.with_gaps([one.route for one in found])
    return {
        one.id: (one.first, one.until)
        for one in lost
        if one.broken_because == routing.GAP and one.first and one.until
    }


def asked_of(case: Case, *, now: dt.datetime, inside: frozenset[str] | None = None) -> Asked:
    """Return what is to be routed of a case, with every zone it stands in (`inside`, if that is
    known): a closed one still has its rules, which are broken and stop the case."""
    return Asked(
        subtype=case.subtype.code,
        type=case.type.code,
        zones=zones_at([case.location], with_closed=True)[0] if inside is None else inside,
        quartier=case.quartier,
        arrondissement=case.arrondissement,
        day=clock.city_day(now),
    )
