"""The ground on which rules stand, and to whom they lead, as the desk shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.streets.models import Case, Handler, RoutingRule
from parvis.streets.queries.routing_desk import RuleLine, rule_lines
from parvis.territory.public import Zone, city_outline, zone_outlines_before, zone_path, zones


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePage:
    """A zone, where it is drawn in the city, and the rules that stand on it."""

    zone: Zone
    hectares: float
    box: str
    paths: tuple[tuple[str, str], ...]
    rules: tuple[RuleLine, ...]
    before: tuple[tuple[dt.datetime, dt.datetime], ...]

    @property
    def may_be_redrawn(self) -> bool:
        """Tell whether the desk may give it another outline."""
        return self.zone.closed_at is None and self.zone.kind != "water"


def zone_page(code: str, *, now: dt.datetime) -> ZonePage:
    """Return one zone with its rules.

    :raises NotFound: `no_such_zone`
    """
    zone = next((one for one in zones() if one.code == code), None)
    if zone is None:
        raise NotFound("no_such_zone", _("There is no such zone."))
    city = city_outline()
    ids = set(RoutingRule.objects.filter(zone=zone.id).values_list("pk", flat=True))
    drawing = (("around", city.path), ("river", city.river), ("mine", zone_path(code)))
    return ZonePage(
        zone=zone,
        hectares=round(zone.area_m2 / 10_000, 1),
        box=city.whole,
        paths=drawing,
        rules=tuple(one for one in rule_lines(now=now) if one.id in ids),
        before=tuple(zone_outlines_before(code)),
    )


def zone_lines() -> list[tuple[Zone, int]]:
    """Return every zone but the water, with how many rules stand on it: those of the City first."""
    rows = RoutingRule.objects.exclude(zone=None).values_list("zone").annotate(n=Count("id"))
    counts = dict(rows)
    found = [(zone, counts.get(zone.id, 0)) for zone in zones() if zone.kind != "water"]
    return sorted(found, key=lambda one: (one[0].closed_at is not None, one[0].kind != "drawn"))


def handler(code: str) -> Handler:
    """Return one handler.

    :raises NotFound: `no_such_handler`
    """
    found = Handler.objects.filter(code=code).first()
    if found is None:
        raise NotFound("no_such_handler", _("There is no such handler."))
    return found


def rules_to(code: str, *, now: dt.datetime) -> list[RuleLine]:
    """Return the rules that lead to a handler today or will: what is broken first, then what is
    most specific."""
    return [one for one in rule_lines(now=now) if one.handler_code == code and not one.is_over]


def open_cases_of(code: str) -> int:
    """Return how many open cases a handler has."""
    return Case.objects.filter(handler__code=code, is_open=True).count()


def handler_lines() -> list[tuple[Handler, int, int]]:
    """Return every handler with its rules and its open cases, by name, those that are over last."""
    rows = RoutingRule.objects.values_list("handler").annotate(n=Count("id"))
    cases = Case.objects.filter(is_open=True).exclude(handler=None)
    of_rules, of_cases = dict(rows), dict(cases.values_list("handler").annotate(n=Count("id")))
    return [
        (one, of_rules.get(one.pk, 0), of_cases.get(one.pk, 0))
        for one in Handler.objects.order_by(F("ended_at").asc(nulls_first=True), "name")
    ]
