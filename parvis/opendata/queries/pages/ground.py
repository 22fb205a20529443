"""Where a point of the globe stands on the drawing of the city.

The territory draws the city in units of ten metres of Lambert-93 and says where the middle of each
arrondissement is, in degrees and on the drawing: that tells where the drawing begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyproj import Transformer

from parvis.territory.public import District, arrondissements, city_outline, suggest

_UNIT = 10.0
"""Metres of a unit of the drawing."""
_NEAR = 3.0
"""Units by which two arrondissements may disagree: their middles are rounded to one."""
_WIDE, _TALL, _EDGE = 900, 560, 50
_to_metres = Transformer.from_crs(4326, 2154, always_xy=True)
Point = tuple[float, float]
"""Longitude and latitude (WGS 84, degrees)."""
Place = Callable[[Sequence[Point]], list[tuple[int, int]]]
"""Says where points stand in a drawing, its y growing downwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The drawing under the points: its box, its paths, and where a point stands in it."""

    box: str
    outline: str
    river: str
    woods: str
    districts: tuple[District, ...]
    place: Place


def city() -> Ground | None:
    """Return the drawing of the city, or None where it is not loaded or its place is not sure."""
    districts = arrondissements()
    begins = [one for one in map(_beginning, districts[:1] + districts[-1:]) if one]
    if len(begins) < len(districts[:1] + districts[-1:]) or not begins:
        return None
    (west, north), (other_west, other_north) = begins[0], begins[-1]
    if max(abs(west - other_west), abs(north - other_north)) > _NEAR * _UNIT:
        return None
    outline = city_outline()

    def place(points: Sequence[Point]) -> list[tuple[int, int]]:
        return [(round((x - west) / _UNIT), round((north - y) / _UNIT)) for x, y in _metres(points)]

    return Ground(
        box=outline.view_box,
        outline=outline.path,
        river=outline.river,
        woods=outline.woods,
        districts=tuple(districts),
        place=place,
    )


def _beginning(district: District) -> tuple[float, float] | None:
    """Return where the drawing begins, in metres, as one arrondissement tells it."""
    meant = suggest(f"{district.number}e arrondissement", limit=1)
    if not meant or meant[0].kind != "district" or meant[0].arrondissement != district.number:
        return None
    lon, lat = meant[0].lon, meant[0].lat
    if lon is None or lat is None:
        return None
    x, y = _to_metres.transform(lon, lat)
    return x - district.label_x * _UNIT, y + district.label_y * _UNIT


def of_points(points: Sequence[Point]) -> tuple[str, Place]:
    """Return a frame around points that are not in the city, without anything under them."""
    metres = _metres(points)
    west, east = min(x for x, _y in metres), max(x for x, _y in metres)
    south, north = min(y for _x, y in metres), max(y for _x, y in metres)
    unit = max((east - west) / _WIDE, (north - south) / _TALL, 0.1)

    def place(asked: Sequence[Point]) -> list[tuple[int, int]]:
        return [
            (round((x - west) / unit) + _EDGE, round((north - y) / unit) + _EDGE)
            for x, y in _metres(asked)
        ]

    width, height = round((east - west) / unit), round((north - south) / unit)
    return f"0 0 {width + 2 * _EDGE} {height + 2 * _EDGE}", place


def _metres(points: Sequence[Point]) -> list[tuple[float, float]]:
    if not points:
        return []
    lon, lat = zip(*points, strict=True)
    return list(zip(*_to_metres.transform(lon, lat), strict=True))
