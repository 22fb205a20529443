"""Going on after a row, however deep: the cursor tells where the last page ended.

A cursor names the version it was made for: whoever goes on reads that one, whatever is published
meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parvis.opendata.rules.fields import ROW_ID
from parvis.opendata.rules.odsql.compiling import is_grouped
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.odsql.tree import (
    And,
    Comparison,
    Condition,
    DateLiteral,
    IsNull,
    Literal,
    Name,
    Or,
    Ordered,
    Query,
    Selected,
    Star,
    Value,
)

HIDDEN = "next:"
"""How the labels begin of the values that a page needs for its cursor and does not show."""
_LONGEST = 8_000
Cell = str | int | float | bool | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page ended: the values of its last row in the keys of the order, and its rank."""

    version: int
    values: tuple[Cell, ...]
    row: int


def widened(query: Query) -> Query | None:
    """Return the query with what its cursor needs beside its values; None if it has none: groups,
    aggregates and random orders are not gone on after."""
    keys = _keys(query)
    if keys is None or not query.limit:
        return None
    hidden = [Selected(value=one.value, label=f"{HIDDEN}{n}") for n, one in enumerate(keys)]
    hidden.append(Selected(value=Name(name=ROW_ID), label=f"{HIDDEN}{ROW_ID}"))
    return dataclasses.replace(query, select=(*(query.select or (Star(),)), *hidden))


def write(version: int, cells: Mapping[str, Sequence[Any]]) -> str:
    """Return the cursor after a row, given the cells of its hidden values by their labels; empty if
    one of them is a list, whose order has more than one value."""
    values = [cell for label, (cell, *_) in cells.items() if label.startswith(HIDDEN)]
    if any(isinstance(value, list) for value in values):
        return ""
    *keys, row = values
    written = [version, row, *(_written(value) for value in keys)]
    text = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str) -> Cursor:
    """Return what a cursor says.

    :raises QueryError: if it was not made here
    """
    try:
        padded = cursor[:_LONGEST] + "=" * (-len(cursor) % 4)
        version, row, *values = json.loads(base64.urlsafe_b64decode(padded))
        if not isinstance(version, int) or not isinstance(row, int):
            raise _bad_cursor()
        return Cursor(version=version, row=row, values=tuple(_read(value) for value in values))
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError) as error:
        raise _bad_cursor() from error


def after(query: Query, cursor: str) -> Query:
    """Return the query of what follows the cursor; its offset counts no longer.

    :raises QueryError: if the cursor was not made here, or for another order
    """
    known = read(cursor)
    keys = _keys(query)
    if keys is None or len(keys) != len(known.values):
        raise _bad_cursor()
    beyond: Condition = Comparison(
        operator=">", left=Name(name=ROW_ID), right=Literal(value=known.row)
    )
    for key, value in zip(reversed(keys), reversed(known.values), strict=True):
        beyond = _beyond(key, value, beyond)
    where = beyond if query.where is None else And(conditions=(query.where, beyond))
    return dataclasses.replace(query, where=where, offset=0)


def _beyond(key: Ordered, value: Cell, otherwise: Condition) -> Condition:
    """Return the condition of what comes after a value of one key; among equals, `otherwise`."""
    empty = IsNull(value=key.value)
    if value is None:
        return And(conditions=(empty, otherwise))
    literal = _literal(value)
    further = Comparison(operator="<" if key.descending else ">", left=key.value, right=literal)
    same = Comparison(operator="=", left=key.value, right=literal)
    return Or(conditions=(further, empty, And(conditions=(same, otherwise))))


def _keys(query: Query) -> list[Ordered] | None:
    """Return the keys of the order in the values they stand for, or None if there is no going
    on."""
    if is_grouped(query):
        return None
    labels: dict[str, Value] = {
        item.label: item.value for item in query.select if isinstance(item, Selected) and item.label
    }
    keys = []
    for one in query.order_by:
        if not isinstance(one, Ordered):
            return None
        value = one.value
        if isinstance(value, Name):
            value = labels.get(value.name, value)
        keys.append(dataclasses.replace(one, value=value))
    return keys


def _bad_cursor() -> QueryError:
    return QueryError(
        "Invalid value for cursor API parameter: it was not given by this query.",
        error_code="InvalidRESTParameterError",
    )


# --- values ---------------------------------------------------------------------------------------


def _written(value: Cell) -> Any:
    if isinstance(value, dt.datetime):
        return {"moment": value.replace(tzinfo=None).isoformat()}
    return {"day": value.isoformat()} if isinstance(value, dt.date) else value


def _read(value: Any) -> Cell:
    if isinstance(value, dict):
        if "day" in value:
            return dt.date.fromisoformat(value["day"])
        return dt.datetime.fromisoformat(value["moment"])
    if value is None or isinstance(value, str | int | float):
        return value
    raise _bad_cursor()


def _literal(value: Cell) -> Value:
    if isinstance(value, dt.datetime):
        moment = value.replace(tzinfo=dt.UTC)
        return DateLiteral(first=moment, last=moment)
    if isinstance(value, dt.date):
        midnight = dt.datetime.combine(value, dt.time())
        return DateLiteral(first=midnight, last=midnight)
    return Literal(value=value)
