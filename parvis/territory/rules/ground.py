"""The ground: degrees and metres, distances, and the frame in which the city is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pyproj import Transformer

Metres = tuple[float, float]
"""A point of Lambert-93: x to the east, y to the north."""
LAMBERT_93 = 2154
"""EPSG code of the projection in which the city is held, in metres (arrêté du 5 mars 2019)."""

# Metropolitan France, generously: what is outside it is not even looked up.
WEST, EAST, SOUTH, NORTH = -5.5, 10.0, 41.0, 51.5
_FARTHEST_LON, _FARTHEST_LAT = 180.0, 90.0

_to_metres = Transformer.from_crs(4326, LAMBERT_93, always_xy=True)
_to_degrees = Transformer.from_crs(LAMBERT_93, 4326, always_xy=True)


def why_not_a_point(lon: float, lat: float) -> str | None:
    """Return the reason why these cannot be coordinates of a place (WGS 84, degrees), or None."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return "coordinates_not_numbers"
    if abs(lon) > _FARTHEST_LON or abs(lat) > _FARTHEST_LAT:
        return "coordinates_out_of_range"
    if not is_in_france(lon, lat) and is_in_france(lat, lon):
        return "coordinates_inverted"
    return None


def is_in_france(lon: float, lat: float) -> bool:
    """Tell whether a point is in the rectangle around metropolitan France."""
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH


def to_metres(lon: float, lat: float) -> Metres:
    """Return a point (WGS 84, degrees) in metres of Lambert-93."""
    x, y = _to_metres.transform(lon, lat)
    return float(x), float(y)


def all_to_metres(points: Sequence[tuple[float, float]]) -> list[Metres]:
    """Return points (WGS 84, degrees; longitude first) in metres of Lambert-93."""
    if not points:
        return []
    lon, lat = zip(*points, strict=True)
    return list(zip(*_to_metres.transform(lon, lat), strict=True))


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """Return a point of Lambert-93 as longitude and latitude (WGS 84), to a tenth of a metre."""
    lon, lat = _to_degrees.transform(x, y)
    return round(float(lon), 6), round(float(lat), 6)


def distance(one: Metres, other: Metres) -> float:
    """Return the distance between two points of Lambert-93, in metres."""
    return math.dist(one, other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How metres of Lambert-93 become units of the drawing, whose y grows downwards."""

    west: float
    north: float
    metres: float

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Return where a point of Lambert-93 stands in the drawing."""
        return round((x - self.west) / self.metres), round((self.north - y) / self.metres)

    def back(self, across: float, down: float) -> Metres:
        """Return the point of Lambert-93 that stands there in the drawing."""
        return self.west + across * self.metres, self.north - down * self.metres
