"""Where something may be reported: in the city, on the ground, not in the water."""

from __future__ import annotations

import math
import re
import unicodedata

SHORE_M = 15.0
"""Metres from the bank within which a point in the water may be a quay or a slip of the finger."""
ON_THE_WATER = ("pont", "passerelle", "port", "quai", "berge", "promenade", "voie", "ile", "ecluse")
"""First words of addresses that stand over the water or beside it."""
LONGEST_AGO_DAYS = 365
HEXAGON_SIDE_M = 150.0
"""Side of the hexagons that stand for places which are not public: about 5.8 hectares."""

Point = tuple[float, float]
_ROOT = math.sqrt(3)
_WORD = re.compile(r"[a-z]+")
_SUFFIXES = frozenset({"bis", "ter", "quater", "a", "b", "c", "d", "e", "face", "devant", "au"})


def why_not_here(
    *, is_in_city: bool, metres_from_shore: float | None, address: str, says_bridge: bool
) -> str:
    """Return "" if something may be reported here, else "outside_the_city" or "in_the_water".

    `metres_from_shore` is how far into the water the point is, None on the ground. A bridge, a quay
    or a boat is over the water: its address says so, or the person does (`says_bridge`). Of 8,000
    real reports 22 are such ones.
    """
    if not is_in_city:
        return "outside_the_city"
    if metres_from_shore is None or metres_from_shore <= SHORE_M:
        return ""
    return "" if says_bridge or is_over_water(address) else "in_the_water"


def is_over_water(address: str) -> bool:
    """Tell whether an address stands over the water or beside it: « 3 bis, quai de la Rapée »."""
    decomposed = unicodedata.normalize("NFKD", address.lower())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    words = _WORD.findall(plain)
    street = next((word for word in words if word not in _SUFFIXES), "")
    return street in ON_THE_WATER


def why_not_then(*, noticed_in_future: bool, days_ago: int) -> str:
    """Return "" for a moment at which something may have been noticed, else "in_the_future" or
    "too_long_ago" (after a year)."""
    if noticed_in_future:
        return "in_the_future"
    return "too_long_ago" if days_ago > LONGEST_AGO_DAYS else ""


def hexagon_of(point: Point) -> Point:
    """Return the middle of the hexagon a point is in: what is told of a place that is not public.

    Hexagons have sides of HEXAGON_SIDE_M and cover the plane of Lambert-93.
    """
    across = (_ROOT * point[0] / 3 - point[1] / 3) / HEXAGON_SIDE_M
    down = (2 * point[1] / 3) / HEXAGON_SIDE_M
    q, r = _rounded(across, down)
    return HEXAGON_SIDE_M * _ROOT * (q + r / 2), HEXAGON_SIDE_M * 1.5 * r


def _rounded(q: float, r: float) -> tuple[int, int]:
    """Return the whole axial coordinates nearest to these: of the three that add up to nothing, the
    one that is rounded most follows from the others."""
    s = -q - r
    whole_q, whole_r, whole_s = round(q), round(r), round(s)
    off_q, off_r, off_s = abs(whole_q - q), abs(whole_r - r), abs(whole_s - s)
    if off_q > off_r and off_q > off_s:
        whole_q = -whole_r - whole_s
    elif off_r > off_s:
        whole_r = -whole_q - whole_s
    return whole_q, whole_r
