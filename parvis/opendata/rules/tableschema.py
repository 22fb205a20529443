"""Table Schema (and so SCDL): what a schema says, checked cell by cell with frictionless.

Columns are matched by name, as the national validators do: the order of columns is a remark, a
required column that is missing an error. A cell is judged by frictionless; a column of a million
cells is judged value by value, once each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import frictionless
import pyarrow as pa

from parvis.kernel.sirene import is_siren, is_siret
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.reading.columns import Bench, picked
from parvis.opendata.rules.reading.headers import cleaned
from parvis.opendata.rules.reading.problems import KEPT_PER_COLUMN, Level, Problem, Problems
from parvis.opendata.rules.reading.raw import ROW, RawTable

_TYPES = {
    "integer": FieldType.INT,
    "year": FieldType.INT,
    "number": FieldType.DOUBLE,
    "boolean": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "geopoint": FieldType.GEO_POINT,
    "geojson": FieldType.GEO_SHAPE,
    "object": FieldType.JSON,
    "array": FieldType.JSON,
}
_CELL_CHECKS: dict[str, Callable[[str], bool]] = {
    "french-siret-value": is_siret,
    "french-siren-value": is_siren,
}


class BadSchema(Exception):
    """A file that is no Table Schema; the message is frictionless's or ours, in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """A Table Schema: frictionless's, and what it does not know of (custom checks)."""

    name: str
    version: str
    schema: Any
    descriptor: Mapping[str, Any] = field(repr=False)

    def to_fields(self) -> Schema:
        """Return the fields the schema describes, as a first file of a dataset will have them."""
        return Schema(tuple(_field(one) for one in self.descriptor["fields"]))


def load(path: Path) -> TableSchema:
    """Return the Table Schema a file holds.

    :raises BadSchema: if it holds none
    """
    try:
        return parse(json.loads(path.read_text("utf-8-sig")))
    except (ValueError, OSError) as error:
        raise BadSchema(str(error)) from error


def parse(descriptor: Any) -> TableSchema:
    """Return the Table Schema of a descriptor.

    :raises BadSchema: if it is none
    """
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("fields"), list):
        raise BadSchema("no list of fields: this is no Table Schema")
    try:
        # What else a published schema carries (authors, checks) is nothing to check cells with.
        known = {
            key: descriptor[key]
            for key in ("fields", "missingValues", "primaryKey")
            if key in descriptor
        }
        schema = frictionless.Schema.from_descriptor(known)
    except frictionless.FrictionlessException as error:
        raise BadSchema(error.error.message) from error
    name = str(descriptor.get("name") or descriptor.get("title") or "")
    version = str(descriptor.get("version") or "")
    return TableSchema(name=name, version=version, schema=schema, descriptor=descriptor)


def _field(described: Mapping[str, Any]) -> Field:
    kind = _TYPES.get(str(described.get("type")), FieldType.TEXT)
    if kind is FieldType.GEO_POINT and described.get("format", "default") != "default":
        kind = FieldType.TEXT
    return Field(
        name=cleaned(str(described["name"])),
        type=kind,
        label=str(described["name"]),
        description=str(described.get("description") or ""),
    )


def check(table: TableSchema, raw: RawTable, bench: Bench) -> Problems:
    """Return everything in a file's raw texts that the schema does not allow."""
    checker = _Checker(table, raw, bench)
    checker.check()
    return checker.problems


class _Checker:
    def __init__(self, table: TableSchema, raw: RawTable, bench: Bench) -> None:
        self._schema = table.schema
        self._checks = table.descriptor.get("custom_checks") or []
        self._bench = bench
        self._labels = [one.label for one in raw.columns]
        self._places = {label: place for place, label in reversed(list(enumerate(self._labels)))}
        self._raw = raw
        self.problems = Problems()

    def check(self) -> None:
        """Check columns, then their cells, then what several columns say together."""
        self._check_columns()
        for one in self._schema.fields:
            if one.name in self._places:
                self._check_cells(one)
                self._check_unique(one)
        for asked in self._checks:
            self._check_custom(asked["name"], asked.get("params") or {})

    def _check_columns(self) -> None:
        wanted = [one.name for one in self._schema.fields]
        for one in self._schema.fields:
            if one.name not in self._places:
                self.problems.add(self._missing(one))
        for label in self._labels:
            if label not in wanted:
                self.problems.add(
                    Problem(code="schema_column_extra", level=Level.NOTE, column=label)
                )
        shared = [label for label in self._labels if label in wanted]
        if shared != [name for name in wanted if name in self._places]:
            self.problems.add(Problem(code="schema_columns_disordered", level=Level.NOTE))

    def _missing(self, one: Any) -> Problem:
        if not one.constraints.get("required"):
            return Problem(code="schema_column_absent", level=Level.NOTE, column=one.name)
        like = self._like(one.name)
        code = "schema_column_misnamed" if like else "schema_column_missing"
        return Problem(code=code, column=one.name, row=1, details={"like": like})

    def _like(self, name: str) -> str:
        """Return the column somebody may have meant."""
        plain = cleaned(name).replace("_", "")
        for label in self._labels:
            if cleaned(label).replace("_", "") == plain:
                return label
        return ""

    def _text(self, name: str) -> str:
        """Return the SQL of a column's cells as written."""
        place = self._places[name]
        if self._raw.columns[place].many:
            return f"CAST(to_json(c{place}) AS VARCHAR)"
        return f"coalesce(c{place}, '')"

    def _check_cells(self, one: Any) -> None:
        """Judge every value of a column once, then find the cells of those that fail."""
        read = one.create_cell_reader()
        failing: dict[tuple[str, str], list[str]] = {}
        values = self._bench.select(f"DISTINCT {self._text(one.name)}")
        while some := values.fetchmany(10_000):
            for (value,) in some:
                for code, expected in _faults(one, read(value)[1]):
                    failing.setdefault((code, expected), []).append(value)
        for (code, expected), wrong in sorted(failing.items()):
            details = {"expected": expected, "example": str(one.example or "")}
            self._tell(Problem(code=code, column=one.name, details=details), one.name, wrong)

    def _tell(self, like: Problem, name: str, wrong: list[str]) -> None:
        self._bench.offer("wrong", pa.table({"v": pa.array(wrong, pa.string())}))
        text = self._text(name)
        is_wrong = f"{text} IN ({picked('v', of='wrong')})"
        kept = self._bench.select(
            f"{ROW}, {text}", where=is_wrong, then=f"ORDER BY {ROW} LIMIT {KEPT_PER_COLUMN}"
        ).fetchall()
        total = self._bench.count(is_wrong)
        self._bench.withdraw("wrong")
        self.problems.add_cells(like, kept, total=total)

    def _check_unique(self, one: Any) -> None:
        alone = self._schema.primary_key == [one.name]
        if not (one.constraints.get("unique") or alone):
            return
        text = self._text(one.name)
        repeated = [
            value
            for (value,) in self._bench.select(
                text, where=f"{text} <> ''", then="GROUP BY 1 HAVING count(*) > 1"
            ).fetchall()
        ]
        if repeated:
            self._tell(Problem(code="schema_unique", column=one.name), one.name, repeated)

    def _check_custom(self, name: str, params: Mapping[str, Any]) -> None:
        """Check what the national validators check beside the standard."""
        column = params.get("column")
        if name in _CELL_CHECKS and column in self._places:
            code = name.removeprefix("french-").removesuffix("-value")
            self._check_values(f"schema_{code}", str(column), _CELL_CHECKS[name])
        elif name == "one-of-required":
            self._check_one_of(str(params.get("column1")), str(params.get("column2")))
        elif name not in _CELL_CHECKS:
            details = {"check": name}
            self.problems.add(
                Problem(code="schema_check_unknown", level=Level.NOTE, details=details)
            )

    def _check_values(self, code: str, name: str, is_right: Callable[[str], bool]) -> None:
        values = self._bench.select(f"DISTINCT {self._text(name)}").fetchall()
        wrong = [value for (value,) in values if value and not is_right(value)]
        if wrong:
            self._tell(Problem(code=code, column=name), name, wrong)

    def _check_one_of(self, first: str, second: str) -> None:
        present = [name for name in (first, second) if name in self._places]
        if not present:
            return
        both = " AND ".join(f"{self._text(name)} = ''" for name in present)
        cells = self._bench.select(f"{ROW}, ''", where=both, then=f"ORDER BY {ROW}").fetchall()
        details = {"other": second if present[0] == first else first}
        like = Problem(code="schema_one_of_required", column=present[0], details=details)
        self.problems.add_cells(like, cells[:KEPT_PER_COLUMN], total=len(cells))


def _faults(one: Any, notes: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    """Yield code and expectation of each thing frictionless found in a value."""
    for kind in notes or {}:
        if kind == "type":
            yield f"schema_type_{one.type}", _expected_type(one)
        else:
            expected = one.constraints.get(kind)
            if isinstance(expected, list):
                expected = ", ".join(map(str, expected))
            yield f"schema_{kind}", str(expected)


def _expected_type(one: Any) -> str:
    descriptor = one.to_descriptor()
    if one.type == "boolean":
        return ", ".join([*descriptor.get("trueValues", []), *descriptor.get("falseValues", [])])
    shape = descriptor.get("format", "default")
    return "" if shape == "default" else str(shape)
