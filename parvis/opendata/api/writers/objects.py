"""JSON in its shapes: one array, one object a line, features of a map."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import shapely

from parvis.opendata.api.writers import texts
from parvis.opendata.api.writers.export import Export, rows
from parvis.opendata.api.writers.located import WGS_84, Row, geometry_of, place_of, projection
from parvis.opendata.rules.fields import FieldType


def write_json(export: Export) -> Iterator[bytes]:
    """Yield one array of flat rows."""
    yield b"["
    yield from listed(export)
    yield b"]"


def write_lines(export: Export) -> Iterator[bytes]:
    """Yield one row a line."""
    with export.open() as batches:
        for batch in batches:
            if batch.num_rows:
                yield from texts.bytes_of(texts.objects(export, batch, "\n"))


def listed(export: Export) -> Iterator[bytes]:
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
    if export.options.epsg != WGS_84:
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


def _feature_maker(export: Export) -> Callable[[Row], Row]:
    place = place_of(export)
    name = place.name if place else ""
    is_shape = place is not None and place.type is FieldType.GEO_SHAPE
    epsg = export.options.epsg
    project = _projection(epsg) if epsg != WGS_84 else None

    def feature(row: Row) -> Row:
        geometry = geometry_of(row.get(name))
        if geometry and project:
            geometry = project(geometry)
        properties = {key: value for key, value in row.items() if not (is_shape and key == name)}
        return {"type": "Feature", "geometry": geometry, "properties": properties}

    return feature


def _projection(epsg: int) -> Callable[[Row], Row | None]:
    moved = projection(epsg)

    def project(geometry: Row) -> Row | None:
        (shape,) = moved(np.array([shapely.from_geojson(json.dumps(geometry))], dtype=object))
        projected: Row | None = json.loads(shapely.to_geojson(shape)) if shape else None
        return projected

    return project
