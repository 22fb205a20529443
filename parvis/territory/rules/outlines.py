"""A piece of ground as somebody draws it: GeoJSON is read, or refused with the reason."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import shapely

from parvis.territory.rules.ground import Metres, all_to_metres, why_not_a_point

MOST_CORNERS = 10_000
SMALLEST_M2 = 1.0
_TRIANGLE = 3
Degrees = tuple[float, float]


class OutlineError(ValueError):
    """An outline cannot be the outline of a zone; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One closed line, in metres of Lambert-93; the first corner is not repeated."""

    is_hole: bool
    corners: tuple[Metres, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What was drawn: its lines, its area, a point that is surely in it."""

    lines: tuple[Line, ...]
    area_m2: int
    inside: Metres


def read(text: str) -> Shape:
    """Return the ground that a GeoJSON text (WGS 84) outlines: a Polygon, a MultiPolygon, a feature
    or a collection of them.

    :raises OutlineError: `outline_not_geojson`, `outline_not_polygon`, `outline_not_degrees`,
        `coordinates_inverted`, `outline_too_fine`, `outline_empty`, `outline_crosses_itself`,
        `outline_in_a_hole`
    """
    polygons = [_in_metres(rings) for rings in _polygons(_parsed(text))]
    if not polygons:
        raise OutlineError("outline_empty")
    drawn = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons])
    if not drawn.is_valid:
        raise OutlineError("outline_crosses_itself")
    if drawn.area < SMALLEST_M2:
        raise OutlineError("outline_empty")
    _keep_holes_empty(drawn)
    middle = drawn.representative_point()
    return Shape(
        lines=tuple(
            Line(is_hole=rank > 0, corners=tuple(ring))
            for rings in polygons
            for rank, ring in enumerate(rings)
        ),
        area_m2=max(1, round(drawn.area)),
        inside=(middle.x, middle.y),
    )


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as broken:
        raise OutlineError("outline_not_geojson") from broken
    if not isinstance(found, dict) or "type" not in found:
        raise OutlineError("outline_not_geojson")
    return found


def _polygons(given: Any) -> Iterator[Sequence[Any]]:
    """Yield the rings of each polygon, the outer one first."""
    kind = given.get("type") if isinstance(given, dict) else None
    try:
        if kind == "FeatureCollection":
            for feature in given["features"]:
                yield from _polygons(feature)
        elif kind == "Feature":
            yield from _polygons(given["geometry"])
        elif kind == "MultiPolygon":
            yield from given["coordinates"]
        elif kind == "Polygon":
            yield given["coordinates"]
        else:
            raise OutlineError("outline_not_polygon")
    except (KeyError, TypeError) as broken:
        raise OutlineError("outline_not_geojson") from broken


def _in_metres(rings: Sequence[Any]) -> list[list[Metres]]:
    if not isinstance(rings, list) or not rings:
        raise OutlineError("outline_empty")
    return [_ring(one) for one in rings]


def _ring(given: Any) -> list[Metres]:
    """Return the corners of one line in metres, each once in a row."""
    if not isinstance(given, list):
        raise OutlineError("outline_not_geojson")
    if len(given) > MOST_CORNERS:
        raise OutlineError("outline_too_fine")
    degrees = [_corner(one) for one in given]
    if len(degrees) > 1 and degrees[0] == degrees[-1]:
        degrees.pop()
    if len(set(degrees)) < _TRIANGLE:
        raise OutlineError("outline_empty")
    kept = [one for one, following in pairwise([*degrees, None]) if one != following]
    return all_to_metres([one for one in kept if one is not None])


def _corner(given: Any) -> Degrees:
    try:
        lon, lat = float(given[0]), float(given[1])
    except (TypeError, ValueError, LookupError) as broken:
        raise OutlineError("outline_not_geojson") from broken
    reason = why_not_a_point(lon, lat)
    if reason == "coordinates_inverted":
        raise OutlineError(reason)
    if reason or not math.isfinite(lon):
        raise OutlineError("outline_not_degrees")
    return lon, lat


def _keep_holes_empty(drawn: shapely.MultiPolygon) -> None:
    """Refuse ground that lies in the hole of another part: a hole is a hole of the whole zone."""
    for part in drawn.geoms:
        for hole in map(shapely.Polygon, part.interiors):
            if any(hole.contains(other) for other in drawn.geoms if other is not part):
                raise OutlineError("outline_in_a_hole")
