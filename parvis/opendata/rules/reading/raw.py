"""The table as the file says it: one Parquet file of texts, whatever the format was.

Columns are named `c0`, `c1`, … so that nothing a file says becomes part of a query; `_row` is the
row as a spreadsheet counts it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from parvis.opendata.rules.fields import FieldType

T = TypeVar("T")
ROW = "_row"
BATCH = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RawColumn:
    """A column as the file holds it: `native` if the file knows its type, `quoted` if the file
    says that its cells are texts and no numbers, `many` if a cell is a list of texts."""

    label: str
    native: FieldType | None = None
    quoted: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A file read whole: where its texts stand, and what the file said about itself."""

    path: Path
    columns: tuple[RawColumn, ...]
    rows: int
    about: Mapping[str, Any] = field(default_factory=dict)


class RawWriter:
    """Writes the Parquet file of texts, batch after batch."""

    def __init__(self, path: Path, many: Sequence[bool]) -> None:
        cell = [pa.list_(pa.string()) if lists else pa.string() for lists in many]
        names = [f"c{place}" for place in range(len(cell))]
        self._schema = pa.schema([(ROW, pa.int64()), *zip(names, cell, strict=True)])
        self._writer = pq.ParquetWriter(path, self._schema, compression="snappy")
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._writer.close()

    def write(self, numbers: Sequence[int], columns: Iterable[Sequence[Any]]) -> None:
        """Write rows given column by column."""
        arrays = [pa.array(numbers, pa.int64())]
        arrays += [
            _array(cells, one.type)
            for cells, one in zip(columns, list(self._schema)[1:], strict=True)
        ]
        self.write_arrays(arrays)

    def write_arrays(self, arrays: Sequence[pa.Array]) -> None:
        """Write rows given as Arrow arrays, their numbers first."""
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self.rows += len(arrays[0])


def _array(cells: Sequence[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(cells, kind)
    except UnicodeEncodeError:
        # Half of a surrogate pair, which JSON can escape and no text can hold.
        return pa.array([_whole(cell) for cell in cells], kind)


def _whole(cell: Any) -> Any:
    if isinstance(cell, list):
        return [_whole(one) for one in cell]
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell


def batched(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Yield the items in lists of at most `size`."""
    source = iter(items)
    while batch := list(itertools.islice(source, size)):
        yield batch
