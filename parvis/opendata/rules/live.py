"""Rows that arrive one by one: what is observed, what a cell can hold, when silence is stale."""

from __future__ import annotations

import datetime as dt
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parvis.opendata.rules.fields import Field, FieldType, Schema

HISTORY = "-historique"
"""What the id of a history ends with, beside the id of the state it keeps."""
OBSERVED_AT = "observed_at"
"""The field of a history that says when its row was true."""
_LARGEST = sys.float_info.max
_HALF_TURN, _QUARTER_TURN = 180.0, 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A row as it was at a moment: values by field name, in the JSON shapes of the API.

    A point is `{"lon": …, "lat": …}`, a shape a GeoJSON geometry, a moment ISO 8601; what is
    missing is null, and never 0. Without a moment it is true when it is heard.
    """

    row: Mapping[str, Any]
    observed_at: dt.datetime | None = None


class BadValue(ValueError):
    """A value that its field cannot hold; `expected` names what it can, in English."""

    def __init__(self, field: str, value: Any, expected: str) -> None:
        super().__init__(f"{field}: {value!r} is not {expected}")
        self.field, self.value, self.expected = field, value, expected


def key_of(row: Mapping[str, Any], key_fields: Sequence[str]) -> str:
    """Return the name of a row among those of its series: its key's values as a JSON list.

    :raises BadValue: if one of them is missing
    """
    for name in key_fields:
        if row.get(name) is None or row[name] == "":
            raise BadValue(name, row.get(name), "the value of a key")
    return json.dumps([row[name] for name in key_fields], ensure_ascii=False)


def is_stale(heard_at: dt.datetime | None, ttl: dt.timedelta | None, now: dt.datetime) -> bool:
    """Tell whether a source was silent for longer than it promises to be; who promises nothing is
    never stale."""
    return ttl is not None and (heard_at is None or now - heard_at > ttl)


def checked(row: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """Return the fields of a row that the schema knows, each as JSON keeps it: the same value is
    always written the same.

    :raises BadValue: for a value its field cannot hold
    """
    cells = to_columns(row, schema)
    kept = {one.name: _as_kept(one, row.get(one.name), cells) for one in schema.fields}
    if not _can_be_kept(kept):
        name = next(one for one in kept if not _can_be_kept(kept[one]))
        raise BadValue(name, kept[name], "text in Unicode, without NUL, or a finite number")
    return kept


def _can_be_kept(value: Any) -> bool:
    """Tell whether the database takes a value as JSON: no NaN, no NUL, no half of a letter."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:
        return False
    return "\\u0000" not in text.replace("\\\\", "")


def _as_kept(field: Field, value: Any, cells: Mapping[str, Any]) -> Any:
    if value is None or field.type in {FieldType.GEO_SHAPE, FieldType.FILE, FieldType.JSON}:
        return value
    if field.type is FieldType.GEO_POINT:
        lon, lat = (cells[name] for name in field.columns)
        return {"lon": lon, "lat": lat}
    cell = cells[field.name]
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=dt.UTC).isoformat()
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def to_columns(row: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """Return the cells of a row by the columns of a version's file; the box of a shape apart.

    :raises BadValue: for a value its field cannot hold
    """
    cells: dict[str, Any] = {}
    for one in schema.fields:
        value = row.get(one.name)
        if one.type is FieldType.GEO_POINT:
            cells |= zip(one.columns, _point(one, value), strict=True)
        elif one.is_multivalued:
            cells[one.name] = _texts(one, value)
        else:
            cells[one.name] = None if value is None else _READ[one.type](one, value)
    return cells


def _point(field: Field, value: Any) -> tuple[float | None, float | None]:
    if value is None:
        return None, None
    if not isinstance(value, Mapping) or not {"lon", "lat"} <= value.keys():
        raise BadValue(field.name, value, 'a point {"lon": …, "lat": …}')
    lon, lat = (_number(field, value[name]) for name in ("lon", "lat"))
    if abs(lon) > _HALF_TURN or abs(lat) > _QUARTER_TURN:
        raise BadValue(field.name, value, "a place on the Earth, in degrees")
    return lon, lat


def _texts(field: Field, value: Any) -> list[str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadValue(field.name, value, "a list of texts")
    return list(value)


def _text(field: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadValue(field.name, value, "a text")
    return str(value)


def _integer(field: Field, value: Any) -> int:
    number = _number(field, value)
    if number != int(number) or abs(int(number)) >= 1 << 63:
        raise BadValue(field.name, value, "a whole number")
    return int(value) if not isinstance(value, float) else int(number)


def _number(field: Field, value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or abs(value) > _LARGEST or math.isnan(value):
        raise BadValue(field.name, value, "a number")
    return float(value)


def _boolean(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValue(field.name, value, "true or false")
    return value


def _day(field: Field, value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadValue(field.name, value, "a day, YYYY-MM-DD") from error


def _moment(field: Field, value: Any) -> dt.datetime:
    """Return a moment in UTC without a zone, as the files keep it."""
    try:
        moment = dt.datetime.fromisoformat(value)
        known = moment.astimezone(dt.UTC) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError) as error:
        raise BadValue(field.name, value, "a moment, ISO 8601") from error
    if known is None:
        raise BadValue(field.name, value, "a moment with its offset, ISO 8601")
    return known.replace(tzinfo=None)


def _json(field: Field, value: Any) -> str:
    """Return a shape, a file or a document as the text that keeps it."""
    if field.type is FieldType.GEO_SHAPE and not (isinstance(value, Mapping) and "type" in value):
        raise BadValue(field.name, value, "a GeoJSON geometry")
    return json.dumps(value, ensure_ascii=False)


_READ: dict[FieldType, Callable[[Field, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.INT: _integer,
    FieldType.DOUBLE: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _day,
    FieldType.DATETIME: _moment,
    FieldType.GEO_SHAPE: _json,
    FieldType.FILE: _json,
    FieldType.JSON: _json,
}
