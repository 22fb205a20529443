"""Geometries as callers write them: WKT, WKB in hexadecimal, GeoJSON."""

from __future__ import annotations

import re

import shapely

MAX_NESTING = 8
"""Levels of brackets in a geometry; a collection of multipolygons has six."""

_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){5,}")
_OPEN, _CLOSED = "([{", ")]}"


def to_geojson(text: str) -> str:
    """Return the GeoJSON of a geometry in two dimensions.

    Raises ValueError for a text that is none, an empty geometry, or coordinates that are no number.
    """
    text = text.strip()
    if _nesting(text) > MAX_NESTING:
        message = "the geometry has too many brackets"
        raise ValueError(message)
    try:
        geometry = _read(text)
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        message = "the geometry is not WKT, WKB or GeoJSON"
        raise ValueError(message) from None
    if geometry is None or geometry.is_empty:
        message = "the geometry is empty"
        raise ValueError(message)
    written: str = shapely.to_geojson(shapely.force_2d(geometry))
    if re.search(r"nan|inf|null", written, re.IGNORECASE):
        message = "a coordinate of the geometry is not a number"
        raise ValueError(message)
    return written


def point(geojson: str) -> tuple[float, float]:
    """Return the longitude and latitude of a point; raises ValueError for another geometry."""
    geometry = shapely.from_geojson(geojson)
    if geometry.geom_type != "Point":
        message = f"a POINT is expected, not a {geometry.geom_type.upper()}"
        raise ValueError(message)
    return geometry.x, geometry.y


def _read(text: str) -> shapely.Geometry:
    if text.startswith("{"):
        return shapely.from_geojson(text)
    if _HEX.fullmatch(text):
        return shapely.from_wkb(text)
    return shapely.from_wkt(text)


def _nesting(text: str) -> int:
    depth = deepest = 0
    for letter in text:
        depth += (letter in _OPEN) - (letter in _CLOSED)
        deepest = max(deepest, depth)
    return deepest
