"""Where the rows of an export are: which value says it, as a geometry, in the system asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError

from parvis.opendata.api.writers.export import Export, rows, values
from parvis.opendata.rules.fields import GEOGRAPHIC, FieldType
from parvis.opendata.rules.odsql.errors import bad_parameter
from parvis.opendata.rules.odsql.outputs import Form, Output

WGS_84 = 4326
Row = dict[str, Any]
Points = NDArray[np.float64]
Geometries = NDArray[np.object_]


def place_of(export: Export) -> Output | None:
    """Return the output that says where a row is: the first shape, or else the first point."""
    places = [
        output
        for output in export.outputs
        if output.type in GEOGRAPHIC and output.form in {Form.PLAIN, Form.POINT, Form.CELL}
    ]
    shapes = [output for output in places if output.type is FieldType.GEO_SHAPE]
    return next(iter(shapes or places), None)


def geometry_of(value: Any) -> Row | None:
    """Return the GeoJSON geometry of a point or a feature of the API."""
    if value is None:
        return None
    if "lon" in value:
        return {"type": "Point", "coordinates": [value["lon"], value["lat"]]}
    geometry: Row = value["geometry"]
    return geometry


def located(export: Export, *, epsg: int = WGS_84) -> Iterator[tuple[Row, Any]]:
    """Yield each row without the value that places it, and its geometry in two dimensions, in a
    system of coordinates; None for a row without a place."""
    place = place_of(export)
    project = projection(epsg)
    others = tuple(one for one in export.outputs if one is not place)
    with export.open() as batches:
        for batch in batches:
            shapes = project(_geometries(export, place, batch)) if place else [None] * len(batch)
            yield from zip(rows(export, batch, others), shapes, strict=True)


def _geometries(export: Export, place: Output, batch: pa.RecordBatch) -> Geometries:
    """Return where the rows of a batch are, in degrees."""
    if place.form is Form.PLAIN:
        texts = np.array(batch.column(place.columns[0]).to_pylist(), dtype=object)
        return np.asarray(shapely.from_geojson(texts, on_invalid="ignore"))
    found = [one or {"lon": np.nan, "lat": np.nan} for one in values(export, place, batch)]
    degrees = np.array([(one["lon"], one["lat"]) for one in found], dtype=np.float64).reshape(-1, 2)
    return _only(np.isfinite(degrees[:, 0]) & np.isfinite(degrees[:, 1]), shapely.points(degrees))


def _only(wanted: NDArray[np.bool_], geometries: Any) -> Geometries:
    """Return the geometries that are wanted, None in the place of the others."""
    kept = np.array(geometries, dtype=object)
    kept[~wanted] = None
    return kept


def check_projection(epsg: int) -> None:
    """Refuse a system of coordinates that does not exist.

    :raises QueryError: for such a number
    """
    if epsg != WGS_84:
        _transformer(epsg)


def projection(epsg: int) -> Callable[[Geometries], Geometries]:
    """Return what brings geometries of degrees into a system of coordinates, without their heights;
    None for one that the system has no place for."""
    if epsg == WGS_84:
        return lambda geometries: np.asarray(shapely.force_2d(geometries))
    transformer = _transformer(epsg)

    def moved(points: Points) -> Points:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    def project(geometries: Geometries) -> Geometries:
        found = shapely.transform(shapely.force_2d(geometries), moved)
        is_there = np.isfinite(shapely.bounds(found)).all(axis=1)
        return _only(is_there | shapely.is_empty(found), found)

    return project


@lru_cache(maxsize=16)
def _transformer(epsg: int) -> Transformer:
    try:
        return Transformer.from_crs(WGS_84, epsg, always_xy=True)
    except ProjError as error:
        raise bad_parameter(
            "epsg", found=str(epsg), expected="the number of an EPSG system"
        ) from error
