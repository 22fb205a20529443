"""What changed from one version to another, row by row, by the names of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlglot import exp

from parvis.opendata.queries.engine import duck, sources
from parvis.opendata.queries.engine.scratch import scratch
from parvis.opendata.queries.engine.shapes import VersionFile
from parvis.opendata.rules.fields import RECORD_ID, ROW_ID, Field, FieldType, Schema
from parvis.opendata.rules.odsql.outputs import Form, Output

Record = dict[str, Any]
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A row that both versions hold, with other values: only the fields that differ."""

    record_id: str
    before: Record
    after: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """How many rows differ, and the first of them; records carry their `_record_id`.

    Without key fields a row is named after all it holds: a changed one then is one removed and one
    added. Fields only one version has are named apart and not compared.
    """

    added: int
    removed: int
    changed: int
    added_rows: tuple[Record, ...]
    removed_rows: tuple[Record, ...]
    changed_rows: tuple[Changed, ...]
    fields_added: tuple[str, ...]
    fields_removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many rows differ."""

    added: int
    removed: int
    changed: int


def count(
    old: VersionFile, new: VersionFile, *, within: tuple[Sequence[int], Sequence[int]] | None = None
) -> Counts:
    """Return how many rows differ from `old` to `new`; `within` are the ranks of the rows of each
    that are compared, all if it is None.

    :raises EngineTimeout: if it takes longer than a query may
    """
    common = _common(old.schema, new.schema)
    sides, given = {"old": _source(old), "new": _source(new)}, []
    if within is not None:
        sides = {
            name: _narrowed(sides[name], rank) for rank, name in enumerate(("old", "new"), start=1)
        }
        given = [list(ranks) for ranks in within]
    return Counts(
        added=_count(_only("new", "old", sides), given),
        removed=_count(_only("old", "new", sides), given),
        changed=_count(_both(sides, _differing(common)), given) if common else 0,
    )


def diff(old: VersionFile, new: VersionFile, *, limit: int = 100) -> Diff:
    """Return what changed from `old` to `new`, with at most `limit` rows of each kind, in the order
    of the newer file.

    :raises EngineTimeout: if it takes longer than a query may
    """
    common = _common(old.schema, new.schema)
    sides = {"old": _source(old), "new": _source(new)}
    changed = _differing(common)
    counted = count(old, new)
    return Diff(
        added=counted.added,
        removed=counted.removed,
        changed=counted.changed,
        added_rows=_records(new.schema, _only("new", "old", sides), "new", limit),
        removed_rows=_records(old.schema, _only("old", "new", sides), "old", limit),
        changed_rows=_changed(common, _both(sides, changed), limit) if common else (),
        fields_added=_names_of_one(new.schema, old.schema),
        fields_removed=_names_of_one(old.schema, new.schema),
    )


def hold_the_same(first: Path, second: Path, schema: Schema) -> bool:
    """Tell whether two files with the same number of rows and the same columns hold the same rows,
    in whatever order."""
    names = [RECORD_ID, *(column for one in schema.fields for column in one.columns)]
    sides = [
        exp.select(*(_column(name) for name in names)).from_(duck.source(path))
        for path in (first, second)
    ]
    apart = exp.select("count(*)").from_(exp.except_(*sides, distinct=True).subquery("apart"))
    with scratch(second.parent) as database:
        return database.execute(apart.sql("duckdb")).fetchall() == [(0,)]


def _source(version: VersionFile) -> exp.Expr:
    return sources.rows_of(version, duck.source)


def _common(old: Schema, new: Schema) -> tuple[Field, ...]:
    """Return the fields both versions hold in the same columns."""
    before = {one.name: one for one in old.fields}
    return tuple(
        one for one in new.fields if one.name in before and _shape(one) == _shape(before[one.name])
    )


def _shape(field: Field) -> tuple[FieldType, bool]:
    return field.type, field.is_multivalued


def _names_of_one(one: Schema, other: Schema) -> tuple[str, ...]:
    return tuple(field.name for field in one.fields if other.get(field.name) is None)


# --- the queries ----------------------------------------------------------------------------------


def _column(name: str, side: str = "") -> exp.Column:
    return exp.column(
        exp.to_identifier(name, quoted=True), table=exp.to_identifier(side) if side else None
    )


def _joined(here: str, there: str, sides: dict[str, exp.Expr], kind: str) -> exp.Select:
    same = exp.EQ(this=_column(RECORD_ID, here), expression=_column(RECORD_ID, there))
    left, right = (
        exp.alias_(sources.in_from(sides[side]), side, table=True) for side in (here, there)
    )
    return exp.Select().from_(left).join(right, on=same, join_type=kind)


def _only(here: str, there: str, sides: dict[str, exp.Expr]) -> exp.Select:
    """Return the rows of one side whose name the other side does not hold."""
    return _joined(here, there, sides, "anti")


def _both(sides: dict[str, exp.Expr], differing: exp.Expr) -> exp.Select:
    return _joined("new", "old", sides, "inner").where(differing)


def _differing(fields: Iterable[Field]) -> exp.Expr:
    return exp.or_(
        *(
            exp.NullSafeNEQ(this=_column(name, "new"), expression=_column(name, "old"))
            for one in fields
            for name in one.columns
        )
    )


def _narrowed(source: exp.Expr, rank: int) -> exp.Subquery:
    """Return the rows of a source whose ranks are in the parameter of this number."""
    ranks = exp.cast(exp.Parameter(this=exp.Literal.number(rank)), "BIGINT[]")
    wanted = exp.select(exp.func("unnest", ranks)).subquery()
    rows = exp.select("*").from_(sources.in_from(source))
    return rows.where(exp.In(this=_column(ROW_ID), query=wanted)).subquery()


def _count(query: exp.Select, given: Sequence[Sequence[int]]) -> int:
    ((number,),) = duck.fetch(query.select("count(*)").sql("duckdb"), given)
    return int(number)


def _records(schema: Schema, query: exp.Select, side: str, limit: int) -> tuple[Record, ...]:
    outputs = _outputs(schema.fields)
    asked = query.select(_column(RECORD_ID, side), *_cells(outputs, side))
    found = duck.fetch(_first(asked, side, limit), [])
    return tuple({RECORD_ID: row[0]} | _record(outputs, row[1:]) for row in found)


def _changed(fields: Sequence[Field], query: exp.Select, limit: int) -> tuple[Changed, ...]:
    outputs = _outputs(fields)
    asked = query.select(
        _column(RECORD_ID, "new"), *_cells(outputs, "old"), *_cells(outputs, "new")
    )
    return tuple(_change(outputs, row) for row in duck.fetch(_first(asked, "new", limit), []))


def _first(query: exp.Select, side: str, limit: int) -> str:
    return query.order_by(_column(ROW_ID, side)).limit(limit).sql("duckdb")


def _change(outputs: Sequence[Output], row: Sequence[Any]) -> Changed:
    record_id, *cells = row
    middle = len(cells) // 2
    before, after = _record(outputs, cells[:middle]), _record(outputs, cells[middle:])
    differing = [name for name in after if before[name] != after[name]]
    return Changed(
        record_id=record_id,
        before={name: before[name] for name in differing},
        after={name: after[name] for name in differing},
    )


def _outputs(fields: Iterable[Field]) -> list[Output]:
    """Return how whole fields are shown; of a shape, its geometry alone."""
    return [
        Output(
            name=one.name,
            type=one.type,
            columns=one.columns if one.type is FieldType.GEO_POINT else one.columns[:1],
            form=Form.POINT if one.type is FieldType.GEO_POINT else Form.PLAIN,
            is_list=one.is_multivalued,
        )
        for one in fields
    ]


def _cells(outputs: Iterable[Output], side: str) -> list[exp.Expr]:
    return [_column(name, side) for one in outputs for name in one.columns]


def _record(outputs: Iterable[Output], cells: Sequence[Any]) -> Record:
    record, rest = {}, list(cells)
    for one in outputs:
        record[one.name] = one.json(rest[: len(one.columns)], _UTC)
        rest = rest[len(one.columns) :]
    return record
