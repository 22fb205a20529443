"""Values as programs write them: moments, places and numbers in their usual guises."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from parvis.opendata.rules.fields import Field, FieldType

_MILLISECONDS = 100_000_000_000
"""POSIX times from here on are milliseconds: as seconds they would lie past the year 5138."""
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_YES = frozenset({"true", "1", "oui", "yes", "vrai"})
_NO = frozenset({"false", "0", "non", "no", "faux"})
_PAIR = 2


def moment(value: Any, zone: dt.tzinfo = dt.UTC) -> dt.datetime | None:
    """Return the moment that a value names, None for one that names none.

    POSIX seconds or milliseconds (0 is how programs say « never »), or RFC 3339; `zone` is where
    clocks without an offset stand.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        return _written_moment(value.strip(), zone)
    return _posix(value) if isinstance(value, int | float) else None


def _written_moment(text: str, zone: dt.tzinfo) -> dt.datetime | None:
    if _DECIMAL.fullmatch(text):
        return _posix(float(text))
    try:
        read = dt.datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _posix(seconds: float) -> dt.datetime | None:
    try:
        known = seconds / 1000 if seconds >= _MILLISECONDS else seconds
        return dt.datetime.fromtimestamp(known, dt.UTC) if known > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def shaped(field: Field, value: Any, zone: dt.tzinfo = dt.UTC) -> Any:
    """Return a value in the shape its field has in the API, where it is plainly the same value.

    Programs write numbers as texts, moments as seconds and places as pairs (latitude first). An
    empty text is null. What is no such value comes back as it was, for others to refuse.
    """
    if value is None or value == "":
        return None
    if field.is_multivalued:
        return _texts(field, value)
    read = _SHAPES.get(field.type)
    return read(value, zone) if read else value


def _texts(field: Field, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    separator = (field.annotations.get("multivalued") or (",",))[0]
    return [part.strip() for part in value.split(separator) if part.strip()]


def _text(value: Any, _zone: dt.tzinfo) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _integer(value: Any, _zone: dt.tzinfo) -> Any:
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    return _decimal(value, _zone)


def _decimal(value: Any, _zone: dt.tzinfo) -> Any:
    if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        return float(value)
    return value


def _boolean(value: Any, _zone: dt.tzinfo) -> Any:
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word in _YES:
        return True
    return False if word in _NO else value


def _day(value: Any, _zone: dt.tzinfo) -> Any:
    if not isinstance(value, str):
        return value
    day, mark, _hour = value.strip().partition("T")
    return day if mark else value.strip()


def _moment(value: Any, zone: dt.tzinfo) -> Any:
    known = moment(value, zone)
    return known.isoformat() if known else value


def _point(value: Any, _zone: dt.tzinfo) -> Any:
    if isinstance(value, str):
        return _pair(value.split(","), value)
    if isinstance(value, Sequence):
        return _pair(value, value)
    if not isinstance(value, Mapping):
        return value
    if value.get("type") == "Point":
        return _pair(list(reversed((value.get("coordinates") or ())[:_PAIR])), value)
    lon = value.get("lon", value.get("longitude", value.get("lng")))
    lat = value.get("lat", value.get("latitude"))
    return _pair((lat, lon), value)


def _pair(known: Sequence[Any], value: Any) -> Any:
    """Return the point of a latitude and a longitude; nothing where both are missing."""
    if len(known) != _PAIR:
        return value
    lat, lon = (_decimal(one, dt.UTC) for one in known)
    return None if lat is None and lon is None else {"lon": lon, "lat": lat}


_SHAPES: dict[FieldType, Callable[[Any, dt.tzinfo], Any]] = {
    FieldType.TEXT: _text,
    FieldType.INT: _integer,
    FieldType.DOUBLE: _decimal,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _day,
    FieldType.DATETIME: _moment,
    FieldType.GEO_POINT: _point,
}
