"""Parquet: the file knows its types, we keep them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.reading.limits import Limits, Progress
from parvis.opendata.rules.reading.problems import Unreadable
from parvis.opendata.rules.reading.raw import BATCH, ROW, RawColumn, RawTable


def read_parquet(path: Path, folder: Path, *, limits: Limits, progress: Progress) -> RawTable:
    """Read a Parquet file, batch after batch, into one whose columns are ours to name.

    :raises Unreadable: `parquet_damaged`, `too_many_columns`, `too_many_rows`
    """
    raw = folder / "raw.parquet"
    try:
        file = pq.ParquetFile(path)
        kept = [one for one in file.schema_arrow if one.name not in {ROW, "_id", "_record_id"}]
        _check(file, len(kept), limits)
        described = tuple(_column(one) for one in kept)
        columns = [(f"c{place}", _arrow_type(one)) for place, one in enumerate(kept)]
        schema = pa.schema([(ROW, pa.int64()), *columns])
        rows = 0
        with pq.ParquetWriter(raw, schema, compression="snappy") as writer:
            for batch in file.iter_batches(BATCH, columns=[one.name for one in kept]):
                numbers = pa.array(range(rows + 2, rows + 2 + len(batch)), pa.int64())
                cells = [_cast(batch.column(one.name), _arrow_type(one)) for one in kept]
                writer.write_table(pa.Table.from_arrays([numbers, *cells], schema=schema))
                rows += len(batch)
                progress("reading", rows, file.metadata.num_rows)
    except (pa.ArrowException, OSError) as error:
        raise Unreadable("parquet_damaged") from error
    return RawTable(path=raw, columns=described, rows=rows, about={"format": "parquet"})


def _check(file: pq.ParquetFile, columns: int, limits: Limits) -> None:
    if columns > limits.columns:
        raise Unreadable("too_many_columns", limit=limits.columns)
    if file.metadata.num_rows > limits.rows:
        raise Unreadable("too_many_rows", limit=limits.rows)


def _value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _native(kind: pa.DataType) -> FieldType | None:
    kind = _value_type(kind)
    asked = (
        (pa.types.is_boolean, FieldType.BOOLEAN),
        (pa.types.is_uint64, FieldType.DOUBLE),
        (pa.types.is_integer, FieldType.INT),
        (pa.types.is_floating, FieldType.DOUBLE),
        (pa.types.is_decimal, FieldType.DOUBLE),
        (pa.types.is_date, FieldType.DATE),
        (pa.types.is_timestamp, FieldType.DATETIME),
    )
    return next((found for is_one, found in asked if is_one(kind)), None)


def _is_list_of_texts(kind: pa.DataType) -> bool:
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return False
    return bool(pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type))


def _column(one: pa.Field) -> RawColumn:
    return RawColumn(
        label=one.name,
        native=_native(one.type),
        quoted=True,
        many=_is_list_of_texts(one.type),
    )


_ARROW = {
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.INT: pa.int64(),
    FieldType.DOUBLE: pa.float64(),
    FieldType.DATE: pa.date32(),
    FieldType.DATETIME: pa.timestamp("us"),
}


def _arrow_type(one: pa.Field) -> pa.DataType:
    if _is_list_of_texts(one.type):
        return pa.list_(pa.string())
    native = _native(one.type)
    return _ARROW[native] if native else pa.string()


def _cast(cells: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Return the cells in our types: moments in UTC, what has no type of ours as JSON."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if cells.type == wanted:
        return cells
    if pa.types.is_nested(cells.type) and not pa.types.is_nested(wanted):
        return pa.array([None if one is None else str(one) for one in cells.to_pylist()], wanted)
    if pa.types.is_timestamp(wanted) and cells.type.tz:
        # What counts is the moment in UTC; the zone is only how it was shown.
        cells = cells.cast(pa.timestamp("us", "UTC"), safe=False).cast(pa.timestamp("us"))
    return pc.cast(cells, wanted, safe=False)
