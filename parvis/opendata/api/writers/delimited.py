"""CSV, written column by column: a batch of rows becomes its lines without a loop over cells."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from parvis.opendata.api.writers import texts
from parvis.opendata.api.writers.export import Export, values
from parvis.opendata.rules.fields import NUMERIC, FieldType
from parvis.opendata.rules.odsql.outputs import Form, Output

_BOM = "\ufeff"
_END = "\r\n"
_UNQUOTED = NUMERIC | {FieldType.BOOLEAN}


def write(export: Export) -> Iterator[bytes]:
    """Yield the lines of the file."""
    options = export.options
    head = options.delimiter.join(_quoted_text(export, text) for text in export.heads)
    yield f"{_BOM if options.with_bom else ''}{head}{_END}".encode()
    with export.open() as batches:
        for batch in batches:
            if batch.num_rows:
                yield from texts.bytes_of(_lines(export, batch))


def compressed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same bytes as a gzip file."""
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def _lines(export: Export, batch: pa.RecordBatch) -> pa.Array:
    """Return the lines of a batch, each with its end."""
    parts: list[pa.Array | pa.Scalar] = []
    for rank, output in enumerate(export.outputs):
        if rank:
            parts.append(texts.text(export.options.delimiter))
        parts.append(_cells(export, output, batch))
    return texts.join(*parts, texts.text(_END))


def _cells(export: Export, output: Output, batch: pa.RecordBatch) -> pa.Array:
    """Return the cells of one column as they stand in the file; nothing for a null."""
    written = pc.cast(_texts(export, output, batch), pa.large_string())
    if output.type not in _UNQUOTED or output.form is not Form.PLAIN:
        written = _quoted(export, written)
    return pc.fill_null(written, "")


def _texts(export: Export, output: Output, batch: pa.RecordBatch) -> pa.Array:
    columns = [batch.column(name) for name in output.columns]
    if output.form is Form.POINT:
        lon, lat = (pc.cast(column, pa.large_string()) for column in columns)
        return texts.join(lat, texts.text(", "), lon)
    if output.form is not Form.PLAIN:
        return _dumped(export, output, batch)
    (column,) = columns
    if output.is_list:
        separator = pa.scalar(export.options.list_separator, pa.string())
        return pc.binary_join(pc.cast(column, pa.list_(pa.string())), separator)
    return texts.plain(export, output, column)


def _dumped(export: Export, output: Output, batch: pa.RecordBatch) -> pa.Array:
    """Return values that are no plain cell as JSON, texts as they are."""
    cells = [
        f"{one['lat']}, {one['lon']}"
        if output.form is Form.CELL and one
        else one
        if one is None or isinstance(one, str)
        else json.dumps(one, ensure_ascii=False, separators=(",", ":"))
        for one in values(export, output, batch)
    ]
    return pa.array(cells, pa.large_string())


def _quoted(export: Export, written: pa.Array) -> pa.Array:
    """Put quotes around the cells that need them, or around all if asked to."""
    if not export.options.quote_all:
        special = pc.match_substring_regex(written, f'["\\r\\n\\{export.options.delimiter}]')
        if not pc.any(special).as_py():
            return written
    mark = texts.text('"')
    wrapped = texts.join(mark, pc.replace_substring(written, '"', '""'), mark)
    return wrapped if export.options.quote_all else pc.if_else(special, wrapped, written)


def _quoted_text(export: Export, text: str) -> str:
    needed = export.options.quote_all or any(
        sign in text for sign in f'"\r\n{export.options.delimiter}'
    )
    return '"' + text.replace('"', '""') + '"' if needed else text
