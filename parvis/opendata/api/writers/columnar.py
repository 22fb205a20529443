"""Parquet, with its places as GeoParquet 1.1 says them: WKB and their system of coordinates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from parvis.opendata.api.writers.export import Export, values
from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.odsql.outputs import Form, Output

_TYPES = {
    FieldType.TEXT: pa.string(),
    FieldType.INT: pa.int64(),
    FieldType.DOUBLE: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
    FieldType.DATETIME: pa.timestamp("us", "UTC"),
}


def write(export: Export, path: Path) -> None:
    """Write the file."""
    schema = _schema(export)
    written = pq.ParquetWriter(path, schema, compression=export.options.parquet_compression)
    with export.open() as batches, written as file:
        for batch in batches:
            columns = [_column(export, output, batch) for output in export.outputs]
            file.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))


def _is_place(output: Output) -> bool:
    if output.form is Form.POINT:
        return True
    return output.form is Form.PLAIN and output.type is FieldType.GEO_SHAPE


def _type(output: Output) -> pa.DataType:
    if _is_place(output):
        return pa.binary()
    if output.form is not Form.PLAIN:
        return pa.string()
    return pa.list_(pa.string()) if output.is_list else _TYPES.get(output.type, pa.string())


def _schema(export: Export) -> pa.Schema:
    pairs = zip(export.heads, export.outputs, strict=True)
    schema = pa.schema([pa.field(head, _type(output)) for head, output in pairs])
    places = [
        head for head, output in zip(export.heads, export.outputs, strict=True) if _is_place(output)
    ]
    if not places:
        return schema
    described = {
        "version": "1.1.0",
        "primary_column": places[-1],
        "columns": {head: {"encoding": "WKB", "geometry_types": []} for head in places},
    }
    return schema.with_metadata({"geo": json.dumps(described)})


def _column(export: Export, output: Output, batch: pa.RecordBatch) -> pa.Array:
    columns = [batch.column(name) for name in output.columns]
    if output.form is Form.POINT:
        lon, lat = (column.to_pylist() for column in columns)
        return _wkb(
            None if x is None else shapely.Point(x, y) for x, y in zip(lon, lat, strict=True)
        )
    if _is_place(output):
        geometries = (
            None if one is None else shapely.from_geojson(one) for one in columns[0].to_pylist()
        )
        return _wkb(geometries)
    if output.form is not Form.PLAIN:
        return pa.array([_dumped(one) for one in values(export, output, batch)], pa.string())
    wanted = _type(output)
    if output.type is FieldType.DATETIME:
        return pc.assume_timezone(pc.cast(columns[0], pa.timestamp("us")), "UTC")
    return columns[0].cast(wanted)


def _wkb(geometries: Any) -> pa.Array:
    return pa.array(
        [None if one is None else shapely.to_wkb(one) for one in geometries], pa.binary()
    )


def _dumped(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
