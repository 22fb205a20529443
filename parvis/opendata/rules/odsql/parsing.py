"""The four clauses of ODSQL, read from text into a tree: syntax only, no schema.

A text gives a tree or raises QueryError naming the fault, its place and its clause; never anything
else, whatever the text. `lexing.MAX_LENGTH` and `lexing.MAX_DEPTH` bound what is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from parvis.opendata.rules.odsql import expressions, tree
from parvis.opendata.rules.odsql.cursor import Cursor
from parvis.opendata.rules.odsql.functions import date
from parvis.opendata.rules.odsql.lexing import Kind, Token

UNITS = {
    "ms": ("ms", "millisecond", "milliseconds"),
    "s": ("s", "second", "seconds"),
    "m": ("m", "minute", "minutes"),
    "h": ("h", "hour", "hours"),
    "d": ("d", "day", "days"),
    "w": ("w", "week", "weeks"),
    "M": ("M", "month", "months"),
    "q": ("q", "quarter", "quarters"),
    "y": ("y", "year", "years"),
}
"""The widths of groups of dates and their names, in this case only."""

_UNIT_OF = {name: unit for unit, names in UNITS.items() for name in names}
_SINGLE_UNITS = frozenset("wMqy")

_Item = TypeVar("_Item")


def parse_where(text: str) -> tree.Condition:
    """Read a where clause."""
    cursor = Cursor(text, "where")
    condition = expressions.condition(cursor)
    cursor.expect_end()
    cursor.check_depth(condition)
    return condition


def parse_select(text: str) -> tuple[tree.SelectItem, ...]:
    """Read a select clause; an empty one selects every field, as `*` does."""
    cursor = Cursor(text, "select")
    if cursor.next.kind is Kind.END:
        return (tree.Star(),)
    groups = _list(cursor, _selected)
    items = tuple(item for group in groups for item in group)
    cursor.check_depth(*items)
    return items


def parse_group_by(text: str) -> tuple[tree.Grouped, ...]:
    """Read a group_by clause; an empty one has no key."""
    cursor = Cursor(text, "group_by")
    if cursor.next.kind is Kind.END:
        return ()
    keys = _list(cursor, _grouped)
    cursor.check_depth(*keys)
    return keys


def parse_order_by(text: str) -> tuple[tree.Ordered | tree.RandomOrder, ...]:
    """Read an order_by clause; an empty one has no key."""
    cursor = Cursor(text, "order_by")
    if cursor.next.kind is Kind.END:
        return ()
    keys = _list(cursor, _ordered)
    cursor.check_depth(*keys)
    return keys


def _list(cursor: Cursor, read: Callable[[Cursor], _Item]) -> tuple[_Item, ...]:
    items = [read(cursor)]
    while cursor.accept(","):
        items.append(read(cursor))
    cursor.expect_end()
    return tuple(items)


def _label(cursor: Cursor) -> str:
    return cursor.name() if cursor.accept_word("as") else ""


def _selected(cursor: Cursor) -> tuple[tree.SelectItem, ...]:
    start = cursor.next
    if cursor.accept("*"):
        return (tree.Star(**cursor.since(start)),)
    if cursor.at_call("include", "exclude"):
        return _patterns(cursor)
    value = expressions.value(cursor)
    place = tree.place(value)
    return (tree.Selected(value=value, label=_label(cursor), **place),)


def _patterns(cursor: Cursor) -> tuple[tree.Pattern, ...]:
    """Read `include(pop*)` or `exclude(pop*, name)`."""
    start = cursor.take()
    excluded = start.value.lower() == "exclude"
    cursor.expect("(")
    found: list[tree.Pattern] = []
    while not found or cursor.accept(","):
        at = cursor.next
        pattern = cursor.name() + ("*" if cursor.accept("*") else "")
        found.append(tree.Pattern(pattern=pattern, excluded=excluded, **cursor.since(at)))
    cursor.expect(")")
    return tuple(found)


def _grouped(cursor: Cursor) -> tree.Grouped:
    read = _range if cursor.at_call("range") else expressions.value
    value: tree.Value | tree.Ranges | tree.Widths = read(cursor)
    place = tree.place(value)
    return tree.Grouped(value=value, label=_label(cursor), **place)


def _ordered(cursor: Cursor) -> tree.Ordered | tree.RandomOrder:
    start = cursor.next
    if cursor.at_call("random"):
        cursor.take()
        cursor.expect("(")
        seed = cursor.whole_number()
        cursor.expect(")")
        cursor.accept_word("asc", "desc")
        return tree.RandomOrder(seed=seed, **cursor.since(start))
    value = expressions.value(cursor)
    descending = cursor.next.is_word("desc")
    cursor.accept_word("asc", "desc")
    return tree.Ordered(value=value, descending=descending, **tree.place(value))


def _range(cursor: Cursor) -> tree.Ranges | tree.Widths:
    """Read the groups of a range, in one of four ways.

    `range(f, 5)` and `range(d, 1 day)` have a width; `range(f, *, 10, 50, *)` has bounds, a star
    for an open end; `range(f, ]10, 50[)` is the older way to write the same, a bracket turned
    outwards for an open end.
    """
    start = cursor.take()
    cursor.expect("(")
    field = cursor.name()
    cursor.expect(",")
    if cursor.next.kind is Kind.NUMBER and not cursor.after.is_symbol(","):
        return _widths(cursor, start, field)
    bracket = cursor.next
    if cursor.accept("[", "]"):
        bounds = _bounds(cursor)
        low, high = bracket.value == "]", cursor.expect("[", "]").value == "["
    else:
        low = cursor.accept("*")
        if low:
            cursor.expect(",")
        bounds = _bounds(cursor)
        high = cursor.accept("*")
    cursor.expect(")")
    if len(bounds) + low + high < _ENDS_OF_A_GROUP:
        raise cursor.clause.unexpected(start, ": the range has no group, open an end with *")
    place = cursor.since(start)
    return tree.Ranges(field=field, bounds=bounds, open_low=low, open_high=high, **place)


_ENDS_OF_A_GROUP = 2


def _bounds(cursor: Cursor) -> tuple[tree.Literal | tree.DateLiteral, ...]:
    """Read the bounds, and the comma before a last star."""
    bounds = [_bound(cursor)]
    while cursor.accept(","):
        if cursor.next.is_symbol("*"):
            break
        bounds.append(_bound(cursor))
    return tuple(bounds)


def _bound(cursor: Cursor) -> tree.Literal | tree.DateLiteral:
    start = cursor.next
    if start.is_word("date"):
        return date(cursor)
    return tree.Literal(value=cursor.signed_number(), **cursor.since(start))


def _widths(cursor: Cursor, start: Token, field: str) -> tree.Widths:
    at = cursor.next
    width = cursor.signed_number()
    if width <= 0:
        raise cursor.clause.unexpected(at, ": a width is more than nothing")
    unit = ""
    if cursor.next.kind is Kind.NAME:
        unit = _UNIT_OF.get(cursor.next.value, "")
        if not unit:
            raise cursor.clause.unexpected(cursor.next)
        cursor.take()
        if not isinstance(width, int) or (unit in _SINGLE_UNITS and width > 1):
            raise cursor.clause.unexpected(at, ": this unit is only counted one by one")
    cursor.expect(")")
    return tree.Widths(field=field, width=float(width), unit=unit, **cursor.since(start))
