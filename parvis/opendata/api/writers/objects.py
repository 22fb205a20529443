"""JSON in its shapes: one array, one object a line, linked data, features of a map."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import shapely
from pyproj import Transformer
from pyproj.exceptions import CRSError

from parvis.opendata.api.writers import texts
from parvis.opendata.api.writers.export import Export, rows
from parvis.opendata.rules.fields import GEOGRAPHIC, FieldType
from parvis.opendata.rules.odsql.errors import bad_parameter
from parvis.opendata.rules.odsql.outputs import Form, Output

_WGS_84 = 4326
Row = dict[str, Any]


def write_json(export: Export) -> Iterator[bytes]:
    """Yield one array of flat rows."""
    yield b"["
    yield from _listed(export)
    yield b"]"


def write_lines(export: Export) -> Iterator[bytes]:
    """Yield one row a line."""
    with export.open() as batches:
        for batch in batches:
            if batch.num_rows:
                yield from texts.bytes_of(texts.objects(export, batch, "\n"))


def write_linked(export: Export) -> Iterator[bytes]:
    """Yield JSON-LD: each row a node whose properties are the dataset's own fields."""
    context = {"@vocab": f"{export.address}/fields/"}
    yield f'{{"@context":{dumped(context)},"@graph":['.encode()
    yield from _listed(export)
    yield b"]}"


def _listed(export: Export) -> Iterator[bytes]:
    """Yield the rows with a comma between them."""
    comma = b""
    with export.open() as batches:
        for batch in batches:
            if batch.num_rows:
                # The comma behind the last row waits: there may be no other.
                lines = texts.objects(export, batch, ",")
                yield comma
                *pieces, last = texts.bytes_of(lines)
                yield from pieces
                yield last.removesuffix(b",")
                comma = b","


def write_features(export: Export) -> Iterator[bytes]:
    """Yield a FeatureCollection: the geometry is the first shape, or else the first point."""
    yield b'{"type":"FeatureCollection",'
    if export.options.epsg != _WGS_84:
        name = {
            "type": "name",
            "properties": {"name": f"urn:ogc:def:crs:EPSG::{export.options.epsg}"},
        }
        yield f'"crs":{dumped(name)},'.encode()
    yield b'"features":['
    feature, comma = _feature_maker(export), ""
    with export.open() as batches:
        for batch in batches:
            text = ",".join(dumped(feature(row)) for row in rows(export, batch))
            if text:
                yield f"{comma}{text}".encode()
                comma = ","
    yield b"]}"


def dumped(content: Any) -> str:
    """Return JSON as the API writes it."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def place_of(export: Export) -> Output | None:
    """Return the output that says where a row is: the first shape, or else the first point."""
    places = [
        output
        for output in export.outputs
        if output.type in GEOGRAPHIC and output.form in {Form.PLAIN, Form.POINT}
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


def check_projection(epsg: int) -> None:
    """Refuse a system of coordinates that does not exist.

    :raises QueryError: for such a number
    """
    if epsg != _WGS_84:
        _transformer(epsg)


def _transformer(epsg: int) -> Transformer:
    try:
        return Transformer.from_crs(_WGS_84, epsg, always_xy=True)
    except CRSError as error:
        raise bad_parameter(
            "epsg", found=str(epsg), expected="the number of an EPSG system"
        ) from error


def _feature_maker(export: Export) -> Callable[[Row], Row]:
    place = place_of(export)
    name = place.name if place else ""
    is_shape = place is not None and place.type is FieldType.GEO_SHAPE
    epsg = export.options.epsg
    project = _projection(epsg) if epsg != _WGS_84 else None

    def feature(row: Row) -> Row:
        geometry = geometry_of(row.get(name))
        if geometry and project:
            geometry = project(geometry)
        properties = {key: value for key, value in row.items() if not (is_shape and key == name)}
        return {"type": "Feature", "geometry": geometry, "properties": properties}

    return feature


def _projection(epsg: int) -> Callable[[Row], Row]:
    transformer = _transformer(epsg)

    def project(geometry: Row) -> Row:
        shape = shapely.from_geojson(json.dumps(geometry))
        moved = shapely.transform(shape, transformer.transform, interleaved=False)
        projected: Row = json.loads(shapely.to_geojson(moved))
        return projected

    return project
