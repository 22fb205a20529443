"""Which reports of a file were made near an earlier one, reckoned apart from the database."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from parvis.streets.rules.near import Point

_AROUND = (-1, 0, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was reported, where in metres of Lambert-93, on which day."""

    kind: object
    at: Point
    day: dt.date


def earlier(seen: Sequence[Seen], *, radius_m: float, days: int) -> dict[int, list[int]]:
    """Return for each report, by its place in the order of time, the earlier ones of the same kind
    within the radius and the days, both ends included; nothing for those without.

    The order is that of `seen`, whose days never go back.
    """
    cells: dict[tuple[object, int, int], list[int]] = defaultdict(list)
    found: dict[int, list[int]] = {}
    for place, one in enumerate(seen):
        x, y = int(one.at[0] // radius_m), int(one.at[1] // radius_m)
        around = (
            other
            for dx in _AROUND
            for dy in _AROUND
            for other in cells.get((one.kind, x + dx, y + dy), ())
        )
        near = [
            other
            for other in around
            if (one.day - seen[other].day).days <= days
            and math.dist(one.at, seen[other].at) <= radius_m
        ]
        if near:
            found[place] = sorted(near)
        cells[one.kind, x, y].append(place)
    return found
