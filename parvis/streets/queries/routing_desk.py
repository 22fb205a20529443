"""What the desk shows of the rules: those to mend first; what a change of them would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from parvis.kernel import clock
from parvis.kernel.errors import NotFound
from parvis.streets.models import Handler
from parvis.streets.queries import routing as queries, routing_words as words, simulation
from parvis.streets.queries.routing import Standing
from parvis.streets.queries.routing_waiting import waiting_count
from parvis.streets.queries.routing_words import Names
from parvis.streets.queries.simulation import Simulation
from parvis.streets.rules import routing, tables
from parvis.streets.rules.exports import plain
from parvis.streets.rules.routing import Route
from parvis.streets.rules.tables import Plan
from parvis.territory.public import zones

BROKEN, OWN, LEARNED, GROUND, OVER = "broken", "own", "learned", "ground", "over"
_PER_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule as the desk lists it."""

    id: int
    about: str
    ground: str
    is_everywhere: bool
    handler: str
    handler_code: str
    days: str
    rank: int
    why: str
    broken: str
    is_learned: bool
    seen: int
    agreed: int
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The page of rules: those to mend, one page of those looked for, how many of each."""

    broken: tuple[RuleLine, ...]
    page: Page[RuleLine]
    counts: Mapping[str, int]
    waiting: int


def rules(*, view: str, asked: str, handler: str, page: str, now: dt.datetime) -> Rules:
    """Return rules by what is looked for: words of matter, ground or reason; a handler (code)."""
    lines = rule_lines(now=now)
    wanted = plain(asked)
    of_view = _views(lines)
    found = [
        one
        for one in of_view.get(view, of_view[""])
        if (not handler or one.handler_code == handler)
        and wanted in plain(f"{one.about} {one.ground} {one.why}")
    ]
    return Rules(
        broken=tuple(of_view[BROKEN]),
        page=Paginator(found, _PER_PAGE).get_page(page),
        counts={key: len(some) for key, some in of_view.items()},
        waiting=waiting_count(),
    )


def rule_lines(*, now: dt.datetime) -> list[RuleLine]:
    """Return every rule in words: what is broken first, then what is most specific."""
    found = queries.standings()
    known = words.names()
    lost, day = queries.gaps(found), clock.city_day(now)
    ordered = sorted(found, key=lambda one: routing.specificity(one.route))
    lines = [_line(one, known, lost, day) for one in ordered]
    return sorted(lines, key=lambda one: (one.is_over, not one.broken))


def rule_line(rule_id: int, *, now: dt.datetime) -> RuleLine:
    """Return one rule in words.

    :raises NotFound: `no_such_rule`
    """
    found = next((one for one in rule_lines(now=now) if one.id == rule_id), None)
    if found is None:
        raise NotFound("no_such_rule", _("There is no such rule."))
    return found


def _views(lines: Iterable[RuleLine]) -> dict[str, list[RuleLine]]:
    every = list(lines)
    holding = [one for one in every if not one.is_over]
    return {
        "": holding,
        BROKEN: [one for one in holding if one.broken],
        OWN: [one for one in holding if not one.is_learned],
        LEARNED: [one for one in holding if one.is_learned],
        GROUND: [one for one in holding if not one.is_everywhere],
        OVER: [one for one in every if one.is_over],
    }


def _line(one: Standing, known: Names, lost: Mapping[int, queries.Days], day: dt.date) -> RuleLine:
    route, row = one.route, one.row
    gap = lost.get(row.pk)
    why_broken = queries.why_broken(one, gap, day)
    is_over = queries.is_over(route, day) and not why_broken
    return RuleLine(
        id=row.pk,
        about=known.about(route),
        ground=known.ground(route),
        is_everywhere=route.zone is None
        and route.quartier is None
        and route.arrondissement is None,
        handler=known.handler(route.handler),
        handler_code=route.handler,
        days=words.days(route),
        rank=route.rank,
        why=row.why,
        broken=words.broken(why_broken, gap),
        is_learned=row.is_learned,
        seen=row.seen,
        agreed=row.agreed,
        is_over=is_over,
    )


def broken_count(*, now: dt.datetime) -> int:
    """Return how many rules that hold today or later are broken."""
    found, day = queries.standings(), clock.city_day(now)
    lost = queries.gaps(found)
    return sum(bool(queries.why_broken(one, lost.get(one.row.pk), day)) for one in found)


def route_of(rule_id: int) -> tuple[Route, str]:
    """Return a rule as the regulation reads it, and its reason.

    :raises NotFound: `no_such_rule`
    """
    found = next((one for one in queries.standings() if one.row.pk == rule_id), None)
    if found is None:
        raise NotFound("no_such_rule", _("There is no such rule."))
    return found.route, found.row.why


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Reports that would change handler, in words."""

    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a simulation says, in words; `source` is the past that was asked."""

    source: str
    total: int
    changed: int
    by_hand: int
    moves: tuple[Move, ...]
    examples: tuple[str, ...]


def try_rules(*, after: list[Route], source: str, day: dt.date) -> Told:
    """Return what these rules would change of the past, had it come on a day."""
    told = simulation.simulate(
        before=queries.routes(),
        after=routing.with_gaps(after),
        past=simulation.past(source),
        day=day,
    )
    return in_words(told, source)


def try_table(change: Plan, *, day: dt.date) -> Told:
    """Return what a table would change of the published reports, had they come on a day."""
    areas = {zone.code: zone.area_m2 for zone in zones()}
    after = [
        replace(one, area_m2=areas.get(one.zone, 0) if one.zone else 0)
        for one in tables.after([held.route for held in queries.standings()], change)
    ]
    return try_rules(after=after, source=simulation.EXPORT, day=day)


def with_rule(route: Route) -> list[Route]:
    """Return the rules with one more, or with one written anew where the number is known."""
    areas = {zone.code: zone.area_m2 for zone in zones()}
    number = route.id or -1
    drawn = replace(route, id=number, area_m2=areas.get(route.zone, 0) if route.zone else 0)
    return [*without_rule(number), drawn]


def without_rule(rule_id: int) -> list[Route]:
    """Return the rules without one."""
    return [one.route for one in queries.standings() if one.row.pk != rule_id]


def in_words(told: Simulation, source: str) -> Told:
    """Return what a simulation on a past says, with the handlers by their names."""
    known = dict(Handler.objects.values_list("code", "name"))
    nobody = _("nobody yet: by hand")
    return Told(
        source=source,
        total=told.total,
        changed=told.changed,
        by_hand=told.by_hand,
        moves=tuple(
            Move(
                before=known.get(one.before, nobody),
                after=known.get(one.after, nobody),
                count=one.count,
            )
            for one in told.changes
        ),
        examples=told.examples,
    )
