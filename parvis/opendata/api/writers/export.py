"""What a writer is given: rows as they are found, and how they are to be written."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from parvis.opendata.forms import FileOptions
from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.odsql.outputs import Form, Output

_AS_THEY_ARE = frozenset({FieldType.TEXT, FieldType.INT, FieldType.BOOLEAN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export. `labels` are the fields' labels by name; `address` is the dataset's in the API;
    `date_lengths` says how many letters of an ISO date a yearly or monthly field shows.
    """

    dataset_id: str
    title: str
    address: str
    outputs: tuple[Output, ...]
    batches: Iterator[pa.RecordBatch]
    zone: ZoneInfo
    options: FileOptions
    labels: Mapping[str, str]
    date_lengths: Mapping[str, int] = field(default_factory=dict)

    @contextmanager
    def open(self) -> Iterator[Iterator[pa.RecordBatch]]:
        """Lend the batches; who stops before the end closes the query behind them."""
        try:
            yield self.batches
        finally:
            close = getattr(self.batches, "close", None)
            if close:
                close()

    @property
    def heads(self) -> list[str]:
        """Return what stands over each column: names, or labels if they were asked for."""
        if not self.options.use_labels:
            return [output.name for output in self.outputs]
        return [self.labels.get(output.name, output.name) for output in self.outputs]


def gathered(write: Callable[[Export], Iterator[bytes]]) -> Callable[[Export], Iterator[bytes]]:
    """Hand the file of a writer over in pieces of some size: a writer may yield row by row."""

    @functools.wraps(write)
    def in_pieces(export: Export) -> Iterator[bytes]:
        waiting = bytearray()
        for part in write(export):
            waiting += part
            if len(waiting) >= _PIECE:
                yield bytes(waiting)
                waiting.clear()
        yield bytes(waiting)

    return in_pieces


_PIECE = 1 << 16


def values(export: Export, output: Output, batch: pa.RecordBatch) -> list[Any]:
    """Return the JSON values of one output, row by row."""
    columns = [batch.column(name) for name in output.columns]
    if output.form is Form.PLAIN and not output.is_list:
        (column,) = columns
        if output.type in _AS_THEY_ARE:
            return list(column.to_pylist())
        if output.type is FieldType.DATE:
            return list(dates(export, output, column).to_pylist())
    cells = zip(*(column.to_pylist() for column in columns), strict=True)
    return [output.json(row, export.zone) for row in cells]


def rows(
    export: Export, batch: pa.RecordBatch, outputs: Sequence[Output] | None = None
) -> list[dict[str, Any]]:
    """Return the rows of a batch in the JSON shapes of the API, all their values or these."""
    wanted = export.outputs if outputs is None else outputs
    if not wanted:
        return [{} for _row in range(batch.num_rows)]
    names = [output.name for output in wanted]
    columns = [values(export, output, batch) for output in wanted]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def dates(export: Export, output: Output, column: pa.Array) -> pa.Array:
    """Return dates as they are shown: "2020-11-03", or "2020" for a field that is yearly."""
    texts = pc.cast(pc.cast(column, pa.date32()), pa.string())
    length = export.date_lengths.get(output.name)
    return pc.utf8_slice_codeunits(texts, 0, length) if length else texts
