"""What an ODSQL query means: a tree of frozen nodes, each with the place it was read from.

Positions count characters of the clause from 0; errors name them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypedDict


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything read from a clause, where it began, and the words it was read from."""

    position: int = 0
    text: str = ""


class Place(TypedDict):
    """Where a node was read, as every node keeps it."""

    position: int
    text: str


def place(node: Node) -> Place:
    """Return where a node was read."""
    return {"position": node.position, "text": node.text}


def descendants(*nodes: Node) -> Iterator[tuple[Node, int]]:
    """Yield these nodes, all that they hold, and how deep each stands, from 1. No recursion: a tree
    may be deeper than Python goes."""
    waiting: list[tuple[object, int]] = [(node, 1) for node in reversed(nodes)]
    while waiting:
        held, depth = waiting.pop()
        if isinstance(held, tuple):
            waiting.extend((one, depth) for one in reversed(held))
        elif isinstance(held, Node):
            yield held, depth
            inside = (getattr(held, name) for name in _parts(type(held)))
            waiting.extend((one, depth + 1) for one in inside if isinstance(one, tuple | Node))


_known_parts: dict[type[Node], tuple[str, ...]] = {}


def _parts(kind: type[Node]) -> tuple[str, ...]:
    """Return what nodes of a kind may hold others in, the last first."""
    if kind not in _known_parts:
        names = (one.name for one in reversed(fields(kind)))
        _known_parts[kind] = tuple(name for name in names if name not in Place.__annotations__)
    return _known_parts[kind]


# --- values ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Node):
    """A text, a number, a boolean, or null (None)."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLiteral(Node):
    """A moment as it was written: `first` to `last` covers a whole day, month or year if only that
    was written; both are naive, to be read in the time zone of the query, unless an offset was
    written with them."""

    first: dt.datetime
    last: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Now(Node):
    """The moment the query is asked, moved: `year`, `month`, `weekday`… set a part, `years`,
    `months`, `mondays`… add to it, in the time zone of the query."""

    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry(Node):
    """A geometry, as GeoJSON text, in degrees (WGS 84)."""

    geojson: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """A field, or a label given in the select clause."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic(Node):
    """`left operator right`; the operator is one of + - * /."""

    operator: str
    left: Value
    right: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Negative(Node):
    """The number the other way round."""

    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    """A function of one row, by its lower-case name: length, year, lower, ifnull, distance…"""

    function: str
    arguments: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(Node):
    """A function of many rows: count, avg, sum, min, max, median, percentile, envelope, bbox.

    `value` is None for `count(*)`; `argument` is the percentage of a percentile.
    """

    function: str
    value: Value | None
    distinct: bool = False
    argument: float | None = None


Value = Literal | DateLiteral | Now | Geometry | Name | Arithmetic | Negative | Call | Aggregate


# --- conditions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class And(Node):
    """Every condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or(Node):
    """At least one condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Node):
    """The condition does not hold."""

    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Node):
    """`left operator right`; the operator is one of = != > >= < <=."""

    operator: str
    left: Value
    right: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class IsTrue(Node):
    """A boolean field alone, or `is [not] true|false`."""

    value: Value
    expected: bool
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IsNull(Node):
    """`value is [not] null`."""

    value: Value
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Like(Node):
    """The text holds all the words, in any order and case."""

    value: Value
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InList(Node):
    """The value is one of these."""

    value: Value
    choices: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InRange(Node):
    """The value is between two bounds; a bound left out is None."""

    value: Value
    low: Value | None
    high: Value | None
    low_included: bool = True
    high_included: bool = True


class TextMode(StrEnum):
    """How words are looked for in the full-text index."""

    WORDS = "words"  # a quoted text alone: every word, a trailing * is a prefix
    SEARCH = "search"  # fuzzy, the last word as a prefix
    SUGGEST = "suggest"  # an exact part of a word
    STARTS_WITH = "startswith"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearch(Node):
    """The words stand in these fields; no field means all that is text."""

    mode: TextMode
    words: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithinDistance(Node):
    """The point is at most so many metres from another."""

    field: str
    center: Geometry
    metres: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InBox(Node):
    """The geometry meets a box of degrees."""

    field: str
    south: float
    west: float
    north: float
    east: float


class Relation(StrEnum):
    """How two geometries stand to each other."""

    INTERSECTS = "intersects"
    DISJOINT = "disjoint"
    WITHIN = "within"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spatial(Node):
    """The geometry of the field stands so to this one."""

    field: str
    relation: Relation
    geometry: Geometry


Condition = (
    And
    | Or
    | Not
    | Comparison
    | IsTrue
    | IsNull
    | Like
    | InList
    | InRange
    | TextSearch
    | WithinDistance
    | InBox
    | Spatial
)


# --- clauses --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Star(Node):
    """Every field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern(Node):
    """`include(pop*)` or `exclude(pop*)`: fields by the beginning of their names."""

    pattern: str
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected(Node):
    """One value of the select clause and its label; an empty label is the words themselves."""

    value: Value
    label: str = ""


SelectItem = Star | Pattern | Selected


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges(Node):
    """`range(field, …)` with bounds: n bounds make n - 1 groups, open ends one more each."""

    field: str
    bounds: tuple[Literal | DateLiteral, ...]
    open_low: bool = False
    open_high: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Widths(Node):
    """`range(field, 5)` or `range(field, 1 day)`: groups of equal width; `unit` is one of ms s m h
    d w M q y, or empty for a number."""

    field: str
    width: float
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped(Node):
    """One key of the group_by clause and its label; an empty label is the words themselves."""

    value: Value | Ranges | Widths
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered(Node):
    """One key of the order_by clause. Nulls come last both ways."""

    value: Value
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomOrder(Node):
    """`random(seed)`: the same order for the same seed."""

    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole query. `limit` None means no limit; `timezone` is an IANA name; `now` is the moment
    that `now()` means, and a query that says `now()` needs it."""

    select: tuple[SelectItem, ...] = ()
    where: Condition | None = None
    group_by: tuple[Grouped, ...] = ()
    order_by: tuple[Ordered | RandomOrder, ...] = ()
    limit: int | None = None
    offset: int = 0
    timezone: str = "UTC"
    language: str = "fr"
    now: dt.datetime | None = None
