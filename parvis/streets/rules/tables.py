"""A table of routing as a file: read line by line, and what it would change.

Columns are named in the first line, in any order: handler, and what a rule is about (subtype,
type), its ground (zone, quartier, arrondissement), rank, first, until, why, seen, agreed. Codes are
those of the catalogue; what is left empty is any.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from parvis.streets.rules.routing import Route

COLUMNS = (
    "subtype",
    "type",
    "zone",
    "quartier",
    "arrondissement",
    "handler",
    "rank",
    "first",
    "until",
    "why",
    "seen",
    "agreed",
)
MOST_LINES = 5_000
RANKS = range(-100, 101)
_QUARTIERS, _ARRONDISSEMENTS = range(1, 81), range(1, 21)
Key = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a table: the rule, why, how often it was seen and how often it held."""

    place: int
    route: Route
    why: str
    seen: int
    agreed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a line; `value` is what was written."""

    place: int
    code: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The codes that a table may name."""

    subtypes: Collection[str]
    types: Collection[str]
    zones: Collection[str]
    handlers: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a table would change of the learned rules: lines to add, rules that go on as they are
    with the line that says so, rules that end; lines on which agents have their own say."""

    add: tuple[Line, ...]
    same: tuple[tuple[int, Line], ...]
    end: tuple[int, ...]
    left: tuple[Line, ...]


def key(route: Route) -> Key:
    """Return what tells the matter, ground and rank of a rule from others."""
    ground = (route.zone, route.quartier, route.arrondissement)
    return (route.subtype, route.type, *ground, route.rank)


def read(text: str, known: Known) -> tuple[list[Line], list[Fault]]:
    """Return the lines of a table, and what is wrong with it: codes "no_columns", "too_long",
    "unknown", "number", "day", "two_matters", "two_grounds", "no_days", "twice"."""
    head, _newline, _rest = text.partition("\n")
    rows = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    if "handler" not in (rows.fieldnames or ()):
        return [], [Fault(place=1, code="no_columns", value=head[:80].strip())]
    lines: list[Line] = []
    faults: list[Fault] = []
    taken: set[Key] = set()
    for place, row in enumerate(rows, start=2):
        if place > MOST_LINES + 1:
            return [], [Fault(place=place, code="too_long", value="")]
        try:
            line = _line(place, row, known)
        except _WrongError as wrong:
            faults.append(Fault(place=place, code=wrong.code, value=wrong.value))
            continue
        if key(line.route) in taken:
            faults.append(Fault(place=place, code="twice", value=line.route.handler))
        taken.add(key(line.route))
        lines.append(line)
    return lines, faults


def fault_of(route: Route) -> str:
    """Return what is wrong with a rule by itself, or ""."""
    if route.subtype is not None and route.type is not None:
        return "two_matters"
    ground = (route.zone, route.quartier, route.arrondissement)
    if sum(part is not None for part in ground) > 1:
        return "two_grounds"
    if route.first is not None and route.until is not None and route.until <= route.first:
        return "no_days"
    return ""


def with_area(line: Line, areas: Mapping[str, int]) -> Route:
    """Return the rule of a line, with its place as its number and the area of its zone."""
    area = areas.get(line.route.zone, 0) if line.route.zone else 0
    return replace(line.route, id=line.place, area_m2=area)


def plan(lines: Sequence[Line], held: Mapping[int, tuple[Route, bool]], day: dt.date) -> Plan:
    """Return what a table changes; `held` are the rules by number, each with whether it was
    learned. A new rule in the place of one that held begins on the day."""
    by_key: dict[Key, list[tuple[Route, bool]]] = defaultdict(list)
    for route, is_learned in held.values():
        if route.until is None or route.until > day:
            by_key[key(route)].append((route, is_learned))
    add, same, left = [], [], []
    for line in lines:
        there = by_key.get(key(line.route), [])
        going_on = _going_on(line, there)
        if going_on is not None:
            same.append((going_on.id, line))
        elif any(not is_learned for _route, is_learned in there):
            left.append(line)
        else:
            add.append(_from(day, line) if there else line)
    kept = {number for number, _line in same}
    learned = (route for routes in by_key.values() for route, is_learned in routes if is_learned)
    return Plan(
        add=tuple(add),
        same=tuple(same),
        end=tuple(sorted(route.id for route in learned if route.id not in kept)),
        left=tuple(left),
    )


def after(held: Iterable[Route], change: Plan) -> list[Route]:
    """Return the rules as they would be once a table is taken over."""
    stays = [one for one in held if one.id not in change.end]
    numbers = range(-len(change.add), 0)
    added = [replace(one.route, id=no) for one, no in zip(change.add, numbers, strict=True)]
    return stays + added


class _WrongError(ValueError):
    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.code, self.value = code, value


def _line(place: int, row: Mapping[str, str | None], known: Known) -> Line:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    handler = _code(cells["handler"], known.handlers)
    if handler is None:
        raise _WrongError("unknown", "handler")
    route = Route(
        id=0,
        handler=handler,
        subtype=_code(cells["subtype"], known.subtypes),
        type=_code(cells["type"], known.types),
        zone=_code(cells["zone"], known.zones),
        quartier=_number(cells["quartier"], _QUARTIERS),
        arrondissement=_number(cells["arrondissement"], _ARRONDISSEMENTS),
        first=_day(cells["first"]),
        until=_day(cells["until"]),
        rank=_number(cells["rank"], RANKS) or 0,
    )
    wrong = fault_of(route)
    if wrong:
        raise _WrongError(wrong, handler)
    seen, agreed = (_number(cells[name], range(10**9)) or 0 for name in ("seen", "agreed"))
    if agreed > seen:
        raise _WrongError("number", str(agreed))
    return Line(place=place, route=route, why=cells["why"][:300], seen=seen, agreed=agreed)


def _code(written: str, known: Collection[str]) -> str | None:
    if written and written not in known:
        raise _WrongError("unknown", written)
    return written or None


def _number(written: str, allowed: range) -> int | None:
    if not written:
        return None
    try:
        number = int(written)
    except ValueError:
        raise _WrongError("number", written) from None
    if number not in allowed:
        raise _WrongError("number", written)
    return number


def _day(written: str) -> dt.date | None:
    if not written:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise _WrongError("day", written) from None


def _going_on(line: Line, there: Sequence[tuple[Route, bool]]) -> Route | None:
    """Return the learned rule that says just what a line says."""
    for route, is_learned in there:
        days = (route.first, route.until)
        is_same_time = days == (line.route.first, line.route.until) or (
            line.route.first is None and route.until == line.route.until
        )
        if is_learned and is_same_time and route.handler == line.route.handler:
            return route
    return None


def _from(day: dt.date, line: Line) -> Line:
    first = line.route.first
    return replace(line, route=replace(line.route, first=max(first, day) if first else day))
