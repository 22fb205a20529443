"""Geometries: read with shapely, kept as GeoJSON beside the box that contains them."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from parvis.opendata.rules.fields import Field

_WORLD = (-180.0, -90.0, 180.0, 90.0)


def read_shapes(texts: Iterable[str | None]) -> tuple[list[str | None], Any]:
    """Return each geometry as GeoJSON and as shapely holds it; None where it cannot be read or
    lies outside the degrees of the world."""
    written = [_geometry_of(text) for text in texts]
    shapes = shapely.from_geojson(np.array(written, dtype=object), on_invalid="ignore")
    bounds = shapely.bounds(shapes)
    inside = (
        (bounds[:, 0] >= _WORLD[0])
        & (bounds[:, 1] >= _WORLD[1])
        & (bounds[:, 2] <= _WORLD[2])
        & (bounds[:, 3] <= _WORLD[3])
    )
    shapes = np.where(inside, shapes, None)
    return [text if ok else None for text, ok in zip(written, inside, strict=True)], shapes


def _geometry_of(text: str | None) -> str | None:
    """Return the geometry of a GeoJSON geometry or Feature; Python's own writing is understood."""
    if text is None:
        return None
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
    if isinstance(value, dict) and value.get("type") == "Feature":
        value = value.get("geometry")
    return json.dumps(value, separators=(",", ":")) if isinstance(value, dict) else None


def shape_arrays(one: Field, written: Sequence[str | None], shapes: Any) -> dict[str, pa.Array]:
    """Return the columns of a shape: its text, west, south, east, north."""
    bounds = shapely.bounds(shapes)
    text, *sides = one.columns
    arrays = {text: pa.array(written, pa.string())}
    for place, side in enumerate(sides):
        arrays[side] = pa.array(bounds[:, place], pa.float64(), from_pandas=True)
    return arrays


def point_arrays(one: Field, shapes: Any) -> dict[str, pa.Array]:
    """Return the columns of a point inside each shape."""
    points = shapely.point_on_surface(shapes)
    return {
        column: pa.array(read(points), pa.float64(), from_pandas=True)
        for column, read in zip(one.columns, (shapely.get_x, shapely.get_y), strict=True)
    }
