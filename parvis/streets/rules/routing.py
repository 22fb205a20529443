"""To whom a case goes: what is more specific wins, and what is broken stops it there.

Of the rules that hold on the day, are about the case and on its ground, the first is taken in this
order: the higher rank; about a subtype, a type, anything; on a zone, a quartier, an arrondissement,
the city; the smaller zone; the later beginning; the lower number. If that one is broken, nobody is
asked: an agent routes by hand and sees why.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

HANDLER_CLOSED, ZONE_CLOSED, ZONE_EMPTY = "handler_closed", "zone_closed", "zone_empty"
GAP = "validity_gap"
BY_HAND = "by_hand"
LONGEST_GAP_DAYS = 31
"""Two rules of the same ground that are this near in time were meant to follow each other; what is
farther apart is a season."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A rule. None means any; `area_m2` is that of the zone, 0 without one.

    It holds from `first` to the day before `until`; None is without an end.
    """

    id: int
    handler: str
    subtype: str | None = None
    type: str | None = None
    zone: str | None = None
    quartier: int | None = None
    arrondissement: int | None = None
    area_m2: int = 0
    first: dt.date | None = None
    until: dt.date | None = None
    rank: int = 0
    broken_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be routed, where and when; `zones` are the codes of every zone it stands in."""

    subtype: str
    type: str
    zones: frozenset[str]
    quartier: int
    arrondissement: int
    day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who treats it ("" for nobody yet), by which rule, and every rule that matched, in order."""

    handler: str
    rule: Route | None
    matched: tuple[Route, ...]

    @property
    def code(self) -> str:
        """Return "routed", "rule_broken" or "no_rule"."""
        if self.rule is None:
            return "no_rule"
        return "rule_broken" if self.rule.broken_because else "routed"


def holds(route: Route, day: dt.date) -> bool:
    """Tell whether a rule holds on a day."""
    begun = route.first is None or route.first <= day
    return begun and (route.until is None or day < route.until)


def matches(route: Route, asked: Asked) -> bool:
    """Tell whether a rule holds on the day, is about the case and on its ground."""
    return (
        holds(route, asked.day)
        and route.subtype in (None, asked.subtype)
        and route.type in (None, asked.type)
        and (route.zone is None or route.zone in asked.zones)
        and route.quartier in (None, asked.quartier)
        and route.arrondissement in (None, asked.arrondissement)
    )


def specificity(route: Route) -> tuple[int, ...]:
    """Return the key by which rules are ordered; the smallest comes first, and no two are equal."""
    about = (route.subtype, route.type)
    ground = (route.zone, route.quartier, route.arrondissement)
    begun = 0 if route.first is None else route.first.toordinal()
    return (
        -route.rank,
        _first_said(about),
        _first_said(ground),
        route.area_m2,
        -begun,
        route.id,
    )


def _first_said(parts: Sequence[str | int | None]) -> int:
    said = (place for place, part in enumerate(parts) if part is not None)
    return next(said, len(parts))


def decide(routes: Sequence[Route], asked: Asked) -> Decision:
    """Return to whom it goes, and why."""
    matched = tuple(sorted((one for one in routes if matches(one, asked)), key=specificity))
    if not matched:
        return Decision(handler="", rule=None, matched=())
    first = matched[0]
    return Decision(
        handler="" if first.broken_because else first.handler, rule=first, matched=matched
    )


class Table:
    """Many rules, ready to be asked many times."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._by_subtype: dict[str, list[Route]] = defaultdict(list)
        self._by_type: dict[str, list[Route]] = defaultdict(list)
        self._others: list[Route] = []
        for route in routes:
            if route.subtype is not None:
                self._by_subtype[route.subtype].append(route)
            elif route.type is not None:
                self._by_type[route.type].append(route)
            else:
                self._others.append(route)

    def decide(self, asked: Asked) -> Decision:
        """Return what `decide` does over all of them."""
        about = [
            *self._by_subtype.get(asked.subtype, ()),
            *self._by_type.get(asked.type, ()),
            *self._others,
        ]
        return decide(about, asked)


def with_gaps(routes: Sequence[Route]) -> list[Route]:
    """Return the rules, and in each short gap between two of the same matter, ground and rank the
    earlier one again as broken: somebody forgot these days."""
    found = list(routes)
    together: dict[tuple[object, ...], list[Route]] = defaultdict(list)
    for one in routes:
        ground = (one.zone, one.quartier, one.arrondissement)
        together[one.subtype, one.type, *ground, one.rank].append(one)
    for alike in together.values():
        for earlier, later in pairwise(sorted(alike, key=lambda one: one.first or dt.date.min)):
            if _is_gap(earlier.until, later.first):
                lost = replace(earlier, first=earlier.until, until=later.first, broken_because=GAP)
                found.append(lost)
    return found


def _is_gap(until: dt.date | None, first: dt.date | None) -> bool:
    return until is not None and first is not None and 0 < (first - until).days <= LONGEST_GAP_DAYS


def learn(seen: Sequence[tuple[str, str, str]]) -> dict[str, tuple[str, int, int]]:
    """Return for each subtype the handler it went to most, how often of how many times.

    `seen` are (subtype, ground, handler); of two handlers met as often the first in the alphabet
    stands.
    """
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for subtype, _ground, handler in seen:
        counted[subtype][handler] += 1
    return {subtype: _most(handlers) for subtype, handlers in counted.items()}


def _most(handlers: Counter[str]) -> tuple[str, int, int]:
    handler, agreed = min(handlers.items(), key=lambda one: (-one[1], one[0]))
    return handler, agreed, handlers.total()
