"""In which order one goes round: short, the same each time, begun where one stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
WALKED_STOPS = 40
"""More stops than this are not one round on foot."""
DRIVEN_STOPS = 120
"""More stops than this are not one round of a day by vehicle."""
FOOT_KMH, VEHICLE_KMH = 4.5, 15.0
DETOUR = 1.3
"""Streets are that much longer than the straight line, on average."""
_METRES_PER_KM, _MINUTES_PER_HOUR = 1000, 60
_NOTHING = 1e-9


def order(stops: Sequence[Point], *, start: Point | None = None) -> list[int]:
    """Return the positions of the stops in the order of the round: nearest next, then mended by
    exchanging two legs (2-opt) until nothing is shorter.

    The answer depends on nothing but the points; it is never longer than the order given.
    """
    given = list(range(len(stops)))
    begins = [start] if start else _edges(stops)
    tried = [given, *(_nearest_next(stops, one) for one in begins)]
    mended = [_uncrossed(stops, one, start) for one in tried]
    return min(mended, key=lambda one: (round(length(stops, one, start=start), 3), one))


def length(stops: Sequence[Point], order_of: Sequence[int], *, start: Point | None = None) -> float:
    """Return the metres of a round, in straight lines."""
    path = [stops[one] for one in order_of]
    if start is not None:
        path.insert(0, start)
    return sum(math.dist(one, following) for one, following in pairwise(path))


def minutes(metres: float, stops: int, *, on_foot: bool, minutes_per_stop: int = 5) -> int:
    """Return how long a round takes, rounded up."""
    pace = (FOOT_KMH if on_foot else VEHICLE_KMH) * _METRES_PER_KM / _MINUTES_PER_HOUR
    return math.ceil(metres * DETOUR / pace + stops * minutes_per_stop)


def most_stops(*, on_foot: bool) -> int:
    """Return how many stops one round has at most."""
    return WALKED_STOPS if on_foot else DRIVEN_STOPS


def _edges(stops: Sequence[Point]) -> list[Point]:
    """Return the outermost stops: where nobody says where one starts, it is best to begin there."""
    if not stops:
        return []
    return [pick(stops, key=lambda one: one[axis]) for pick in (min, max) for axis in (0, 1)]


def _nearest_next(stops: Sequence[Point], begin: Point) -> list[int]:
    left, path, here = set(range(len(stops))), list[int](), begin
    while left:
        best = min(left, key=lambda one: (math.dist(here, stops[one]), one))
        left.remove(best)
        path.append(best)
        here = stops[best]
    return path


def _uncrossed(stops: Sequence[Point], path: list[int], start: Point | None) -> list[int]:
    path = list(path)
    while _exchanged(stops, path, start):
        pass
    return path


def _exchanged(stops: Sequence[Point], path: list[int], start: Point | None) -> bool:
    """Go once through all pairs of legs, turning round what lies between where that is shorter."""
    is_shorter = False
    for first in range(len(path) - 1):
        for last in range(first + 1, len(path)):
            if _gain(stops, path, start, (first, last)) > _NOTHING:
                path[first : last + 1] = reversed(path[first : last + 1])
                is_shorter = True
    return is_shorter


def _gain(
    stops: Sequence[Point], path: Sequence[int], start: Point | None, ends: tuple[int, int]
) -> float:
    first, last = ends
    before = stops[path[first - 1]] if first else start
    after = stops[path[last + 1]] if last + 1 < len(path) else None
    one, other = stops[path[first]], stops[path[last]]
    gain = 0.0
    if before is not None:
        gain += math.dist(before, one) - math.dist(before, other)
    if after is not None:
        gain += math.dist(other, after) - math.dist(one, after)
    return gain
