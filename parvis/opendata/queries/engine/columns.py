"""Which Arrow column holds what, and how whatever arrives is brought into that shape."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from parvis.opendata.queries.engine import places
from parvis.opendata.rules.fields import Field, FieldType, Schema

_TYPES: dict[FieldType, pa.DataType] = {
    FieldType.INT: pa.int64(),
    FieldType.DOUBLE: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
    # Naive, in UTC: no engine then guesses a time zone.
    FieldType.DATETIME: pa.timestamp("us"),
}


def arrow_schema(schema: Schema) -> pa.Schema:
    """Return the Arrow columns of a version, without the two technical ones."""
    return pa.schema(
        [pa.field(name, kind) for one in schema.fields for name, kind in _columns(one).items()]
    )


def _columns(field: Field) -> dict[str, pa.DataType]:
    if field.is_multivalued:
        return {field.name: pa.list_(pa.string())}
    if field.type is FieldType.GEO_POINT:
        return dict.fromkeys(field.columns, pa.float64())
    if field.type is FieldType.GEO_SHAPE:
        first, *box = field.columns
        return {first: pa.string(), **dict.fromkeys(box, pa.float64())}
    return {field.name: _TYPES.get(field.type, pa.string())}


def fitted(batch: pa.RecordBatch, schema: Schema) -> pa.RecordBatch:
    """Return the batch in exactly the columns of the schema; other columns are left behind.

    The box of a shape is computed, whatever is given; NaN and infinities, which JSON cannot say,
    become null.

    :raises ValueError: if a column is missing or cannot hold what the schema says without loss
    """
    columns: dict[str, pa.Array] = {}
    for one in schema.fields:
        if one.type is FieldType.GEO_SHAPE:
            columns |= _with_box(batch, one)
        else:
            columns |= {name: _column(batch, name) for name in one.columns}
    wanted = arrow_schema(schema)
    arrays = [_cast(columns[name], wanted.field(name)) for name in wanted.names]
    return pa.RecordBatch.from_arrays(arrays, schema=wanted)


def _with_box(batch: pa.RecordBatch, field: Field) -> dict[str, pa.Array]:
    geometries = _column(batch, field.name)
    boxes = places.boxes(geometries.to_pylist())
    return {field.name: geometries, **dict(zip(field.columns[1:], boxes, strict=True))}


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    place = batch.schema.get_field_index(name)
    if place < 0:
        message = f"the column {name} is missing, or there are two"
        raise ValueError(message)
    return batch.column(place)


def _cast(values: pa.Array, wanted: pa.Field) -> pa.Array:
    try:
        cast = values.cast(wanted.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        message = f"the column {wanted.name} does not hold {wanted.type}: {error}"
        raise ValueError(message) from error
    if pa.types.is_floating(wanted.type):
        return pc.if_else(pc.is_finite(cast), cast, pa.scalar(None, wanted.type))
    return cast
