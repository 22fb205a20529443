"""FlatGeobuf 3: features one behind the other in FlatBuffers, without the index, which would need
all of them first.

Source: header.fbs and feature.fbs of the FlatGeobuf project; the slots below are those of its
tables.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

import flatbuffers
import numpy as np
import shapely
from flatbuffers import number_types

from parvis.opendata.api.writers.export import Export, gathered
from parvis.opendata.api.writers.located import Row, located, place_of
from parvis.opendata.api.writers.objects import dumped
from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.odsql.outputs import Form, Output

_MAGIC = b"fgb\x03fgb\x00"
_BOOL, _LONG, _DOUBLE, _STRING, _JSON, _DATETIME = 2, 7, 10, 11, 12, 13
_KINDS = {
    FieldType.INT: _LONG,
    FieldType.DOUBLE: _DOUBLE,
    FieldType.BOOLEAN: _BOOL,
    FieldType.DATETIME: _DATETIME,
    FieldType.FILE: _JSON,
    FieldType.JSON: _JSON,
}
_PACKED = {_BOOL: "<H?", _LONG: "<Hq", _DOUBLE: "<Hd"}
_GEOMETRIES = {
    "Point": 1,
    "LineString": 2,
    "Polygon": 3,
    "MultiPoint": 4,
    "MultiLineString": 5,
    "MultiPolygon": 6,
    "GeometryCollection": 7,
}
_ANY, _POINT = 0, 1
_RINGS = frozenset({"Polygon", "MultiLineString"})
_PARTS = frozenset({"MultiPolygon", "GeometryCollection"})
_Columns = list[tuple[Output, int]]


@gathered
def write(export: Export) -> Iterator[bytes]:
    """Yield the file: what it is, what its columns are, then feature after feature."""
    place = place_of(export)
    columns = [(one, _kind(one)) for one in export.outputs if one is not place]
    yield _MAGIC + _header(export, place, columns)
    for row, geometry in located(export, epsg=export.options.epsg):
        yield _feature(row, geometry, columns)


def _kind(output: Output) -> int:
    if output.form is Form.JSON_TEXT or output.form is Form.POINT:
        return _JSON
    if output.form is not Form.PLAIN:
        return _STRING if output.form in {Form.RANGE, Form.WIDTH} else _JSON
    if output.is_list or output.type is FieldType.GEO_SHAPE:
        return _JSON
    return _KINDS.get(output.type, _STRING)


# --- the header -----------------------------------------------------------------------------------


def _header(export: Export, place: Output | None, columns: _Columns) -> bytes:
    builder = flatbuffers.Builder(1024)
    heads = dict(zip((one.name for one in export.outputs), export.heads, strict=True))
    described = [_column(builder, heads[one.name], one, kind) for one, kind in columns]
    builder.StartVector(4, len(described), 4)
    for one in reversed(described):
        builder.PrependUOffsetTRelative(one)
    vector = builder.EndVector()
    name, title = builder.CreateString(export.dataset_id), builder.CreateString(export.title)
    crs = _crs(builder, export.options.epsg)
    is_point = place is not None and place.type is FieldType.GEO_POINT
    builder.StartObject(14)
    builder.PrependUOffsetTRelativeSlot(0, name, 0)
    builder.PrependUint8Slot(2, _POINT if is_point else _ANY, 0)
    builder.PrependUOffsetTRelativeSlot(7, vector, 0)
    builder.PrependUint16Slot(9, 0, 16)
    builder.PrependUOffsetTRelativeSlot(10, crs, 0)
    builder.PrependUOffsetTRelativeSlot(11, title, 0)
    builder.FinishSizePrefixed(builder.EndObject())
    return bytes(builder.Output())


def _column(builder: Any, head: str, output: Output, kind: int) -> int:
    name = builder.CreateString(output.name)
    title = builder.CreateString(head)
    builder.StartObject(11)
    builder.PrependUOffsetTRelativeSlot(0, name, 0)
    builder.PrependUint8Slot(1, kind, 0)
    builder.PrependUOffsetTRelativeSlot(2, title, 0)
    return int(builder.EndObject())


def _crs(builder: Any, epsg: int) -> int:
    authority = builder.CreateString("EPSG")
    builder.StartObject(6)
    builder.PrependUOffsetTRelativeSlot(0, authority, 0)
    builder.PrependInt32Slot(1, epsg, 0)
    return int(builder.EndObject())


# --- features -------------------------------------------------------------------------------------


def _feature(row: Row, geometry: Any, columns: _Columns) -> bytes:
    builder = flatbuffers.Builder(512)
    written = _geometry(builder, geometry) if geometry is not None else 0
    properties = builder.CreateByteVector(b"".join(_properties(row, columns)))
    builder.StartObject(3)
    builder.PrependUOffsetTRelativeSlot(0, written, 0)
    builder.PrependUOffsetTRelativeSlot(1, properties, 0)
    builder.FinishSizePrefixed(builder.EndObject())
    return bytes(builder.Output())


def _properties(row: Row, columns: _Columns) -> Iterator[bytes]:
    """Yield the rank of each column that has a value, and the value; a null is left out."""
    for rank, (output, kind) in enumerate(columns):
        value = row[output.name]
        if value is None:
            continue
        if kind in _PACKED:
            yield struct.pack(_PACKED[kind], rank, value)
            continue
        text = (dumped(value) if kind == _JSON else str(value)).encode()
        yield struct.pack("<HI", rank, len(text)) + text


def _geometry(builder: Any, geometry: Any) -> int:
    """Write a geometry, the parts of one that has some before it, and return where it is."""
    name = geometry.geom_type
    fill: Callable[[], None]
    if name in _PARTS:
        parts = [_geometry(builder, part) for part in shapely.get_parts(geometry)]
        builder.StartVector(4, len(parts), 4)
        for one in reversed(parts):
            builder.PrependUOffsetTRelative(one)
        vector = builder.EndVector()

        def fill() -> None:
            builder.PrependUOffsetTRelativeSlot(7, vector, 0)
    else:
        xy = builder.CreateNumpyVector(shapely.get_coordinates(geometry).ravel())
        ends = _ends(builder, geometry) if name in _RINGS else 0

        def fill() -> None:
            builder.PrependUOffsetTRelativeSlot(0, ends, 0)
            builder.PrependUOffsetTRelativeSlot(1, xy, 0)

    builder.StartObject(8)
    fill()
    builder.PrependSlot(number_types.Uint8Flags, 6, _GEOMETRIES[name], 0)
    return int(builder.EndObject())


def _ends(builder: Any, geometry: Any) -> int:
    """Write after how many points each line or ring ends."""
    lines = [geometry] if geometry.geom_type == "Polygon" else shapely.get_parts(geometry)
    rings = [ring for line in lines for ring in _rings(line)]
    counts = np.array([shapely.get_num_coordinates(one) for one in rings], dtype=np.uint32)
    return int(builder.CreateNumpyVector(np.cumsum(counts, dtype=np.uint32)))


def _rings(line: Any) -> list[Any]:
    return [line.exterior, *line.interiors] if line.geom_type == "Polygon" else [line]
