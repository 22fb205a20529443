"""Geometry that must be exact: boxes when a version is written, relations and distances when it is
asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from parvis.opendata.rules.odsql.distances import RADIUS
from parvis.opendata.rules.odsql.tree import Relation

_RELATIONS: dict[Relation, Callable[..., NDArray[np.bool_]]] = {
    Relation.INTERSECTS: shapely.intersects,
    Relation.DISJOINT: shapely.disjoint,
    Relation.WITHIN: shapely.within,
}


def boxes(geometries: Sequence[str | None]) -> list[pa.Array]:
    """Return west, south, east and north of GeoJSON geometries; null where there is none."""
    shapes = shapely.from_geojson(np.array(geometries, dtype=object), on_invalid="ignore")
    return [
        pa.array(side, mask=np.isnan(side), type=pa.float64()) for side in shapely.bounds(shapes).T
    ]


def shape(geojson: str) -> Any:
    """Return a geometry to compare many others with, or None if the text is none."""
    read = shapely.from_geojson(geojson, on_invalid="ignore")
    if read is not None:
        shapely.prepare(read)
    return read


def points(longitudes: NDArray[np.float64], latitudes: NDArray[np.float64]) -> Any:
    """Return points of degrees."""
    return shapely.points(longitudes, latitudes)


def shapes(geometries: Sequence[str | None]) -> Any:
    """Return the geometries; what is none is None, and stands in no relation to anything."""
    return shapely.from_geojson(np.array(geometries, dtype=object), on_invalid="ignore")


def related(those: Any, relation: Relation, to: Any) -> NDArray[np.bool_]:
    """Tell for each geometry whether it stands so to the one of the query."""
    # The prepared one must come first: "a within b" is asked as "b contains a".
    if relation is Relation.WITHIN:
        return np.asarray(shapely.contains(to, those))
    return np.asarray(_RELATIONS[relation](to, those))


_STEP = 0.01
"""Degrees between the points of a long edge, which is straight in degrees and not on the ground."""


def metres(those: Any, longitude: float, latitude: float) -> NDArray[np.float64]:
    """Return how many metres of a sphere each geometry is from a point, 0 for one that holds it,
    NaN for none.

    The ground is drawn around the point so that every distance from it is true.
    """
    drawn = shapely.transform(
        shapely.segmentize(those, _STEP), lambda points: _drawn_around(points, longitude, latitude)
    )
    return np.asarray(shapely.distance(drawn, shapely.Point(0, 0)))


def _drawn_around(
    points: NDArray[np.float64], longitude: float, latitude: float
) -> NDArray[np.float64]:
    """Return where points of degrees lie, in metres east and north (azimuthal equidistant)."""
    here, there = math.radians(latitude), np.radians(points[:, 1])
    across = np.radians(points[:, 0] - longitude)
    half = np.sin((there - here) / 2) ** 2
    half += math.cos(here) * np.cos(there) * np.sin(across / 2) ** 2
    away = 2 * RADIUS * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    east = np.cos(there) * np.sin(across)
    north = math.cos(here) * np.sin(there) - math.sin(here) * np.cos(there) * np.cos(across)
    towards = np.arctan2(east, north)
    return np.column_stack((away * np.sin(towards), away * np.cos(towards)))
