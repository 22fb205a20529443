"""The few things that two engines say in different words, as sqlglot nodes.

Whatever a caller typed travels beside the text as a parameter, in both engines: `$1` in DuckDB,
`{p1:String}` in ClickHouse, whose parameters carry their type. Literals built by sqlglot would be
safe too; parameters leave nothing to prove, and the text of a query is then the same for every
value, which is what caches and logs want. What is written into the text is ours: numbers of groups,
limits that are integers, time zones found in the IANA list.

Functions are written under each engine's own name (`Anonymous`), so that no translation by sqlglot
stands between the rule and what runs.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from sqlglot import exp

SEPARATOR = "\x1f"
"""Stands between the elements of a list that is looked at as one text; no text holds it."""
UTC = "UTC"


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """Return a call of a function by its very name."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def number(value: float) -> exp.Expr:
    """Return a number of ours."""
    return exp.Literal.number(repr(value)) if value >= 0 else exp.Neg(this=number(-value))


def string(value: str) -> exp.Expr:
    """Return a text of ours."""
    return exp.Literal.string(value)


def column(name: str) -> exp.Expr:
    """Return a column by its name, between quotes."""
    return exp.column(name, quoted=True)


def paren(value: exp.Expr) -> exp.Expr:
    """Return a value between brackets; the helper of sqlglot copies all that is in it."""
    return exp.Paren(this=value)


def labelled(value: exp.Expr, name: str) -> exp.Expr:
    """Return a value under a name, between quotes."""
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def table(rows: exp.Expr, name: str) -> exp.Expr:
    """Return what stands in FROM, under a name."""
    return exp.alias_(rows, name, table=True, copy=False)


def cast(value: exp.Expr, kind: str) -> exp.Expr:
    """Return a value in another type."""
    return exp.Cast(this=value, to=exp.DataType.build(kind))


class Dialect(ABC):
    """An engine's own words."""

    name: str

    @abstractmethod
    def number(self, parameter: exp.Placeholder, rank: int, value: Any) -> None:
        """Give a parameter its place in this engine's words, by its rank from 1."""

    @abstractmethod
    def lower(self, text: exp.Expr) -> exp.Expr:
        """Return a text in lower case, É included."""

    @abstractmethod
    def length(self, text: exp.Expr) -> exp.Expr:
        """Return the number of characters of a text."""

    @abstractmethod
    def text(self, value: exp.Expr) -> exp.Expr:
        """Return a whole number as a text."""

    @abstractmethod
    def starts_with(self, text: exp.Expr, start: exp.Expr) -> exp.Expr:
        """Tell whether a text starts so."""

    @abstractmethod
    def contains(self, text: exp.Expr, part: exp.Expr) -> exp.Expr:
        """Tell whether a text holds another."""

    @abstractmethod
    def matches(self, text: exp.Expr, pattern: exp.Expr) -> exp.Expr:
        """Tell whether a text matches a pattern of RE2."""

    @abstractmethod
    def digest(self, text: exp.Expr) -> exp.Expr:
        """Return 32 hexadecimal digits that hang on a text: what shuffles rows."""

    @abstractmethod
    def local(self, moment: exp.Expr, zone: str) -> exp.Expr:
        """Return a moment of UTC as the clocks of a zone show it."""

    @abstractmethod
    def part(self, name: str, moment: exp.Expr) -> exp.Expr:
        """Return a part of a date or local moment: year month day hour minute second isoyear week
        isodow doy quarter."""

    @abstractmethod
    def microseconds(self, moment: exp.Expr) -> exp.Expr:
        """Return the microseconds of a moment of UTC since 1970."""

    @abstractmethod
    def local_microseconds(self, moment: exp.Expr, zone: str) -> exp.Expr:
        """Return the microseconds that the clocks of a zone show since 1970."""

    @abstractmethod
    def days(self, date: exp.Expr) -> exp.Expr:
        """Return the days of a date since 1970."""

    @abstractmethod
    def wide(self, value: exp.Expr) -> exp.Expr:
        """Return a whole number in 128 bits, where no product of two overflows."""

    @abstractmethod
    def fitting(self, value: exp.Expr) -> exp.Expr:
        """Return a number of 128 bits in 64, null where it does not fit."""

    @abstractmethod
    def real(self, value: exp.Expr) -> exp.Expr:
        """Return a number as a double."""

    @abstractmethod
    def among_rows(self, rank: exp.Expr, rows: exp.Expr) -> exp.Expr:
        """Tell whether the rank of a row is in a parameter of ranks."""

    @abstractmethod
    def at(self, values: exp.Expr, rank: exp.Expr) -> exp.Expr:
        """Return the value at a rank, from 0, of a parameter that is a list of doubles."""

    @abstractmethod
    def holds(self, values: exp.Expr, value: exp.Expr) -> exp.Expr:
        """Tell whether a list holds a value."""

    @abstractmethod
    def size(self, values: exp.Expr) -> exp.Expr:
        """Return how many elements a list has; 0 or null for none."""

    @abstractmethod
    def least(self, values: exp.Expr, *, greatest: bool = False) -> exp.Expr:
        """Return the least element of a list, or the greatest."""

    @abstractmethod
    def joined(self, values: exp.Expr) -> exp.Expr:
        """Return the elements of a list as one text, `SEPARATOR` around each."""

    @abstractmethod
    def elements(self, values: exp.Expr) -> exp.Expr:
        """Return one row for each distinct element of a list, one row of null for none."""

    @abstractmethod
    def aggregate(self, name: str, value: exp.Expr, *, percent: float = 50) -> exp.Expr:
        """Return an aggregate: sum (of doubles), whole_sum, avg, whole_avg, min, max, count,
        count_distinct, count_elements, percentile, points. Of no value at all it is null, and a
        count is 0."""

    @abstractmethod
    def nullable(self, value: exp.Expr) -> exp.Expr:
        """Return a value that may be null, so that a sum of no row is null."""


def positive_modulo(value: exp.Expr, width: int) -> exp.Expr:
    """Return what is left of a whole number divided by another, from 0 even below it."""
    rest = paren(exp.Mod(this=paren(value), expression=number(width)))
    return paren(
        exp.Mod(this=paren(exp.Add(this=rest, expression=number(width))), expression=number(width))
    )


def either(condition: exp.Expr, value: exp.Expr, other: exp.Expr) -> exp.Case:
    """Return one value or the other."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)], default=other)


def is_null(value: exp.Expr) -> exp.Expr:
    """Tell whether a value is null."""
    return exp.Is(this=value, expression=exp.Null())


def parameter_kind(value: Any) -> str:
    """Return the ClickHouse type of a parameter."""
    if isinstance(value, bool):
        return "Bool"
    if isinstance(value, dt.datetime):
        return "DateTime64(6, 'UTC')"
    if isinstance(value, dt.date):
        return "Date32"
    if isinstance(value, list | tuple):
        return "Array(Float64)" if isinstance(next(iter(value), 0), float) else "Array(Int64)"
    return {str: "String", int: "Int64", float: "Float64"}[type(value)]


def clickhouse_text(value: Any) -> str:
    """Return a parameter as ClickHouse reads it from `param_p1=…`: escaped as in its TSV."""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f").rjust(26, "0")
    if isinstance(value, list | tuple):
        return f"[{','.join(map(str, value))}]"
    if isinstance(value, bool):
        return str(int(value))
    text = str(value)
    for letter, escaped in _ESCAPES:
        text = text.replace(letter, escaped)
    return text


_ESCAPES: Sequence[tuple[str, str]] = (
    ("\\", "\\\\"),
    ("\t", "\\t"),
    ("\n", "\\n"),
    ("\r", "\\r"),
    ("\b", "\\b"),
    ("\f", "\\f"),
    ("\0", "\\0"),
    ("'", "\\'"),
)
