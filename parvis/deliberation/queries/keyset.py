"""Pages by key: the next page starts where the last one ended, however deep, and costs the same."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import (
    BooleanField,
    DateTimeField,
    Field,
    Func,
    IntegerField,
    Model,
    QuerySet,
    UUIDField,
    Value,
)

from parvis.deliberation.queries.refusals import refusal

M = TypeVar("M", bound=Model)
MAX_LIMIT = 100
# The direction a cursor leads in: to the next page or to the previous one.
BACKWARDS = {"n": False, "p": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order of a list: a column, then the public id; descending unless told."""

    name: str
    column: str
    field: Callable[[], Field[Any, Any]]
    read: Callable[[str], Any]
    ascending: bool = False


NEWEST = Order(
    name="recent", column="created_at", field=DateTimeField, read=dt.datetime.fromisoformat
)
OLDEST = Order(
    name="oldest",
    column="created_at",
    field=DateTimeField,
    read=dt.datetime.fromisoformat,
    ascending=True,
)
MOST_SUPPORTED = Order(name="supported", column="support_count", field=IntegerField, read=int)
MOST_DISCUSSED = Order(name="discussed", column="remark_count", field=IntegerField, read=int)
LAST_DECIDED = Order(
    name="decided", column="decided_at", field=DateTimeField, read=dt.datetime.fromisoformat
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[M]):
    """The rows of one page and the cursors beside it."""

    rows: list[M]
    next_cursor: str
    previous_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Position:
    backwards: bool
    value: Any
    public_id: uuid.UUID


def page(
    rows: QuerySet[M], *, order: Order, cursor: str, limit: int, most: int = MAX_LIMIT
) -> Slice[M]:
    """Return one page of a queryset, of `most` rows whatever the limit asked for.

    :raises Refused: `bad_cursor`
    """
    limit = max(1, min(limit, most))
    position = _read(cursor, order) if cursor else None
    backwards = position is not None and position.backwards
    ascending = order.ascending is not backwards
    if position is not None:
        rows = rows.filter(_beyond(position, order, ascending=ascending))
    sign = "" if ascending else "-"
    found = list(rows.order_by(f"{sign}{order.column}", f"{sign}public_id")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()
    has_next = more if not backwards else True
    has_previous = more if backwards else position is not None
    return Slice(
        rows=found,
        next_cursor=_write(found[-1], order, "n") if found and has_next else "",
        previous_cursor=_write(found[0], order, "p") if found and has_previous else "",
    )


def first_page(found: list[M], *, order: Order, limit: int) -> Slice[M]:
    """Return the first page of rows already fetched in order, one more than the page holds."""
    more = len(found) > limit
    rows = found[:limit]
    return Slice(
        rows=rows,
        next_cursor=_write(rows[-1], order, "n") if more else "",
        previous_cursor="",
    )


def mark(name: str, *values: object) -> str:
    """Return the cursor of a place in the list of that name."""
    return _encode("|".join(map(str, (name, *values))))


def marked(cursor: str, name: str, *readers: Callable[[str], Any]) -> tuple[Any, ...]:
    """Return the values a cursor of `mark` holds, each read by its reader.

    :raises Refused: `bad_cursor`
    """
    start, *values = _decode(cursor).split("|")
    try:
        found = tuple(read(value) for read, value in zip(readers, values, strict=True))
    except (ValueError, KeyError, OverflowError) as error:
        raise refusal("bad_cursor") from error
    if start != name:
        raise refusal("bad_cursor")
    return found


def _beyond(position: _Position, order: Order, *, ascending: bool) -> Func:
    value = Value(position.value, output_field=order.field())
    here = Func(order.column, "public_id", function="ROW", output_field=BooleanField())
    there = Func(
        value,
        Value(position.public_id, output_field=UUIDField()),
        function="ROW",
        output_field=BooleanField(),
    )
    # One comparison of rows walks the index from this very place; two conditions would not.
    joiner = " > " if ascending else " < "
    return Func(
        here, there, template="(%(expressions)s)", arg_joiner=joiner, output_field=BooleanField()
    )


def _write(row: Model, order: Order, direction: str) -> str:
    value = getattr(row, order.column)
    text = value.isoformat() if isinstance(value, dt.datetime) else value
    return mark(order.name, direction, text, row.serializable_value("public_id"))


def _read(cursor: str, order: Order) -> _Position:
    backwards, value, public_id = marked(
        cursor, order.name, BACKWARDS.__getitem__, order.read, uuid.UUID
    )
    return _Position(backwards=backwards, value=value, public_id=public_id)


def _encode(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str) -> str:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return base64.urlsafe_b64decode(padded).decode("utf-8")
    except (UnicodeError, binascii.Error, ValueError) as error:
        raise refusal("bad_cursor") from error
