"""DuckDB's own words. Named time zones come with ICU, which the package from PyPI has inside."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from parvis.opendata.rules.odsql import dialects
from parvis.opendata.rules.odsql.dialects import call, cast, number, string


class DuckDB(dialects.Dialect):
    """See `dialects.Dialect`."""

    name = "duckdb"

    def number(self, parameter: exp.Placeholder, rank: int, value: Any) -> None:
        del value
        parameter.set("this", str(rank))

    def lower(self, text: exp.Expr) -> exp.Expr:
        return call("lower", text)

    def length(self, text: exp.Expr) -> exp.Expr:
        return call("length", text)

    def text(self, value: exp.Expr) -> exp.Expr:
        return cast(value, "VARCHAR")

    def starts_with(self, text: exp.Expr, start: exp.Expr) -> exp.Expr:
        return call("starts_with", text, start)

    def contains(self, text: exp.Expr, part: exp.Expr) -> exp.Expr:
        return call("contains", text, part)

    def matches(self, text: exp.Expr, pattern: exp.Expr) -> exp.Expr:
        return call("regexp_matches", text, pattern)

    def digest(self, text: exp.Expr) -> exp.Expr:
        return call("md5", text)

    def local(self, moment: exp.Expr, zone: str) -> exp.Expr:
        if zone == dialects.UTC:
            return moment
        return call("timezone", string(zone), call("timezone", string(dialects.UTC), moment))

    def part(self, name: str, moment: exp.Expr) -> exp.Expr:
        return call("date_part", string(name), moment)

    def microseconds(self, moment: exp.Expr) -> exp.Expr:
        return call("epoch_us", moment)

    def local_microseconds(self, moment: exp.Expr, zone: str) -> exp.Expr:
        return call("epoch_us", self.local(moment, zone))

    def days(self, date: exp.Expr) -> exp.Expr:
        return call("date_diff", string("day"), cast(string("1970-01-01"), "DATE"), date)

    def wide(self, value: exp.Expr) -> exp.Expr:
        return cast(value, "HUGEINT")

    def fitting(self, value: exp.Expr) -> exp.Expr:
        # Not TRY_CAST: DuckDB 1.5 leaves it out of a comparison, which then compares 128 bits.
        return call("try", cast(value, "BIGINT"))

    def real(self, value: exp.Expr) -> exp.Expr:
        return cast(value, "DOUBLE")

    def among_rows(self, rank: exp.Expr, rows: exp.Expr) -> exp.Expr:
        inside = exp.select(call("unnest", cast(rows, "BIGINT[]")))
        return exp.In(this=rank, query=exp.Subquery(this=inside))

    def at(self, values: exp.Expr, rank: exp.Expr) -> exp.Expr:
        # A query of its own: where a long list stands in a row, it is read again every 2,048 rows.
        once = exp.Subquery(this=exp.select(cast(values, "DOUBLE[]")))
        return call("list_extract", once, _from_one(rank))

    def holds(self, values: exp.Expr, value: exp.Expr) -> exp.Expr:
        return call("list_contains", values, value)

    def size(self, values: exp.Expr) -> exp.Expr:
        return call("len", values)

    def least(self, values: exp.Expr, *, greatest: bool = False) -> exp.Expr:
        return call("list_max" if greatest else "list_min", values)

    def joined(self, values: exp.Expr) -> exp.Expr:
        around = call("chr", number(ord(dialects.SEPARATOR)))
        return call("concat", around, call("array_to_string", values, around.copy()), around.copy())

    def elements(self, values: exp.Expr) -> exp.Expr:
        some = exp.GT(this=self.size(values), expression=number(0))
        none = exp.Array(expressions=[exp.Null()])
        distinct = call("list_distinct", values.copy())
        return call("unnest", dialects.either(some, distinct, none))

    def aggregate(self, name: str, value: exp.Expr, *, percent: float = 50) -> exp.Expr:
        if name == "percentile":
            return call("quantile_cont", value, number(percent / 100))
        if name in _SPECIAL:
            return _SPECIAL[name](value)
        return call(_NAMES.get(name, name), value)

    def nullable(self, value: exp.Expr) -> exp.Expr:
        return value


def _from_one(rank: exp.Expr) -> exp.Expr:
    return dialects.paren(exp.Add(this=rank, expression=number(1)))


def _whole_sum(value: exp.Expr) -> exp.Expr:
    """Return a sum of 128 bits in 64, null where it does not fit; TRY takes no aggregate."""
    total = call("sum", value)
    fits = exp.Between(this=total, low=number(-(2**63)), high=number(2**63 - 1))
    return dialects.either(fits, cast(total.copy(), "BIGINT"), exp.Null())


def _count_distinct(value: exp.Expr) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[value]))


def _count_elements(value: exp.Expr) -> exp.Expr:
    distinct = call("list_distinct", call("flatten", call("list", value)))
    return exp.Coalesce(this=call("len", distinct), expressions=[number(0)])


def _points(value: exp.Expr) -> exp.Expr:
    return call("list", exp.Distinct(expressions=[value]))


_NAMES = {"sum": "fsum", "avg": "favg", "whole_avg": "avg"}
_SPECIAL = {
    "whole_sum": _whole_sum,
    "count_distinct": _count_distinct,
    "count_elements": _count_elements,
    "points": _points,
}
