"""What a query gives: how the columns of a row of its result become one JSON value."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from zoneinfo import ZoneInfo

import shapely

from parvis.opendata.rules.fields import FieldType

MICROSECONDS = {"ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000}
"""How many microseconds the units of a clock have."""
MONTHS = {"M": 1, "q": 3, "y": 12}
"""How many months the longer units of a calendar have."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_HOUR = MICROSECONDS["h"]
_FIRST_YEAR = 1970


class Form(Enum):
    """How the columns of a value are put together."""

    PLAIN = auto()  # one column, one value
    POINT = auto()  # longitude and latitude
    HULL = auto()  # a list of [longitude, latitude]: the convex hull of them all
    BOX = auto()  # west, south, east, north
    RANGE = auto()  # the rank of a group among `labels`
    WIDTH = auto()  # the number of a group of equal width: `width` and `unit` say which
    CELL = auto()  # the number of a cell of `width` letters of a geohash: the point in its middle
    JSON_TEXT = auto()  # a text shown as the JSON it holds, or `fallback`


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One value of a row: its name in the answer, its type, its columns in the result.

    A number of a group that an `INT` field is cut into shows as `[10, 14]`, of another field as
    `[10.0, 15.0[`.
    """

    name: str
    type: FieldType
    columns: tuple[str, ...]
    form: Form = Form.PLAIN
    is_list: bool = False
    labels: tuple[str, ...] = ()
    width: float = 0
    unit: str = ""
    fallback: str | None = None
    has_fallback: bool = False

    def json(self, cells: Sequence[Any], zone: ZoneInfo) -> Any:
        """Return the value as the API shows it: dates in ISO 8601, datetimes with the offset of the
        zone, points as `{"lon", "lat"}`, shapes as Feature, numbers that are none as null."""
        if self.form in _GROUPS:
            return None if cells[0] is None else self._group(cells[0], zone)
        if self.form is Form.JSON_TEXT:
            return self._json_text(cells[0])
        if self.form is Form.PLAIN:
            return _list(cells[0]) if self.is_list else _PLAIN[self.type](cells[0], zone)
        return _PLACES[self.form](cells)

    def _group(self, number: float, zone: ZoneInfo) -> Any:
        if self.form is Form.RANGE:
            return self.labels[int(number)]
        if self.form is Form.CELL:
            return middle_of_cell(int(number), int(self.width))
        return self._width(number, zone)

    def _width(self, number: float, zone: ZoneInfo) -> str:
        if not self.unit:
            return number_range(number * self.width, (number + 1) * self.width, whole=self.is_whole)
        first, last = _moments(int(number), int(self.width), self.unit, zone)
        return f"[{stamp(first, zone)}, {stamp(last, zone)}["

    @property
    def is_whole(self) -> bool:
        """Tell whether the groups of a range are of whole numbers."""
        return self.type is FieldType.INT and float(self.width).is_integer()

    def _json_text(self, text: str | None) -> Any:
        if text is None:
            return None
        try:
            return json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            return self.fallback if self.has_fallback else text


def bits_of_cell(precision: int) -> tuple[int, int]:
    """Return how many bits of a geohash of so many letters are the longitude's, and how many the
    latitude's."""
    return (5 * precision + 1) // 2, 5 * precision // 2


def middle_of_cell(number: int, precision: int) -> dict[str, float]:
    """Return the middle of a cell: its number holds the longitude's bits before the latitude's."""
    east, north = bits_of_cell(precision)
    column, row = divmod(number, 1 << north)
    return {
        "lon": (column + 0.5) / (1 << east) * _TURN - _TURN / 2,
        "lat": (row + 0.5) / (1 << north) * _TURN / 2 - _TURN / 4,
    }


_TURN = 360.0


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def number_range(low: float | None, high: float | None, *, whole: bool) -> str:
    """Return a range of numbers as the API shows it; None is an open end."""
    first = "*" if low is None else str(int(low) if whole else float(low))
    if high is None:
        return f"[{first}, *]" if whole else f"[{first}, *["
    return f"[{first}, {int(high) - 1}]" if whole else f"[{first}, {float(high)}["


def stamp(moment: dt.datetime | None, zone: ZoneInfo) -> str:
    """Return a moment as the bounds of groups show it: `2020-01-01T00:00:00.000Z`; None is an open
    end, or one beyond the years that a date can say."""
    if moment is None:
        return "*"
    with contextlib.suppress(OverflowError):
        moment = moment.astimezone(zone)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_instant(width: float, unit: str) -> bool:
    """Tell whether groups of this width are cut from moments, as those of an hour and less are: the
    hour that comes twice in autumn makes two. Longer ones are cut from what the clocks show."""
    return unit in MICROSECONDS and width * MICROSECONDS[unit] <= _HOUR


def _moments(
    number: int, width: int, unit: str, zone: ZoneInfo
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the two ends of a group, None for one that no calendar has: its number counts
    microseconds, days, weeks or months."""
    if is_instant(width, unit):
        return _instant(number), _instant(number + width * MICROSECONDS[unit])
    return _beginning(number, width, unit, zone), _beginning(number + 1, width, unit, zone)


def _instant(microseconds: int) -> dt.datetime | None:
    try:
        return _EPOCH + dt.timedelta(microseconds=microseconds)
    except OverflowError:
        return None


def _beginning(number: int, width: int, unit: str, zone: ZoneInfo) -> dt.datetime | None:
    try:
        if unit in MONTHS:
            return _month(number * MONTHS[unit], zone)
        if unit in MICROSECONDS:
            step = dt.timedelta(microseconds=width * MICROSECONDS[unit])
            return _EPOCH.replace(tzinfo=zone) + number * step
        step = dt.timedelta(days=width * (7 if unit == "w" else 1))
        monday = dt.timedelta(days=3 if unit == "w" else 0)
        return _EPOCH.replace(tzinfo=zone) - monday + number * step
    except (OverflowError, ValueError):
        return None


def _month(number: int, zone: ZoneInfo) -> dt.datetime:
    year, month = divmod(number, 12)
    return dt.datetime(_FIRST_YEAR + year, month + 1, 1, tzinfo=zone)


def _list(cell: Sequence[str] | None) -> list[str] | None:
    return list(cell) if cell is not None and len(cell) else None


def _date(cell: dt.date | None, _zone: ZoneInfo) -> str | None:
    return cell.isoformat()[:10] if cell is not None else None


def _datetime(cell: dt.datetime | None, zone: ZoneInfo) -> str | None:
    if cell is None:
        return None
    aware = cell if cell.tzinfo else cell.replace(tzinfo=dt.UTC)
    # Where the clocks of the zone show a year that no date can say, those of UTC are shown.
    with contextlib.suppress(OverflowError):
        aware = aware.astimezone(zone)
    return aware.isoformat()


def _double(cell: float | None, _zone: ZoneInfo) -> float | None:
    return float(cell) if cell is not None and math.isfinite(cell) else None


def _int(cell: float | None, _zone: ZoneInfo) -> int | None:
    return int(cell) if cell is not None else None


def _boolean(cell: Any, _zone: ZoneInfo) -> bool | None:
    return bool(cell) if cell is not None else None


def _text(cell: str | None, _zone: ZoneInfo) -> str | None:
    return cell


def _json(cell: str | None, _zone: ZoneInfo) -> Any:
    return json.loads(cell) if cell is not None else None


def _feature(cell: str | None, _zone: ZoneInfo) -> Any:
    if cell is None:
        return None
    return {"type": "Feature", "geometry": json.loads(cell), "properties": {}}


def _point(cells: Sequence[Any]) -> Any:
    lon, lat = cells
    return None if lon is None or lat is None else {"lon": lon, "lat": lat}


def _hull(cells: Sequence[Any]) -> Any:
    points = [(lon, lat) for lon, lat in cells[0] or () if lon is not None and lat is not None]
    if not points:
        return None
    hull = shapely.convex_hull(shapely.MultiPoint(sorted(points)))
    return _feature(shapely.to_geojson(shapely.normalize(hull)), ZoneInfo("UTC"))


def _box(cells: Sequence[Any]) -> Any:
    if any(cell is None or not math.isfinite(cell) for cell in cells):
        return None
    west, south, east, north = cells
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]},
        "properties": {},
    }


_PLAIN: dict[FieldType, Callable[[Any, ZoneInfo], Any]] = {
    FieldType.TEXT: _text,
    FieldType.INT: _int,
    FieldType.DOUBLE: _double,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.GEO_SHAPE: _feature,
    FieldType.FILE: _json,
    FieldType.JSON: _json,
}
_GROUPS = frozenset({Form.RANGE, Form.WIDTH, Form.CELL})
_PLACES: dict[Form, Callable[[Sequence[Any]], Any]] = {
    Form.POINT: _point,
    Form.HULL: _hull,
    Form.BOX: _box,
}
