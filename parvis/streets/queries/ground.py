"""Where a report is: the quartier, the address, how far into the water."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from parvis.streets.rules.near import Point
from parvis.streets.rules.places import SHORE_M
from parvis.territory.public import (
    Place,
    address_nearest_to,
    in_metres,
    locate,
    street_key,
    suggest,
    water_zones,
    zones_at,
)

_STEPS, _DIRECTIONS = 3, 12
_NEAR_M = 120.0
"""A known address that is farther says nothing of where this is."""
_LONG_STREET_M = 1500.0
"""A street has one point, and runs on from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point of a report: `at` in metres of Lambert-93, `place` None outside the city.

    `zones` are all it is in, closed ones too. `address` is a known one, without postcode, "" where
    none is near, and as it was typed where the street is known and the number is not: `pinned_at`
    is then whose point was found for it. `metres_from_shore` is None on the ground, infinite far
    into the water.
    """

    lon: float
    lat: float
    at: Point
    place: Place | None
    metres_from_shore: float | None
    zones: frozenset[str] = frozenset()
    address: str = ""
    postcode: str = ""
    street_key: str = ""
    pinned_at: str = ""

    @property
    def label(self) -> str:
        """Return where this is, as people say it."""
        if self.place is None:
            return ""
        if not self.address:
            return self.place.quartier_name
        # A street stands in several arrondissements: without the postcode it would be another.
        return f"{self.address}, {self.postcode} Paris"


def spot(*, lon: float, lat: float, said: str = "") -> Spot:
    """Return what is known of a point (WGS 84, degrees); `said` is the address as somebody wrote
    it, believed where we know it and it is near.

    :raises Refused: if these cannot be coordinates of a place
    """
    place = locate(lon=lon, lat=lat)
    at = in_metres([(lon, lat)])[0]
    if place is None:
        return Spot(lon=lon, lat=lat, at=at, place=None, metres_from_shore=None)
    known, zones = _address(said, at) or _nearest(at), zones_at([at], with_closed=True)[0]
    number, street, postcode = known or ("", "", f"750{place.arrondissement:02}")
    return Spot(
        lon=lon,
        lat=lat,
        at=at,
        place=place,
        metres_from_shore=_from_shore(at, zones),
        zones=zones,
        address=f"{number} {street}".strip(),
        postcode=postcode,
        street_key=street_key(street, place.arrondissement) if street else "",
    )


def found(said: str) -> Spot | None:
    """Return the place that somebody means by an address, None if there is no point for it."""
    for one in suggest(said, limit=1):
        if one.lon is not None and one.lat is not None and one.kind != "district":
            pinned_at = f"{one.nearest_number} {one.street}".strip() if one.asked_number else ""
            typed = f"{one.asked_number} {one.label}".strip()
            return replace(spot(lon=one.lon, lat=one.lat, said=typed), pinned_at=pinned_at)
    return None


Known = tuple[str, str, str]
"""Number, street and postcode."""


def _address(said: str, at: Point) -> Known | None:
    """Return the known address that these words mean, unless it is elsewhere."""
    if not said.strip():
        return None
    for one in suggest(said, limit=3):
        if one.street and one.lon is not None and one.lat is not None:
            far = math.dist(at, in_metres([(one.lon, one.lat)])[0])
            if far <= (_NEAR_M if one.number else _LONG_STREET_M):
                return one.number or one.asked_number, one.street, one.postcode
    return None


def _nearest(at: Point) -> Known | None:
    near = address_nearest_to(at)
    if near is None or math.dist(at, in_metres([(near.lon, near.lat)])[0]) > _NEAR_M:
        return None
    return near.number, near.street, near.postcode


def metres_from_shore(at: Point) -> float | None:
    """Return how far into the water a point is, in steps of a third of SHORE_M; None on the
    ground, infinite farther out than SHORE_M."""
    return _from_shore(at, zones_at([at])[0])


def _from_shore(at: Point, inside: frozenset[str]) -> float | None:
    # Nearly every point is in no zone at all.
    waters = inside & water_zones() if inside else inside
    if not waters:
        return None
    rings = [SHORE_M * step / _STEPS for step in range(1, _STEPS + 1)]
    around = [
        (radius, _towards(at, radius, turn)) for radius in rings for turn in range(_DIRECTIONS)
    ]
    zones = zones_at([point for _radius, point in around])
    dry = [
        radius for (radius, _point), codes in zip(around, zones, strict=True) if not codes & waters
    ]
    return min(dry, default=math.inf)


def _towards(at: Point, metres: float, turn: int) -> Point:
    angle = 2 * math.pi * turn / _DIRECTIONS
    return at[0] + metres * math.cos(angle), at[1] + metres * math.sin(angle)
