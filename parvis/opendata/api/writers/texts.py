"""Whole columns as text: what CSV and JSON have in common, without a loop over cells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from parvis.opendata.api.writers.export import Export, dates, values
from parvis.opendata.rules.fields import NUMERIC, FieldType
from parvis.opendata.rules.odsql.outputs import Form, Output

_PIECE = 1 << 18
"""Bytes handed over at once: a batch of lines is one long buffer."""
_NEEDS_ESCAPE = r'["\\\x00-\x1f]'

text = partial(pa.scalar, type=pa.large_string())


def join(*parts: pa.Array | pa.Scalar) -> pa.Array:
    """Return each row's parts behind one another, null where one of them is."""
    return pc.binary_join_element_wise(*parts, text(""))


def plain(export: Export, output: Output, column: pa.Array) -> pa.Array:
    """Return the values of one plain column as they are written."""
    if output.type is FieldType.DATE:
        return _long(dates(export, output, column))
    if output.type is FieldType.DOUBLE:
        return _decimals(column)
    if output.type is FieldType.DATETIME:
        return _moments(export, output, column)
    return _long(column)


def bytes_of(lines: pa.Array) -> Iterator[bytes]:
    """Yield the bytes of these texts behind one another."""
    content = memoryview(lines.buffers()[2])
    for start in range(0, len(content), _PIECE):
        yield bytes(content[start : start + _PIECE])


def _long(column: pa.Array) -> pa.Array:
    return pc.cast(column, pa.large_string())


def _decimals(column: pa.Array) -> pa.Array:
    """Return numbers with a decimal, also where it is zero: they are no counts."""
    finite = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    written = _long(finite)
    whole = pc.match_substring_regex(written, "^-?[0-9]+$")
    return pc.if_else(whole, join(written, text(".0")), written)


def _moments(export: Export, output: Output, column: pa.Array) -> pa.Array:
    moments = pc.cast(column, pa.timestamp("us"))
    if pc.any(pc.not_equal(pc.subsecond(moments), 0)).as_py():
        cells = [output.json([one], export.zone) for one in moments.to_pylist()]
        return pa.array(cells, pa.large_string())
    local = pc.cast(pc.assume_timezone(moments, "UTC"), pa.timestamp("us", export.zone.key))
    seconds = pc.cast(local, pa.timestamp("s", export.zone.key), safe=False)
    return _long(pc.strftime(seconds, format="%Y-%m-%dT%H:%M:%S%Ez"))


# --- JSON -----------------------------------------------------------------------------------------


def objects(export: Export, batch: pa.RecordBatch, end: str) -> pa.Array:
    """Return each row of a batch as a JSON object, with this behind it."""
    parts: list[pa.Array | pa.Scalar] = []
    for rank, output in enumerate(export.outputs):
        name = json.dumps(output.name, ensure_ascii=False)
        parts.append(text(f"{',' if rank else '{'}{name}:"))
        parts.append(pc.fill_null(_json(export, output, batch), "null"))
    return join(*parts, text("}" + end))


def _json(export: Export, output: Output, batch: pa.RecordBatch) -> pa.Array:
    columns = [batch.column(name) for name in output.columns]
    if output.form is Form.POINT:
        lon, lat = (_decimals(column) for column in columns)
        return join(text('{"lon":'), lon, text(',"lat":'), lat, text("}"))
    if output.form is not Form.PLAIN or output.is_list:
        return _dumped(values(export, output, batch))
    return _plain_json(export, output, columns[0])


_BARE = NUMERIC | {FieldType.BOOLEAN, FieldType.FILE, FieldType.JSON}
"""Types whose text is JSON as it stands."""


def _plain_json(export: Export, output: Output, column: pa.Array) -> pa.Array:
    if output.type is FieldType.GEO_SHAPE:
        begin, end = text('{"type":"Feature","geometry":'), text(',"properties":{}}')
        return join(begin, _long(column), end)
    written = plain(export, output, column)
    if output.type in _BARE:
        return written
    if pc.any(pc.match_substring_regex(written, _NEEDS_ESCAPE)).as_py():
        return _dumped(written.to_pylist())
    return join(text('"'), written, text('"'))


def _dumped(cells: list[Any]) -> pa.Array:
    dump = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    return pa.array([None if one is None else dump(one) for one in cells], pa.large_string())
