"""ClickHouse's own words, those of the embedded chdb and of a cluster alike.

Its dates go from 1900 to 2299 in DateTime64 and Date32: moments beyond are no use there.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlglot import exp

from parvis.opendata.rules.odsql import dialects
from parvis.opendata.rules.odsql.dialects import call, number, string

_PARTS = {
    "year": "toYear",
    "quarter": "toQuarter",
    "month": "toMonth",
    "day": "toDayOfMonth",
    "hour": "toHour",
    "minute": "toMinute",
    "second": "toSecond",
    "isoyear": "toISOYear",
    "week": "toISOWeek",
    "isodow": "toDayOfWeek",
    "doy": "toDayOfYear",
}
_AGGREGATES = {
    "sum": "sumKahan",
    "count_distinct": "uniqExact",
    "count_elements": "uniqExactArray",
    "points": "groupUniqArray",
}
_MICROSECONDS = 1_000_000


@cache
def _kind(name: str) -> exp.DataType:
    return exp.DataType.build(name, dialect="clickhouse")


class ClickHouse(dialects.Dialect):
    """See `dialects.Dialect`."""

    name = "clickhouse"

    def number(self, parameter: exp.Placeholder, rank: int, value: Any) -> None:
        parameter.set("this", f"p{rank}")
        parameter.set("kind", _kind(dialects.parameter_kind(value)).copy())

    def lower(self, text: exp.Expr) -> exp.Expr:
        return call("lowerUTF8", text)

    def length(self, text: exp.Expr) -> exp.Expr:
        return call("toInt64", call("lengthUTF8", text))

    def text(self, value: exp.Expr) -> exp.Expr:
        return call("toString", value)

    def starts_with(self, text: exp.Expr, start: exp.Expr) -> exp.Expr:
        return call("startsWith", text, start)

    def contains(self, text: exp.Expr, part: exp.Expr) -> exp.Expr:
        return exp.GT(this=call("position", text, part), expression=number(0))

    def matches(self, text: exp.Expr, pattern: exp.Expr) -> exp.Expr:
        return call("match", text, pattern)

    def digest(self, text: exp.Expr) -> exp.Expr:
        return call("lower", call("hex", call("MD5", text)))

    def local(self, moment: exp.Expr, zone: str) -> exp.Expr:
        return call("toTimeZone", moment, string(zone))

    def part(self, name: str, moment: exp.Expr) -> exp.Expr:
        return call("toInt64", call(_PARTS[name], moment))

    def microseconds(self, moment: exp.Expr) -> exp.Expr:
        return call("toUnixTimestamp64Micro", moment)

    def local_microseconds(self, moment: exp.Expr, zone: str) -> exp.Expr:
        ahead = call("timeZoneOffset", self.local(moment, zone))
        return dialects.paren(
            exp.Add(
                this=self.microseconds(moment.copy()),
                expression=exp.Mul(this=call("toInt64", ahead), expression=number(_MICROSECONDS)),
            )
        )

    def days(self, date: exp.Expr) -> exp.Expr:
        return call("toInt64", call("toInt32", date))

    def wide(self, value: exp.Expr) -> exp.Expr:
        return call("toInt128", value)

    def fitting(self, value: exp.Expr) -> exp.Expr:
        return call("accurateCastOrNull", value, string("Int64"))

    def real(self, value: exp.Expr) -> exp.Expr:
        return call("toFloat64", value)

    def among_rows(self, rank: exp.Expr, rows: exp.Expr) -> exp.Expr:
        inside = exp.select(call("arrayJoin", rows))
        return exp.In(this=rank, query=exp.Subquery(this=inside))

    def at(self, values: exp.Expr, rank: exp.Expr) -> exp.Expr:
        from_one = dialects.paren(exp.Add(this=rank, expression=number(1)))
        # Beyond the end of a list it gives a zero.
        beyond = exp.GT(this=from_one.copy(), expression=call("length", values.copy()))
        return dialects.either(beyond, exp.Null(), call("arrayElement", values, from_one))

    def holds(self, values: exp.Expr, value: exp.Expr) -> exp.Expr:
        return call("has", values, value)

    def size(self, values: exp.Expr) -> exp.Expr:
        return call("length", values)

    def least(self, values: exp.Expr, *, greatest: bool = False) -> exp.Expr:
        return call("arrayMax" if greatest else "arrayMin", values)

    def joined(self, values: exp.Expr) -> exp.Expr:
        around = call("char", number(ord(dialects.SEPARATOR)))
        inside = call("arrayStringConcat", values, around.copy())
        return call("concat", around, inside, around.copy())

    def elements(self, values: exp.Expr) -> exp.Expr:
        none = exp.Array(expressions=[exp.Null()])
        some = call("arrayDistinct", values.copy())
        return call("arrayJoin", call("if", call("empty", values), none, some))

    def aggregate(self, name: str, value: exp.Expr, *, percent: float = 50) -> exp.Expr:
        if name == "percentile":
            levels = [number(percent / 100)]
            name = "quantileExactInclusive"
            return exp.ParameterizedAgg(this=name, expressions=levels, params=[value])
        if name == "whole_sum":
            return self.fitting(call("sum", self.wide(value)))
        if name in {"avg", "whole_avg"}:
            whole = name == "whole_avg"
            total = call("sum", self.wide(value)) if whole else call("sumKahan", value)
            counted = call("nullIf", call("count", value.copy()), number(0))
            return exp.Div(this=self.real(total), expression=counted)
        return call(_AGGREGATES.get(name, name), value)

    def nullable(self, value: exp.Expr) -> exp.Expr:
        return call("toNullable", value)
