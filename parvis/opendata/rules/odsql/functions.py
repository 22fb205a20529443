"""Operands that are values: literals, fields, functions of a row, functions of many rows."""

from __future__ import annotations

from collections.abc import Callable

from parvis.opendata.rules.odsql import dates, geometries, tree
from parvis.opendata.rules.odsql.cursor import Cursor
from parvis.opendata.rules.odsql.errors import malformed
from parvis.opendata.rules.odsql.lexing import Kind, number

Reader = Callable[[Cursor], tree.Value]
"""How a value is read: what is inside a function is anything a value can be."""

SCALARS = {
    "length": (1, 1),
    "year": (1, 1),
    "month": (1, 1),
    "day": (1, 1),
    "hour": (1, 1),
    "minute": (1, 1),
    "second": (1, 1),
    "date_format": (2, 2),
    "ifnull": (2, 2),
    "lower": (1, 1),
    "json_format": (1, 2),
    "distance": (2, 2),
    "geo_cluster": (2, 2),
}
"""Functions of one row, and how many arguments each takes."""
AGGREGATES = frozenset({"avg", "sum", "min", "max", "median", "envelope", "bbox"})
"""Functions of many rows with one argument; `count` and `percentile` have their own grammar."""

_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_PERCENT = 100


def operand(cursor: Cursor, value: Reader) -> tree.Value:
    """Read one operand."""
    start = cursor.next
    if start.is_word("date") and cursor.after.kind is Kind.TEXT:
        return date(cursor)
    if start.is_word("geom") and cursor.after.kind is Kind.TEXT:
        return geometry(cursor)
    if cursor.at_call():
        return _call(cursor, value)
    return _literal(cursor)


def _literal(cursor: Cursor) -> tree.Literal | tree.Name:
    """Read a number, a text, a constant, or the name of a field."""
    start = cursor.next
    constant: str | float | bool | None
    if start.kind is Kind.NUMBER:
        constant = number(cursor.take().value)
    elif start.kind is Kind.TEXT:
        constant = cursor.take().value
    elif start.is_word(*_CONSTANTS):
        constant = _CONSTANTS[cursor.take().value.lower()]
    else:
        return tree.Name(name=cursor.name(), **cursor.since(start))
    return tree.Literal(value=constant, **cursor.since(start))


def date(cursor: Cursor) -> tree.DateLiteral:
    """Read `date'2017-04-03'`."""
    start = cursor.next
    if not (start.is_word("date") and cursor.after.kind is Kind.TEXT):
        raise cursor.clause.unexpected(start, ": a date is expected")
    cursor.take()
    try:
        first, last = dates.read(cursor.words())
    except ValueError as error:
        raise malformed(str(error), clause=cursor.clause.name) from None
    return tree.DateLiteral(first=first, last=last, **cursor.since(start))


def geometry(cursor: Cursor) -> tree.Geometry:
    """Read `geom'POINT(2.35 48.85)'`."""
    start = cursor.next
    if not (start.is_word("geom") and cursor.after.kind is Kind.TEXT):
        raise cursor.clause.unexpected(start, ": a geometry is expected")
    cursor.take()
    try:
        geojson = geometries.to_geojson(cursor.words())
    except ValueError as error:
        msg = f"Invalid geometry: {error}."
        raise malformed(msg, clause=cursor.clause.name) from None
    return tree.Geometry(geojson=geojson, **cursor.since(start))


def _call(cursor: Cursor, value: Reader) -> tree.Value:
    name = cursor.next.value.lower()
    with cursor.deeper():
        if name == "now":
            return now(cursor)
        if name == "count":
            return _count(cursor, value)
        if name == "percentile":
            return _percentile(cursor, value)
        if name in AGGREGATES:
            return _aggregate(cursor, value)
        if name in SCALARS:
            return _scalar(cursor, value)
    raise cursor.clause.unexpected(cursor.after)


def _scalar(cursor: Cursor, value: Reader) -> tree.Call:
    start = cursor.take()
    name = start.value.lower()
    least, most = SCALARS[name]
    cursor.expect("(")
    arguments = [value(cursor)]
    while len(arguments) < most and (len(arguments) < least or cursor.next.is_symbol(",")):
        cursor.expect(",")
        arguments.append(value(cursor))
    cursor.expect(")")
    return tree.Call(function=name, arguments=tuple(arguments), **cursor.since(start))


def _aggregate(cursor: Cursor, value: Reader) -> tree.Aggregate:
    start = cursor.take()
    cursor.expect("(")
    inside = value(cursor)
    cursor.expect(")")
    return tree.Aggregate(function=start.value.lower(), value=inside, **cursor.since(start))


def _count(cursor: Cursor, value: Reader) -> tree.Aggregate:
    start = cursor.take()
    cursor.expect("(")
    distinct = cursor.accept_word("distinct")
    inside = None if not distinct and cursor.accept("*") else value(cursor)
    cursor.expect(")")
    place = cursor.since(start)
    return tree.Aggregate(function="count", value=inside, distinct=distinct, **place)


def _percentile(cursor: Cursor, value: Reader) -> tree.Aggregate:
    start = cursor.take()
    cursor.expect("(")
    inside = value(cursor)
    cursor.expect(",")
    at = cursor.next
    percent = float(cursor.signed_number())
    if not 0 <= percent <= _PERCENT:
        raise cursor.clause.unexpected(at, ": a percentile goes from 0 to 100")
    cursor.expect(")")
    place = cursor.since(start)
    return tree.Aggregate(function="percentile", value=inside, argument=percent, **place)


def now(cursor: Cursor) -> tree.Now:
    """Read `now(years=-1)`."""
    start = cursor.take()
    cursor.expect("(")
    parts: list[tuple[str, int]] = []
    while not cursor.accept(")"):
        if parts:
            cursor.expect(",")
        parts.append(_part(cursor))
    return tree.Now(parts=tuple(parts), **cursor.since(start))


def _part(cursor: Cursor) -> tuple[str, int]:
    name = cursor.next.value.lower()
    bounds = dates.bounds_of_part(name)
    if cursor.next.kind is not Kind.NAME or bounds is None:
        raise cursor.clause.unexpected(cursor.next)
    cursor.take()
    cursor.expect("=")
    at = cursor.next
    value = cursor.whole_number()
    if not bounds[0] <= value <= bounds[1]:
        raise cursor.clause.unexpected(at, f": {name} goes from {bounds[0]} to {bounds[1]}")
    return name, value
