"""Writing the files of a version: rows named, sorted and hashed, whatever their number.

Rows stream through two temporary files and a sort that goes to disk when memory is short.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlglot import exp

from parvis.opendata.queries.engine import sidecar
from parvis.opendata.queries.engine.columns import arrow_schema, fitted
from parvis.opendata.queries.engine.scratch import scratch
from parvis.opendata.rules.fields import RECORD_ID, ROW_ID, Schema

ROW_GROUP = 50_000
_RANK = "_rank"
_IDENTITY = "_identity"
_NTH = "_nth"

Rows: TypeAlias = pa.Table | pa.RecordBatchReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The files of a version, not yet in the storage; no index without a text field.

    `repeated` counts the rows whose key another row has before them.
    """

    rows_file: Path
    index_file: Path | None
    sha256: str
    size: int
    rows: int
    repeated: int


def write(
    rows: Rows,
    schema: Schema,
    *,
    keys: Sequence[str],
    order: Sequence[str],
    folder: Path,
    first: int = 0,
) -> Written:
    """Write the rows in `folder`, sorted by the fields of `order`, then as they arrived, and ranked
    from `first`.

    The name of a row is the SHA-1 of the JSON list of its key fields' values as text (of all its
    values without key fields); of rows that would share a name, the second and later ones are named
    after that name and their place among them, "/2".

    :raises ValueError: if the columns do not hold what the schema says
    """
    arrived, target = folder / "arrived.parquet", folder / "rows.parquet"
    _receive(rows, schema, arrived)
    arranged = _arranged(arrived, schema, keys, order)
    number, repeated = _arrange(arrived, schema, arranged, target, first)
    arrived.unlink()
    index = folder / "index.sqlite" if sidecar.text_fields(schema) else None
    if index is not None:
        sidecar.build(target, schema, index)
    for path in filter(None, (target, index)):
        _settle(path)
    with target.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Written(
        rows_file=target,
        index_file=index,
        sha256=digest,
        size=target.stat().st_size,
        rows=number,
        repeated=repeated,
    )


def _receive(rows: Rows, schema: Schema, target: Path) -> None:
    """Write the rows as they arrive, each with its rank."""
    reader = rows.to_reader(ROW_GROUP) if isinstance(rows, pa.Table) else rows
    columns = arrow_schema(schema).append(pa.field(_RANK, pa.int64()))
    rank = 0
    with pq.ParquetWriter(target, columns, compression="lz4") as file:
        for batch in reader:
            ranks = pa.array(range(rank, rank + batch.num_rows), pa.int64())
            arrays = [*fitted(batch, schema).columns, ranks]
            file.write_batch(pa.RecordBatch.from_arrays(arrays, schema=columns))
            rank += batch.num_rows


def _arrange(
    arrived: Path, schema: Schema, arranged: exp.Query, target: Path, first: int
) -> tuple[int, int]:
    technical = [pa.field(ROW_ID, pa.int64()), pa.field(RECORD_ID, pa.string())]
    columns = pa.schema([*technical, *arrow_schema(schema)])
    row_id, repeated = first, 0
    with (
        scratch(arrived.parent) as database,
        # DuckDB prunes row groups by the least and greatest value of each; _id is a plain count.
        pq.ParquetWriter(target, columns, compression="zstd", version="2.6") as file,
    ):
        database.execute(arranged.sql("duckdb"))
        for table in _groups_of_rows(database.to_arrow_reader(ROW_GROUP)):
            ids = pa.array(range(row_id, row_id + table.num_rows), pa.int64())
            arrays = [ids, *(table.column(name).cast(kind) for name, kind in _kinds(columns))]
            file.write_table(pa.table(arrays, schema=columns), row_group_size=ROW_GROUP)
            row_id += table.num_rows
            repeated += pc.sum(pc.greater(table.column(_NTH), 1)).as_py()
    return row_id - first, repeated


def _kinds(columns: pa.Schema) -> list[tuple[str, pa.DataType]]:
    return [(one.name, one.type) for one in columns if one.name != ROW_ID]


def _groups_of_rows(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Yield tables of exactly ROW_GROUP rows, the last one apart: the file then depends on its rows
    only."""
    waiting = reader.schema.empty_table()
    for batch in reader:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
        while waiting.num_rows >= ROW_GROUP:
            yield waiting.slice(0, ROW_GROUP)
            waiting = waiting.slice(ROW_GROUP)
    if waiting.num_rows:
        yield waiting


def _arranged(
    arrived: Path, schema: Schema, keys: Sequence[str], order: Sequence[str]
) -> exp.Query:
    """Return the query of all rows with their names, sorted."""
    source = exp.func("read_parquet", exp.Literal.string(str(arrived)), dialect="duckdb")
    identity = exp.func("sha1", exp.func("to_json", _as_texts(schema, keys)), dialect="duckdb")
    named = exp.select("*", identity.as_(_IDENTITY)).from_(source)
    nth = exp.Window(
        this=exp.RowNumber(),
        partition_by=[exp.column(_IDENTITY)],
        order=exp.Order(expressions=[exp.column(_RANK)]),
    )
    numbered = exp.select("*", nth.as_(_NTH)).from_(named.subquery("named"))
    fields = [_quoted(name) for one in schema.fields for name in one.columns]
    by = [*(_quoted(name) for name in _columns_of(schema, order)), exp.column(_RANK)]
    return (
        exp.select(_name().as_(RECORD_ID), *fields, exp.column(_NTH))
        .from_(numbered.subquery("numbered"))
        .order_by(*(exp.Ordered(this=one, desc=False, nulls_first=False) for one in by))
    )


def _name() -> exp.Case:
    """Return the name of a row: its identity, or what its place among equals makes of that."""
    first = exp.EQ(this=exp.column(_NTH), expression=exp.Literal.number(1))
    parts = (exp.column(_IDENTITY), exp.Literal.string("/"), exp.column(_NTH))
    later = exp.func("sha1", exp.func("concat", *parts, dialect="duckdb"), dialect="duckdb")
    return exp.Case(ifs=[exp.If(this=first, true=exp.column(_IDENTITY))], default=later)


def _as_texts(schema: Schema, keys: Sequence[str]) -> exp.Array:
    names = _columns_of(schema, keys) or [name for one in schema.fields for name in one.columns]
    return exp.Array(expressions=[exp.cast(_quoted(name), "text") for name in names])


def _columns_of(schema: Schema, names: Sequence[str]) -> list[str]:
    fields = filter(None, (schema.get(name) for name in names))
    return [column for one in fields for column in one.columns]


def _quoted(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def _settle(path: Path) -> None:
    """Wait until the disk holds the file, before anything says that it does."""
    with path.open("rb") as written:
        os.fsync(written.fileno())
