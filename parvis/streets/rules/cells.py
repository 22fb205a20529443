"""The grid of the map: which level answers a viewport, and where a cell is.

Level 0 has cells of 16 m, each level twice the side of the one before, up to level 8 (4,096 m).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FINEST_M = 16
HIGHEST = 8
MOST_CELLS = 400
"""Cells that one viewport may show."""
MOST_POINTS = 200
"""Cases that are shown one by one instead of cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A viewport in metres of Lambert-93."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The cells of one level that a viewport touches, both ends included."""

    level: int
    x_from: int
    x_to: int
    y_from: int
    y_to: int


def window(box: Box, *, most: int = MOST_CELLS) -> Window:
    """Return the finest level at which a viewport has at most so many cells, and which.

    Beyond the highest level there is none coarser: what is asked for is then larger than the city.
    """
    found = _window(box, HIGHEST)
    for level in range(HIGHEST - 1, -1, -1):
        finer = _window(box, level)
        if cells_in(finer) > most:
            break
        found = finer
    return found


def cells_in(window: Window) -> int:
    """Return how many cells a window has."""
    return (window.x_to - window.x_from + 1) * (window.y_to - window.y_from + 1)


def cell_of(x: float, y: float, level: int) -> tuple[int, int]:
    """Return the cell of a point of Lambert-93."""
    # The database counts in cells of the finest level and halves them: to do the same keeps
    # rounding from telling them apart.
    return math.floor(x / FINEST_M) >> level, math.floor(y / FINEST_M) >> level


def centre_of(x: int, y: int, level: int) -> tuple[float, float]:
    """Return the middle of a cell, in metres of Lambert-93."""
    side = FINEST_M << level
    return (x + 0.5) * side, (y + 0.5) * side


def around(points: Sequence[tuple[float, float]], *, margin: float = 0.0) -> Box:
    """Return the smallest viewport that holds these points of Lambert-93, and so many metres more.

    :raises ValueError: if there are none
    """
    return Box(
        west=min(x for x, _y in points) - margin,
        south=min(y for _x, y in points) - margin,
        east=max(x for x, _y in points) + margin,
        north=max(y for _x, y in points) + margin,
    )


def _window(box: Box, level: int) -> Window:
    x_from, y_from = cell_of(box.west, box.south, level)
    x_to, y_to = cell_of(box.east, box.north, level)
    return Window(level=level, x_from=x_from, x_to=x_to, y_from=y_from, y_to=y_to)
