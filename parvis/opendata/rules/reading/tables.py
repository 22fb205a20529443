"""A file, read whole: its rows in the types of its fields, and everything found on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.reading import columnar, delimited, objects, sheets
from parvis.opendata.rules.reading.columns import Bench
from parvis.opendata.rules.reading.deciding import find_cells
from parvis.opendata.rules.reading.geometry import point_arrays, read_shapes, shape_arrays
from parvis.opendata.rules.reading.guiding import Guided, guide, tell_difference, tell_header
from parvis.opendata.rules.reading.limits import Options
from parvis.opendata.rules.reading.places import find_pair, point_field
from parvis.opendata.rules.reading.planning import Plan, Planner
from parvis.opendata.rules.reading.problems import KEPT_PER_COLUMN, Problem, Problems
from parvis.opendata.rules.reading.raw import ROW, RawTable
from parvis.opendata.rules.reading.recognising import Kind, Recognised, recognise

_BATCH = 50_000
_ARROW = {
    FieldType.INT: pa.int64(),
    FieldType.DOUBLE: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
    FieldType.DATETIME: pa.timestamp("us"),
    FieldType.GEO_POINT: pa.float64(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file as read: `path` is a Parquet file of `_row` and of the schema's columns; `bench`
    answers about the texts of the file (`raw`) and its values (`typed`) until it is closed;
    `source` is the file itself, out of its archive."""

    schema: Schema
    rows: int
    path: Path
    raw: RawTable
    bench: Bench
    problems: Problems
    about: Mapping[str, Any]
    source: Path

    def batches(self) -> pa.RecordBatchReader:
        """Return the rows, to be read once, 50,000 at a time."""
        file = pq.ParquetFile(self.path)
        columns = [one for one in file.schema_arrow if one.name != ROW]
        names = [one.name for one in columns]
        return pa.RecordBatchReader.from_batches(
            pa.schema(columns), file.iter_batches(batch_size=_BATCH, columns=names)
        )


@contextmanager
def reading(source: Path, folder: Path, options: Options | None = None) -> Iterator[Reading]:
    """Read a file into `folder`, which must be empty and last as long as the reading.

    What is wrong with cells is in `problems`: nothing is left out silently, and a file with errors
    is not to be published.

    :raises Unreadable: if the file is no table we can read
    """
    options = options or Options()
    problems = Problems()
    found = recognise(source, folder, limits=options.limits, progress=options.progress)
    raw = _read(found, folder, options, problems)
    bench = Bench(raw, folder, limits=options.limits, zone=options.zone)
    try:
        yield _typed(raw, bench, folder, options, problems, found.path)
    finally:
        bench.close()


def _read(found: Recognised, folder: Path, options: Options, problems: Problems) -> RawTable:
    limits, progress = options.limits, options.progress
    if found.kind is Kind.PARQUET:
        return columnar.read_parquet(found.path, folder, limits=limits, progress=progress)
    if found.kind in {Kind.JSON, Kind.LINES}:
        return objects.read_objects(found.path, folder, kind=found.kind, options=options)
    read = sheets.read_sheet if found.kind is Kind.SHEET else delimited.read_delimited
    raw = read(found.path, folder, limits=limits, problems=problems, progress=progress)
    delimited.told(dict(raw.about), options.name, problems)
    return raw


def _typed(
    raw: RawTable,
    bench: Bench,
    folder: Path,
    options: Options,
    problems: Problems,
    source: Path,
) -> Reading:
    labels = [one.label for one in raw.columns]
    guided = guide(labels, options.known)
    planner = Planner(
        bench=bench,
        problems=problems,
        strict=options.strict,
        null_words=raw.about["format"] in {"csv", "xlsx"},
        zone=options.zone,
    )
    for place, column in enumerate(raw.columns):
        planner.plan(place, column, guided.names[place], guided.fields[place])
        options.progress("typing", place + 1, len(labels))
    tell_header(
        [labels[one.place] for one in planner.planned], _matched(planner.planned, guided), problems
    )
    _tell_damage(bench, raw, problems)
    if not raw.rows and not problems.errors:
        problems.add(Problem(code="no_rows"))
    path = folder / "typed.parquet"
    writer = _Writer(planner, guided, problems, options)
    schema = writer.write(path)
    bench.see("typed", path)
    return Reading(
        schema=schema,
        rows=raw.rows,
        path=path,
        raw=raw,
        bench=bench,
        problems=problems,
        about=raw.about,
        source=source,
    )


def _tell_damage(bench: Bench, raw: RawTable, problems: Problems) -> None:
    """Report cells with a zero byte or with bytes that are no letter."""
    if raw.about["format"] == "parquet" or not raw.rows:
        return
    for code, letter in (("zero_byte", "chr(0)"), ("damaged_letters", "chr(65533)")):
        if code == "damaged_letters" and not raw.about.get("damaged"):
            continue
        texts = [place for place, one in enumerate(raw.columns) if not one.many]
        counts = ", ".join(f"count(*) FILTER (WHERE contains(c{p}, {letter}))" for p in texts)
        found = bench.select(counts).fetchone() or ()
        for place, count in zip(texts, found, strict=True):
            if count:
                cells, total = find_cells(
                    bench, place, f"contains(c{place}, {letter})", KEPT_PER_COLUMN
                )
                like = Problem(code=code, column=raw.columns[place].label)
                problems.add_cells(like, _shown(cells), total=total)


def _shown(cells: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    return ((row, value.replace("\x00", "␀")) for row, value in cells)


class _Writer:
    """Writes the rows in their types; places what can be placed."""

    def __init__(
        self, planner: Planner, guided: Guided, problems: Problems, options: Options
    ) -> None:
        self._plans = planner.planned
        self._bench = planner.bench
        self._problems = problems
        self._options = options
        self._labels = [one.field.label for one in self._plans]
        self._computed = point_field(self._plans, guided.missing)
        self._shape = next(
            (one for one in self._plans if one.field.type is FieldType.GEO_SHAPE), None
        )
        self._pair = find_pair(self._bench, self._plans) if self._computed else None
        if self._pair is None and self._shape is None:
            self._computed = None
        derived = {self._computed.name} if self._computed else set()
        tell_difference(
            self._labels,
            _matched(self._plans, guided),
            problems,
            strict=options.strict,
            derived=derived,
        )

    def write(self, path: Path) -> Schema:
        """Write the file and return its schema: fields in the file's order, computed ones last."""
        fields = [one.field for one in self._plans]
        fields += [self._computed] if self._computed else []
        schema = Schema(tuple(fields))
        columns = [column for one in fields for column in _arrow_columns(one)]
        arrow = pa.schema([(ROW, pa.int64()), *columns])
        reader = self._bench.select(", ".join(self._columns())).to_arrow_reader(_BATCH)
        rows = 0
        with pq.ParquetWriter(path, arrow, compression="snappy") as writer:
            for batch in reader:
                writer.write_table(self._table(batch, arrow))
                rows += len(batch)
                self._options.progress("writing", rows, None)
        return schema

    def _columns(self) -> list[str]:
        columns = [ROW]
        for plan in self._plans:
            names = plan.field.columns[: len(plan.sqls)]
            columns += [f'{sql} AS "{name}"' for sql, name in zip(plan.sqls, names, strict=True)]
        if self._computed and self._pair:
            names = self._computed.columns
            columns += [f'{sql} AS "{n}"' for sql, n in zip(self._pair.sqls, names, strict=True)]
        return columns

    def _table(self, batch: pa.RecordBatch, arrow: pa.Schema) -> pa.Table:
        arrays: dict[str, pa.Array] = dict(zip(batch.schema.names, batch.columns, strict=True))
        for plan in self._plans:
            if plan.field.type is FieldType.GEO_SHAPE:
                texts = arrays[plan.field.name].to_pylist()
                written, shapes = read_shapes(texts)
                self._tell_unread(plan, arrays[ROW].to_pylist(), texts, written)
                arrays |= shape_arrays(plan.field, written, shapes)
                if plan is self._shape and self._computed and self._pair is None:
                    arrays |= point_arrays(self._computed, shapes)
        return pa.Table.from_arrays(
            [arrays[one.name].cast(one.type) for one in arrow], schema=arrow
        )

    def _tell_unread(
        self, plan: Plan, rows: list[int], texts: list[str | None], written: list[str | None]
    ) -> None:
        for row, text, shape in zip(rows, texts, written, strict=True):
            if text is not None and shape is None:
                self._problems.add(
                    Problem(code="not_geo_shape", column=plan.field.label, row=row, value=text)
                )


def _matched(plans: list[Plan], guided: Guided) -> Guided:
    places = [one.place for one in plans]
    return Guided(
        names=tuple(guided.names[place] for place in places),
        fields=tuple(guided.fields[place] for place in places),
        missing=guided.missing,
    )


def _arrow_columns(one: Field) -> list[tuple[str, pa.DataType]]:
    if one.is_multivalued:
        return [(one.name, pa.list_(pa.string()))]
    if one.type is FieldType.GEO_SHAPE:
        text, *sides = one.columns
        return [(text, pa.string()), *((side, pa.float64()) for side in sides)]
    kind = _ARROW.get(one.type, pa.string())
    return [(column, kind) for column in one.columns]
