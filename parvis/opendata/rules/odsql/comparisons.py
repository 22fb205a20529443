"""Comparisons: which types are ever equal, and what a day covers.

A date that is typed covers all of its day, month or year: `d = date'2020'` is the year, `d >
date'2020'` what comes after it, `d in [date'2017'..date'2018']` both years whole. It is read in the
time zone of the query, and a field of dates has no zone.
"""

from __future__ import annotations

import datetime as dt

from sqlglot import exp

from parvis.opendata.rules.fields import NUMERIC, TEMPORAL, FieldType
from parvis.opendata.rules.odsql import dates, tree
from parvis.opendata.rules.odsql.context import Context, Scope, Typed
from parvis.opendata.rules.odsql.dialects import number, paren
from parvis.opendata.rules.odsql.errors import incompatible, malformed
from parvis.opendata.rules.odsql.scalars import compile_value

_TESTS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    ">": exp.GT,
    ">=": exp.GTE,
    "<": exp.LT,
    "<=": exp.LTE,
}
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "=", "!=": "!="}
_FAMILIES = (NUMERIC, TEMPORAL, frozenset({FieldType.TEXT}), frozenset({FieldType.BOOLEAN}))
_MIDNIGHT = dt.time.min
_DIGITS_OF_A_DAY = 8


def compare(context: Context, operator: str, left: Typed, right: Typed) -> exp.Expr:
    """Return a comparison; it is null, or false, where a side is null.

    Raises QueryError (IncompatibleTypesInComparisonFilter) where the types are never equal.
    """
    if left.type is None or right.type is None:
        return exp.false()
    _check(context, left, right)
    if (right.is_list and not left.is_list) or (left.covers and not right.covers):
        left, right, operator = right, left, _MIRRORED[operator]
    if left.is_list:
        return _of_elements(context, operator, left, right)
    if right.covers:
        return _with_moment(context, operator, left, right.covers)
    if {left.type, right.type} == TEMPORAL:
        left, right = (_as_moment(context, one) for one in (left, right))
    return _TESTS[operator](this=left.sql, expression=right.sql)


def _check(context: Context, left: Typed, right: Typed) -> None:
    together = any({left.type, right.type} <= family for family in _FAMILIES)
    if not together or (left.is_list and right.is_list):
        said = f"{_named(left)} and {_named(right)} cannot be compared."
        raise incompatible(said, clause=context.clause)


def _named(value: Typed) -> str:
    kind = "date" if value.covers else value.type
    return (
        f"the field {value.field.name} of type {kind}" if value.field else f"a value of type {kind}"
    )


def _of_elements(context: Context, operator: str, values: Typed, value: Typed) -> exp.Expr:
    dialect = context.dialect
    if operator in {"=", "!="}:
        holds = dialect.holds(values.sql, value.sql)
        if operator == "=":
            return holds
        some = exp.GT(this=dialect.size(values.again()), expression=number(0))
        return exp.And(this=some, expression=exp.Not(this=paren(holds)))
    extreme = dialect.least(values.sql, greatest=operator[0] == ">")
    return _TESTS[operator](this=extreme, expression=value.sql)


def _with_moment(
    context: Context, operator: str, value: Typed, covers: tuple[dt.datetime, dt.datetime]
) -> exp.Expr:
    first, last = covers
    match operator:
        case "=":
            return exp.And(
                this=_bounded(context, value, ">=", first),
                expression=_bounded(context, _again(value), "<=", last),
            )
        case "!=":
            before = _bounded(context, value, "<", first)
            after = _bounded(context, _again(value), ">", last)
            return paren(exp.Or(this=before, expression=after))
        case ">=" | "<":
            return _bounded(context, value, operator, first)
        case _:
            return _bounded(context, value, operator, last)


def _again(value: Typed) -> Typed:
    return Typed(type=value.type, sql=value.again(), covers=value.covers)


def _bounded(context: Context, value: Typed, operator: str, moment: dt.datetime) -> exp.Expr:
    """Compare with the first (`>=`, `<`) or the last (`<=`, `>`) moment of what was typed.

    A date is compared as its midnight: the first date not before a moment in the day is the next.
    """
    if value.type is FieldType.DATE:
        local = dates.to_local(moment, context.zone)
        if local.time() != _MIDNIGHT:
            operator = {">=": ">", "<": "<="}.get(operator, operator)
        return _TESTS[operator](this=value.sql, expression=context.parameter(local.date()))
    covered = dates.last_to_utc if operator in {"<=", ">"} and _is_end(moment) else dates.to_utc
    utc = covered(moment, context.zone)
    return _TESTS[operator](this=value.sql, expression=context.parameter(utc))


def _is_end(moment: dt.datetime) -> bool:
    return moment.time() == dt.time.max and moment.tzinfo is None


def _as_moment(context: Context, value: Typed) -> Typed:
    """Return microseconds of the clock of the query's zone, so that dates and datetimes compare."""
    dialect = context.dialect
    if value.type is FieldType.DATETIME:
        sql = dialect.local_microseconds(value.sql, context.zone.key)
    else:
        sql = paren(exp.Mul(this=dialect.days(value.sql), expression=number(86_400_000_000)))
    return Typed(type=FieldType.INT, sql=sql)


def in_range(context: Context, row: Scope, node: tree.InRange) -> exp.Expr:
    """Return whether a number or a date is in a range, of which an end may be open."""
    value = compile_value(context, row, node.value)
    if value.type not in NUMERIC | TEMPORAL or value.is_list:
        said = f"{_named(value)} has no range." if value.type else "null has no range."
        raise incompatible(said, clause=context.clause)
    low = ">=" if node.low_included else ">"
    high = "<=" if node.high_included else "<"
    tests = [
        compare(context, operator, _again(value), _bound(context, row, value, bound))
        for operator, bound in ((low, node.low), (high, node.high))
        if bound is not None
    ]
    if not tests:
        return exp.Not(this=exp.Is(this=value.sql, expression=exp.Null()))
    return tests[0] if len(tests) == 1 else exp.And(this=tests[0], expression=tests[1])


def _bound(context: Context, row: Scope, value: Typed, bound: tree.Value) -> Typed:
    """Return a bound; of a date, also as a text `'2022-03-12'` or digits `20220312`."""
    if value.type in TEMPORAL and isinstance(bound, tree.Literal):
        text = str(bound.value)
        if isinstance(bound.value, str) or len(text) == _DIGITS_OF_A_DAY:
            try:
                first, last = dates.read(text)
            except ValueError as error:
                raise malformed(str(error), clause=context.clause) from None
            bound = tree.DateLiteral(first=first, last=last)
    return compile_value(context, row, bound)
