"""Small counts: which cells of a table of counts must be left out so that none can be recomputed.

Primary: counts of one to four name somebody to those who know them. Secondary: with the totals
known, a lone gap is a subtraction. A cell is safe when going round a closed path of gaps (plus one,
minus one, …) gives another table with the same totals and no gap below one: whoever knows the
totals, and that every gap is at least one, cannot tell the two apart.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SMALL = 5
Cell = tuple[int, int]
Node = tuple[str, int]
Table = Sequence[Sequence[int]]
# A total is left out only where no path of cells does.
_TOTAL, _GRAND = 10**9, 10**15


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """What must not be shown: cells of the table, totals of rows and of columns, the grand
    total."""

    cells: frozenset[Cell]
    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()
    grand: bool = False


def protect(table: Table, *, small: int = SMALL) -> Margins:
    """Return what to leave out of a table of counts whose totals are known.

    Counts from 1 to `small` - 1 are left out, and as little as possible beside them.
    """
    if not table or not table[0]:
        return Margins(cells=frozenset())
    extended = _with_totals(table)
    gaps = {
        (row, column)
        for row, counts in enumerate(extended)
        for column, count in enumerate(counts)
        if 0 < count < small
    }
    for cell in sorted(gaps):
        gaps |= _path_around(extended, cell, gaps)
    return _margins(gaps, len(table), len(table[0]))


def _with_totals(table: Table) -> list[list[int]]:
    rows = [[*counts, sum(counts)] for counts in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def _margins(gaps: set[Cell], rows: int, columns: int) -> Margins:
    return Margins(
        cells=frozenset((r, c) for r, c in gaps if r < rows and c < columns),
        rows=frozenset(r for r, c in gaps if r < rows and c == columns),
        columns=frozenset(c for r, c in gaps if r == rows and c < columns),
        grand=(rows, columns) in gaps,
    )


def _path_around(extended: list[list[int]], cell: Cell, gaps: set[Cell]) -> set[Cell]:
    """Return the cheapest closed path through a cell along which one can be added to it.

    Rows and columns are places, cells the ways between them. Along the path one goes up by one and
    down by one in turn; a total, being on the other side of its sum, goes the other way round. What
    goes down must be two at least.
    """
    rows, columns = len(extended), len(extended[0])
    up = 1 if _side(cell, rows, columns) > 0 else -1
    start, goal = ("column", cell[1]), ("row", cell[0])
    best: dict[Node, tuple[int, Node | None]] = {start: (0, None)}
    queue: list[tuple[int, Node]] = [(0, start)]
    while queue:
        cost, place = heapq.heappop(queue)
        if place == goal:
            break
        if cost > best[place][0]:
            continue
        for way, beyond in _ways(extended, place):
            change = (up if place[0] == "row" else -up) * _side(way, rows, columns)
            if way == cell or extended[way[0]][way[1]] < (1 if change > 0 else 2):
                continue
            reached = cost + (0 if way in gaps else _price(extended, way))
            if beyond not in best or reached < best[beyond][0]:
                best[beyond] = (reached, place)
                heapq.heappush(queue, (reached, beyond))
    return set(_walked(best, goal))


def _side(cell: Cell, rows: int, columns: int) -> int:
    """Return 1 for a cell and the grand total, -1 for the total of a row or a column."""
    is_total = (cell[0] == rows - 1) != (cell[1] == columns - 1)
    return -1 if is_total else 1


def _ways(extended: list[list[int]], place: Node) -> Iterator[tuple[Cell, Node]]:
    kind, number = place
    if kind == "row":
        for column in range(len(extended[0])):
            yield (number, column), ("column", column)
    else:
        for row in range(len(extended)):
            yield (row, number), ("row", row)


def _price(extended: list[list[int]], way: Cell) -> int:
    lasts = (way[0] == len(extended) - 1) + (way[1] == len(extended[0]) - 1)
    return (1, _TOTAL, _GRAND)[lasts] + extended[way[0]][way[1]]


def _walked(best: dict[Node, tuple[int, Node | None]], goal: Node) -> Iterator[Cell]:
    place: Node | None = goal
    while place is not None:
        before = best[place][1]
        if before is not None:
            row, column = (place, before) if place[0] == "row" else (before, place)
            yield row[1], column[1]
        place = before
