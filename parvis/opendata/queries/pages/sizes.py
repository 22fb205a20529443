"""What the other files of a dataset weigh: counted from its rows, measured on a piece of them."""

from __future__ import annotations

import io
import json

import pyarrow.parquet as pq
from sqlglot import exp

from parvis.opendata.queries.engine import VersionFile, duck, files, sources
from parvis.opendata.queries.engine.remembering import Remembered
from parvis.opendata.rules.fields import RECORD_ID, ROW_ID, Field, FieldType

_TECHNICAL = frozenset({ROW_ID, RECORD_ID})
_QUOTED = frozenset({FieldType.TEXT, FieldType.DATE, FieldType.DATETIME})
_AROUND = {
    FieldType.GEO_POINT: len('{"lon":,"lat":}') - 1,
    FieldType.GEO_SHAPE: len('{"type":"Feature","geometry":,"properties":{}}'),
}
"""The signs of JSON around a value, those of CSV taken off."""
_EMPTY = len("null")
_BATCH = 10_000
"""Rows the API writes at once."""

_sizes: Remembered[int] = Remembered(room=5_000, weight=lambda _size: 1)


def json_size(version: VersionFile, *, cells: int) -> int:
    """Return about how many bytes the rows have as JSON; `cells` are those of their values."""
    question = ("json", version.content)
    return cells + _sizes.get(question, lambda: _around(version))


def parquet_size(version: VersionFile) -> int | None:
    """Return about how many bytes the rows have as the Parquet of the API; None where some of them
    lie in no file yet.

    The API compresses faster and less than we store: by how much, a piece of the rows tells.
    """
    if version.tail is not None or not version.rows:
        return None
    return _sizes.get(("parquet", version.content), lambda: _as_parquet(version))


def _around(version: VersionFile) -> int:
    """Return how many bytes of JSON are not values: names, signs, and `null` for what is empty."""
    fields = version.schema.fields
    if not fields or not version.rows:
        return 0
    counts = [exp.func("count", _column(one.columns[0])) for one in fields]
    query = exp.select(*counts).from_(sources.rows_of(version, duck.source))
    ((*filled,),) = duck.fetch(query.sql("duckdb"), [])
    names = sum(len(json.dumps(one.name, ensure_ascii=False).encode()) + 2 for one in fields)
    values = sum(
        present * _signs(one) + (version.rows - present) * _EMPTY
        for one, present in zip(fields, filled, strict=True)
    )
    return version.rows * (names + 2) + int(values)


def _signs(one: Field) -> int:
    if one.is_multivalued:
        return len('[""]')
    return 2 if one.type in _QUOTED else _AROUND.get(one.type, 0)


def _as_parquet(version: VersionFile) -> int:
    paths = [files.local_path(one.file) for one in version.stored]
    stored = sum(_stored(pq.ParquetFile(path).metadata) for path in paths)
    first = pq.ParquetFile(paths[0])
    middle = first.metadata.num_row_groups // 2
    piece = first.read_row_group(middle)
    wanted = [name for name in piece.column_names if name not in _TECHNICAL]
    written = io.BytesIO()
    pq.write_table(piece.select(wanted), written, compression="snappy", row_group_size=_BATCH)
    return round(written.tell() * stored / max(1, _stored_in(first.metadata, middle)))


def _stored(metadata: pq.FileMetaData) -> int:
    return sum(_stored_in(metadata, group) for group in range(metadata.num_row_groups))


def _stored_in(metadata: pq.FileMetaData, group: int) -> int:
    """Return the bytes that the dataset's own columns take in a group of rows."""
    rows = metadata.row_group(group)
    columns = (rows.column(rank) for rank in range(rows.num_columns))
    return sum(
        one.total_compressed_size
        for one in columns
        if one.path_in_schema.split(".")[0] not in _TECHNICAL
    )


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
