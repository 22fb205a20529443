"""Counting what a file of rows holds, with DuckDB, for the rules of its profile.

All fields are counted in one reading of the file; then each is read once more, for what it says
most often.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from string import Template
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
# How many fields are counted in one reading of the file: their different values are all in memory.
_AT_ONCE = 16
# What is asked of a field, named f0, f1…: how many rows say nothing, how many different values it
# has, the least and the greatest; then what is said most often. A list is asked for its elements.
_OF_VALUES = Template("count(*) - count($f), count(DISTINCT $f), min($f), max($f)")
_WITHOUT_ENDS = Template("count(*) - count($f), count(DISTINCT $f), NULL, NULL")
_OF_LISTS = Template("""count(*) FILTER ($f IS NULL OR len($f) = 0),
    (SELECT count(DISTINCT e) FROM (SELECT unnest($f) AS e FROM fields)), NULL, NULL""")
_COUNTED = Template("SELECT $figures FROM fields")
_COMMONEST = Template("""SELECT CAST(e AS VARCHAR) FROM (SELECT $f AS e FROM fields)
    WHERE e IS NOT NULL GROUP BY e ORDER BY count(*) DESC, e LIMIT 3""")
# These read a view that names the columns c, or y, d and a: see `_view`.
# A year no calendar of ours has is a slip; the period does not reach beyond the day of publication
# where other rows do not.
_YEARS = """CREATE OR REPLACE TEMP VIEW days AS SELECT make_date(y, 1, 1) AS day FROM
    (SELECT TRY_CAST(CAST(c AS VARCHAR) AS DOUBLE)::INTEGER AS y FROM one)
    WHERE y BETWEEN 1000 AND 2999"""
_DAYS = "CREATE OR REPLACE TEMP VIEW days AS SELECT CAST(c AS DATE) AS day FROM one"
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
            fields=tuple(_fields(database, path, schema)),
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
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        expression=exp.select(*chosen).from_(_source(path)),
    )
    database.execute(made.sql("duckdb"))


def _column(field: Field) -> exp.Expr:
    return exp.column(exp.to_identifier(field.columns[0], quoted=True))


# --- fields ---------------------------------------------------------------------------------------


def _fields(
    database: duckdb.DuckDBPyConnection, path: Path, schema: Schema
) -> Iterator[FieldProfile]:
    _view(database, "fields", path, {f"f{n}": _column(one) for n, one in enumerate(schema.fields)})
    for first in range(0, len(schema.fields), _AT_ONCE):
        fields = {f"f{n}": schema.fields[n] for n in range(len(schema.fields))[first:][:_AT_ONCE]}
        figures = [_figures(one).substitute(f=name) for name, one in fields.items()]
        counted = iter(_one_row(database, _COUNTED.substitute(figures=", ".join(figures))))
        for name, field in fields.items():
            nulls, distinct, least, greatest = itertools.islice(counted, 4)
            yield FieldProfile(
                name=field.name,
                nulls=nulls,
                distinct=distinct,
                least=_scalar(least),
                greatest=_scalar(greatest),
                examples=_examples(database, field, name),
            )


def _figures(field: Field) -> Template:
    if field.is_multivalued:
        return _OF_LISTS
    return _WITHOUT_ENDS if field.type in _WITHOUT_ORDER else _OF_VALUES


def _examples(database: duckdb.DuckDBPyConnection, field: Field, name: str) -> tuple[str, ...]:
    if field.type in _WITHOUT_ORDER:
        return ()
    asked = _COMMONEST.substitute(f=f"unnest({name})" if field.is_multivalued else name)
    return tuple(text[:_LONGEST] for (text,) in database.execute(asked).fetchall())


def _one_row(database: duckdb.DuckDBPyConnection, asked: str, *values: object) -> tuple[Any, ...]:
    return database.execute(asked, list(values)).fetchone() or ()


def _scalar(value: Any) -> Scalar:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value[:_LONGEST] if isinstance(value, str) else value


# --- what the rows say together -------------------------------------------------------------------


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
