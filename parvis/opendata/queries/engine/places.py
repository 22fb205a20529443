"""Geometry that must be exact: boxes when a version is written, relations when it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

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
