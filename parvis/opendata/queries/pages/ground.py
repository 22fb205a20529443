"""The ground under the points of a map: the city, or nothing where they are elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parvis.territory.public import (
    District,
    arrondissements,
    city_outline,
    in_metres,
    on_the_drawing,
)

_WIDE, _TALL, _EDGE = 900, 560, 50
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
    """Return the drawing of the city, or None where it is not loaded."""
    districts = arrondissements()
    if not districts:
        return None
    outline = city_outline()
    return Ground(
        box=outline.view_box,
        outline=outline.path,
        river=outline.river,
        woods=outline.woods,
        districts=tuple(districts),
        place=on_the_drawing,
    )


def of_points(points: Sequence[Point]) -> tuple[str, Place]:
    """Return a frame around points that are not in the city, without anything under them."""
    metres = in_metres(points)
    west, east = min(x for x, _y in metres), max(x for x, _y in metres)
    south, north = min(y for _x, y in metres), max(y for _x, y in metres)
    unit = max((east - west) / _WIDE, (north - south) / _TALL, 0.1)

    def place(asked: Sequence[Point]) -> list[tuple[int, int]]:
        return [
            (round((x - west) / unit) + _EDGE, round((north - y) / unit) + _EDGE)
            for x, y in in_metres(asked)
        ]

    width, height = round((east - west) / unit), round((north - south) / unit)
    return f"0 0 {width + 2 * _EDGE} {height + 2 * _EDGE}", place
