"""CSV and its cousins: delimiter and quotes found over the whole file, rows told apart exactly."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from parvis.opendata.rules.reading.encodings import Encoding, detect_encoding
from parvis.opendata.rules.reading.limits import Limits, Progress
from parvis.opendata.rules.reading.problems import Level, Problem, Problems, Unreadable
from parvis.opendata.rules.reading.raw import RawColumn, RawTable, RawWriter, batched

_DELIMITERS = ";,\t|"
# A byte no text holds: the delimiter of a file that has only one column.
_NONE = "\x1f"
_BLOCK = 8_000_000
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a file separates cells; `quote` is "" where quotes are ordinary letters."""

    delimiter: str
    quote: str = '"'
    escapes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """How well a dialect fits: how many rows are how wide, and whether it broke."""

    dialect: Dialect
    width: int
    widths: Mapping[int, int]
    broken: bool

    @property
    def fitting(self) -> float:
        rows = sum(count for width, count in self.widths.items() if width)
        return self.widths.get(self.width, 0) / max(rows, 1)

    @property
    def merit(self) -> tuple[bool, float, int]:
        return (not self.broken, self.fitting, self.width)

    @property
    def is_regular(self) -> bool:
        """Tell whether every line of the file is a row as wide as the header."""
        return not self.broken and set(self.widths) == {self.width}


def read_delimited(
    path: Path, folder: Path, *, limits: Limits, problems: Problems, progress: Progress
) -> RawTable:
    """Read a file of delimited text.

    Rows that are not as wide as the header are errors, cells of only blanks beyond it apart.

    :raises Unreadable: `file_empty`, `quote_never_closed`, `too_many_columns`, `cell_too_large`,
        `too_many_rows`
    """
    csv.field_size_limit(limits.cell)
    encoding = detect_encoding(path)
    measure = _detect(path, encoding)
    dialect = measure.dialect
    with _rows(path, encoding, dialect) as rows:
        header_row, header = next(rows, (0, []))
    if not header:
        raise Unreadable("file_empty")
    if len(header) > limits.columns:
        raise Unreadable("too_many_columns", limit=limits.columns)
    if sum(measure.widths.values()) - 1 > limits.rows:
        raise Unreadable("too_many_rows", limit=limits.rows)
    raw = folder / "raw.parquet"
    with RawWriter(raw, [False] * len(header)) as writer:
        if measure.is_regular and not encoding.damaged:
            _write_regular(writer, _arrow_batches(path, encoding, dialect, limits), progress)
        else:
            _write_rows(writer, path, encoding, dialect, problems)
    about = {
        "format": "csv",
        "encoding": encoding.name,
        "damaged": encoding.damaged,
        "delimiter": "" if dialect.delimiter == _NONE else dialect.delimiter,
        "quote": dialect.quote,
        "header_row": header_row,
    }
    columns = tuple(RawColumn(label=label.strip()) for label in header)
    return RawTable(path=raw, columns=columns, rows=writer.rows, about=about)


def _arrow_batches(
    path: Path, encoding: Encoding, dialect: Dialect, limits: Limits
) -> Iterator[pa.RecordBatch]:
    """Yield a regular file's rows, header included, ten times faster than one by one."""
    # A cell may not be larger than a block.
    read = arrow_csv.ReadOptions(
        use_threads=False,
        block_size=max(_BLOCK, limits.cell * 4),
        encoding=encoding.codec,
        autogenerate_column_names=True,
    )
    parse = arrow_csv.ParseOptions(
        delimiter=dialect.delimiter,
        quote_char=dialect.quote or False,
        escape_char="\\" if dialect.escapes else False,
        double_quote=not dialect.escapes,
        newlines_in_values=True,
        ignore_empty_lines=False,
    )
    # Without a type for each column, the first block would decide for all.
    with arrow_csv.open_csv(path, read_options=read, parse_options=parse) as probe:
        names = probe.schema.names
    convert = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
    )
    with arrow_csv.open_csv(
        path, read_options=read, parse_options=parse, convert_options=convert
    ) as reader:
        yield from reader


def _write_regular(
    writer: RawWriter, batches: Iterator[pa.RecordBatch], progress: Progress
) -> None:
    number = 1
    for batch in batches:
        numbers = pa.array(range(number, number + len(batch)), pa.int64())
        said = _says_something(batch)
        if number == 1:
            said = pc.and_(said, pc.greater(numbers, 1))
        writer.write_arrays([array.filter(said) for array in (numbers, *batch.columns)])
        number += len(batch)
        progress("reading", number, None)


def _says_something(batch: pa.RecordBatch) -> pa.Array:
    """Tell which rows are more than delimiters, as spreadsheets leave them below a table."""
    silent = pc.equal(batch.column(0), "")
    for column in batch.columns[1:]:
        if not pc.any(silent).as_py():
            break
        silent = pc.and_(silent, pc.equal(column, ""))
    return pc.invert(silent)


def _write_rows(
    writer: RawWriter, path: Path, encoding: Encoding, dialect: Dialect, problems: Problems
) -> None:
    with _rows(path, encoding, dialect) as rows:
        _, header = next(rows)
        for batch in batched(_fitting(rows, len(header), problems)):
            columns: Iterator[Any] = zip(*(cells for _, cells in batch), strict=True)
            writer.write([number for number, _ in batch], columns)


@contextmanager
def _opened(path: Path, encoding: Encoding, dialect: Dialect) -> Iterator[Any]:
    with path.open(encoding=encoding.codec, errors=encoding.errors, newline="") as file:
        yield csv.reader(
            file,
            delimiter=dialect.delimiter,
            quotechar=dialect.quote or None,
            quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
            doublequote=not dialect.escapes,
            escapechar="\\" if dialect.escapes else None,
            strict=True,
        )


@contextmanager
def _rows(path: Path, encoding: Encoding, dialect: Dialect) -> Iterator[Iterator[Row]]:
    """Give the rows that are not blank, numbered as a spreadsheet would show them."""
    with _opened(path, encoding, dialect) as reader:
        yield ((number, cells) for number, cells in enumerate(reader, start=1) if any(cells))


def _fitting(rows: Iterator[Row], width: int, problems: Problems) -> Iterator[Row]:
    for number, cells in rows:
        beyond = cells[width:]
        if len(cells) == width or (beyond and not any(map(str.strip, beyond))):
            yield number, cells[:width]
            continue
        problems.add(
            Problem(
                code="row_length",
                row=number,
                value=" | ".join(cells),
                details={"found": len(cells), "expected": width},
            )
        )


def _detect(path: Path, encoding: Encoding) -> _Measure:
    first = _first_line(path, encoding)
    present = [one for one in _DELIMITERS if one in first] or [_NONE]
    quote = "'" if first.startswith("'") and first.endswith("'") else '"'
    best = _best(path, encoding, [Dialect(delimiter=one, quote=quote) for one in present])
    if not best.broken and best.fitting == 1:
        return best
    at = best.dialect.delimiter
    others = [Dialect(delimiter=at, quote=quote, escapes=True), Dialect(delimiter=at, quote="")]
    better = _best(path, encoding, others)
    if better.merit > best.merit and better.fitting == 1:
        return better
    if best.broken:
        raise Unreadable("quote_never_closed", row=_broken_at(path, encoding, best.dialect))
    return best


def _first_line(path: Path, encoding: Encoding) -> str:
    with path.open(encoding=encoding.codec, errors=encoding.errors) as file:
        for line in file:
            if line.strip():
                return line.strip("\r\n")
    raise Unreadable("file_empty")


def _best(path: Path, encoding: Encoding, dialects: list[Dialect]) -> _Measure:
    measured = [_measure(path, encoding, one) for one in dialects]
    return max(measured, key=lambda one: one.merit)


def _measure(path: Path, encoding: Encoding, dialect: Dialect) -> _Measure:
    widths: Counter[int] = Counter()
    width, broken = 0, False
    with _opened(path, encoding, dialect) as reader:
        try:
            header: list[str] = next((cells for cells in reader if any(cells)), [])
            width = len(header)
            # Lines before the header make a file irregular, as blank ones further down do.
            widths[width if reader.line_num == 1 + _breaks(header) else 0] += 1
            widths.update(map(len, reader))
        except csv.Error as error:
            if "field larger" in str(error):
                raise Unreadable("cell_too_large", row=reader.line_num) from error
            broken = True
    return _Measure(dialect=dialect, width=width, widths=dict(widths), broken=broken)


def _breaks(cells: list[str]) -> int:
    return sum(len(cell.splitlines()) - 1 for cell in cells if cell)


def _broken_at(path: Path, encoding: Encoding, dialect: Dialect) -> int:
    """Return the row in which reading stops making sense."""
    row = 0
    with _opened(path, encoding, dialect) as reader:
        try:
            for _cells in reader:
                row += 1
        except csv.Error:
            return row + 1
    return row


def told(about: Mapping[str, object], name: str, problems: Problems) -> None:
    """Say what a reader of the report must know about the letters of a file."""
    encoding = about.get("encoding")
    if encoding and encoding != "utf-8":
        code = "not_the_utf8_it_says" if "utf8" in name.lower().replace("-", "") else "not_utf8"
        problems.add(Problem(code=code, level=Level.NOTE, details={"encoding": encoding}))
