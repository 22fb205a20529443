"""What a map shows: counts of cells, or the cases themselves where they are few.

Counts are those that are kept and the changes that are not folded yet, in one statement: both are
of the same moment. Cases whose place is not public stand in the middle of their hexagon everywhere:
in the counts by the trigger that writes them, among the points by the same function.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from parvis.kernel.geometry import Point
from parvis.streets.rules import cells as rules
from parvis.streets.rules.cells import Box, Window
from parvis.streets.rules.places import HEXAGON_SIDE_M

FEW = 5_000
"""Up to so many cases of a viewport are found by their place; more are found by their moment, whose
index then meets enough of them soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases one looks for: of one type (its key) or of all, open ones only or all."""

    type_id: int | None = None
    only_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """So many cases, so many of them open, around a point of Lambert-93."""

    middle: Point
    count: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A case, where everybody may know that it is (metres of Lambert-93)."""

    id: uuid.UUID
    place: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a viewport shows: `spots` where there are at most MOST_POINTS cases, else `counts`.

    `total` is how many cases its cells hold, some of them just beyond its edges.
    """

    total: int
    counts: tuple[Count, ...] = ()
    spots: tuple[Spot, ...] = ()


# One descent of the index for each column of cells: a range of columns would read whole columns.
_COUNTS = """
SELECT sum(count)::bigint, coalesce(sum(count) FILTER (WHERE is_open), 0)::bigint,
    sum(east)::float8, sum(north)::float8
FROM (
    SELECT x, y, type_id, is_open, count, east, north FROM streets_cell
    WHERE level = %(level)s AND x = ANY(%(columns)s) AND y BETWEEN %(y_from)s AND %(y_to)s
    UNION ALL
    SELECT x >> %(level)s::int, y >> %(level)s::int, type_id, is_open, sign::int,
        sign * east::bigint, sign * north::bigint
    FROM streets_cell_change
    WHERE x BETWEEN %(x_first)s AND %(x_last)s AND y BETWEEN %(y_first)s AND %(y_last)s
) AS kept
WHERE (%(type)s::bigint IS NULL OR type_id = %(type)s) AND (is_open OR NOT %(only_open)s)
GROUP BY x, y HAVING sum(count) > 0
ORDER BY x, y
"""
# Found by the index of places, wide enough for every hexagon that touches the viewport.
_NEAR = """
WITH near AS MATERIALIZED (
    SELECT id, opened_at, CASE WHEN subtype_id = ANY (ARRAY(
            SELECT id FROM streets_subtype WHERE NOT is_place_public
        )) THEN streets_hexagon(location) ELSE location END AS place
    FROM streets_case
    WHERE is_shown AND location <@ box(
        point(%(west)s - %(margin)s, %(south)s - %(margin)s),
        point(%(east)s + %(margin)s, %(north)s + %(margin)s))
    AND merged_into_id IS NULL
    AND (%(type)s::bigint IS NULL OR type_id = %(type)s) AND (is_open OR NOT %(only_open)s)
)
SELECT id, place[0], place[1] FROM near
WHERE place <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
ORDER BY opened_at DESC, id DESC LIMIT %(limit)s OFFSET %(offset)s
"""
# Walks the index of moments backwards, and asks the place of what it meets: `OFFSET 0` keeps the
# planner, which takes every viewport for a narrow one, from sorting all cases first.
_LATEST = """
SELECT id, place[0], place[1] FROM (
    SELECT id, opened_at, CASE WHEN subtype_id = ANY (ARRAY(
            SELECT id FROM streets_subtype WHERE NOT is_place_public
        )) THEN streets_hexagon(location) ELSE location END AS place
    FROM streets_case
    WHERE is_shown AND merged_into_id IS NULL
    AND (%(type)s::bigint IS NULL OR type_id = %(type)s) AND (is_open OR NOT %(only_open)s)
    ORDER BY opened_at DESC, id DESC OFFSET 0
) AS shown
WHERE place <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
ORDER BY opened_at DESC, id DESC LIMIT %(limit)s OFFSET %(offset)s
"""


def picture(box: Box, wanted: Wanted, *, most: int = rules.MOST_CELLS) -> Picture:
    """Return what a viewport shows, in at most `most` cells."""
    found = counts(rules.window(box, most=most), wanted)
    total = sum(one.count for one in found)
    if total <= rules.MOST_POINTS:
        return Picture(total=total, spots=tuple(spots(box, wanted, limit=rules.MOST_POINTS)))
    return Picture(total=total, counts=tuple(found))


def counts(window: Window, wanted: Wanted) -> list[Count]:
    """Return the cells of a window in which there is something."""
    level = window.level
    asked = {
        "level": level,
        "columns": list(range(window.x_from, window.x_to + 1)),
        "y_from": window.y_from,
        "y_to": window.y_to,
        "x_first": window.x_from << level,
        "x_last": ((window.x_to + 1) << level) - 1,
        "y_first": window.y_from << level,
        "y_last": ((window.y_to + 1) << level) - 1,
    }
    return [
        # Sums are of decimetres.
        Count(middle=(east / count / 10, north / count / 10), count=count, open=is_open)
        for count, is_open, east, north in _asked(_COUNTS, asked, wanted)
    ]


def spots(box: Box, wanted: Wanted, *, limit: int) -> list[Spot]:
    """Return the latest cases of a viewport that holds few, the latest first."""
    return _spots(_NEAR, box, wanted, limit)


def latest(box: Box, wanted: Wanted, *, limit: int, offset: int = 0) -> Picture:
    """Return the latest cases of any viewport, the latest first, without counts."""
    total = sum(one.count for one in counts(rules.window(box), wanted))
    statement = _NEAR if total <= FEW else _LATEST
    found = _spots(statement, box, wanted, limit, offset)
    return Picture(total=total, spots=tuple(found))


def _spots(statement: str, box: Box, wanted: Wanted, limit: int, offset: int = 0) -> list[Spot]:
    asked = {
        "west": box.west,
        "south": box.south,
        "east": box.east,
        "north": box.north,
        "margin": HEXAGON_SIDE_M,
        "limit": limit,
        "offset": offset,
    }
    found = _asked(statement, asked, wanted)
    return [Spot(id=key, place=(x, y)) for key, x, y in found]


def _asked(statement: str, asked: dict[str, Any], wanted: Wanted) -> Sequence[tuple[Any, ...]]:
    filters = {"type": wanted.type_id, "only_open": wanted.only_open}
    with connection.cursor() as cursor:
        cursor.execute(statement, asked | filters)
        return list(cursor.fetchall())
