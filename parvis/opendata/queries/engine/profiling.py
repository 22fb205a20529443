"""Counting what a file of rows holds, with DuckDB, for the rules of its profile."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from parvis.opendata.queries.engine.scratch import scratch
from parvis.opendata.rules import profile as rules
from parvis.opendata.rules.fields import TEMPORAL, Field, FieldType, Schema
from parvis.opendata.rules.profile import Balance, FieldProfile, Period, Precision, Profile, Scalar

_LONGEST = 200
_WITHOUT_ORDER = frozenset(
    {FieldType.GEO_POINT, FieldType.GEO_SHAPE, FieldType.FILE, FieldType.JSON}
)
# Each of these reads a view that names the columns c, y, d, a: see `_view`.
_COUNTED = "SELECT count(*) - count(c), count(DISTINCT c) FROM one"
_EMPTY_LISTS = "SELECT count(*) FILTER (c IS NULL OR len(c) = 0) FROM lists"
_BOUNDS = "SELECT min(c), max(c) FROM one"
_COMMONEST = """SELECT CAST(c AS VARCHAR) FROM one WHERE c IS NOT NULL
    GROUP BY c ORDER BY count(*) DESC, c LIMIT 3"""
_VALUES = "CREATE OR REPLACE VIEW one AS SELECT unnest(c) AS c FROM lists"
# A year no calendar of ours has is a slip; the period does not reach beyond the day of publication
# where other rows do not.
_YEARS = """CREATE OR REPLACE VIEW days AS SELECT make_date(y, 1, 1) AS day FROM
    (SELECT TRY_CAST(CAST(c AS VARCHAR) AS DOUBLE)::INTEGER AS y FROM one)
    WHERE y BETWEEN 1000 AND 2999"""
_DAYS = "CREATE OR REPLACE VIEW days AS SELECT CAST(c AS DATE) AS day FROM one"
_PERIOD = """SELECT min(day), coalesce(max(day) FILTER (day <= ?), max(day)),
    bool_and(month(day) = 1 AND day(day) = 1), bool_and(day(day) = 1) FROM days"""
_SIDES = "SELECT CAST(y AS VARCHAR), d, sum(a) FROM budget WHERE y IS NOT NULL GROUP BY ALL"


def profile(
    path: Path, schema: Schema, *, named: str, rows: int, repeated: int, today: dt.date
) -> Profile:
    """Return what the file holds; `named` is what the dataset is called."""
    with scratch(path.parent) as database:
        return Profile(
            rows=rows,
            fields=tuple(_field(database, path, one) for one in schema.fields),
            period=_period(database, path, schema, today),
            repeated=repeated,
            balances=_balances(database, path, schema, named),
        )


def _source(path: Path) -> exp.Expr:
    return exp.func("read_parquet", exp.Literal.string(str(path)), dialect="duckdb")


def _view(
    database: duckdb.DuckDBPyConnection, name: str, path: Path, columns: dict[str, exp.Expr]
) -> None:
    """Give columns of the file plain names, so that what is asked of them needs no other."""
    chosen = [expression.as_(alias) for alias, expression in columns.items()]
    made = exp.Create(
        this=exp.to_table(name),
        kind="VIEW",
        replace=True,
        expression=exp.select(*chosen).from_(_source(path)),
    )
    database.execute(made.sql("duckdb"))


def _column(field: Field) -> exp.Expr:
    return exp.column(exp.to_identifier(field.columns[0], quoted=True))


def _field(database: duckdb.DuckDBPyConnection, path: Path, field: Field) -> FieldProfile:
    if field.is_multivalued:
        return _list_field(database, path, field)
    _view(database, "one", path, {"c": _column(field)})
    nulls, distinct = _one_row(database, _COUNTED)
    if field.type in _WITHOUT_ORDER:
        return FieldProfile(name=field.name, nulls=nulls, distinct=distinct)
    least, greatest = _one_row(database, _BOUNDS)
    return FieldProfile(
        name=field.name,
        nulls=nulls,
        distinct=distinct,
        least=_scalar(least),
        greatest=_scalar(greatest),
        examples=_examples(database),
    )


def _list_field(database: duckdb.DuckDBPyConnection, path: Path, field: Field) -> FieldProfile:
    _view(database, "lists", path, {"c": _column(field)})
    (nulls,) = _one_row(database, _EMPTY_LISTS)
    database.execute(_VALUES)
    _nulls, distinct = _one_row(database, _COUNTED)
    return FieldProfile(
        name=field.name, nulls=nulls, distinct=distinct, examples=_examples(database)
    )


def _one_row(database: duckdb.DuckDBPyConnection, asked: str, *values: object) -> tuple[Any, ...]:
    return database.execute(asked, list(values)).fetchone() or ()


def _examples(database: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    return tuple(text[:_LONGEST] for (text,) in database.execute(_COMMONEST).fetchall())


def _scalar(value: Any) -> Scalar:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value[:_LONGEST] if isinstance(value, str) else value


def _period(
    database: duckdb.DuckDBPyConnection, path: Path, schema: Schema, today: dt.date
) -> Period | None:
    field = rules.period_field(schema)
    if field is None:
        return None
    _view(database, "one", path, {"c": _column(field)})
    database.execute(_DAYS if field.type in TEMPORAL else _YEARS)
    first, last, only_years, only_months = _one_row(database, _PERIOD, today)
    if last is None:
        return None
    precision = Precision.YEAR if only_years else Precision.MONTH if only_months else Precision.DAY
    return Period(
        field=field.name,
        first=first,
        last=rules.end_of(last, precision),
        precision=precision,
    )


def _balances(
    database: duckdb.DuckDBPyConnection, path: Path, schema: Schema, named: str
) -> tuple[Balance, ...]:
    told = rules.budget_fields(schema, named=named)
    if told is None:
        return ()
    year: exp.Expr = _column(told.year)
    if told.year.type in TEMPORAL:
        year = exp.func("year", year)
    columns = {"y": year, "d": _column(told.direction), "a": _column(told.amount)}
    _view(database, "budget", path, columns)
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for said, direction, amount in database.execute(_SIDES).fetchall():
        sums[said][rules.side(direction or "")] += float(amount or 0)
    return tuple(
        Balance(year=said, revenue=both[rules.REVENUE], expenditure=both[rules.EXPENDITURE])
        for said, both in sorted(sums.items())
    )
