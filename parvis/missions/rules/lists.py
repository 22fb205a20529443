"""Reading the list of things that a mission is about: a CSV or a GeoJSON, as data portals give."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_THINGS, LONGEST_REF, LONGEST_LABEL, MOST_KNOWN, LONGEST_KNOWN = 20_000, 120, 200, 20, 200
_ID = re.compile(r"^(id|ref|idbase|identifiant|gid|objectid|.*identifiant unique)$", re.IGNORECASE)
_LABEL = re.compile(r"^(label|nom|name|libelle|libellé|.*nom français|adresse)$", re.IGNORECASE)
_POINT = re.compile(r"geo_?point|coordon", re.IGNORECASE)
_LON = re.compile(r"^(lon|lng|long|longitude|.*\.lon)$", re.IGNORECASE)
_LAT = re.compile(r"^(lat|latitude|.*\.lat)$", re.IGNORECASE)
_SHAPE = re.compile(r"geo_?(shape|point)|coordon|geometry", re.IGNORECASE)
_TWO, _EAST, _NORTH = 2, 180, 90
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing of a list: its id there, what it is called, where it is (WGS 84, degrees), and what
    is said of it."""

    ref: str
    label: str
    lon: float
    lat: float
    known: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What could be read, and the numbers of the lines that could not (from 1)."""

    things: tuple[Thing, ...]
    unread: tuple[int, ...]


def read(content: bytes) -> Read:
    """Return the things of a CSV (commas or semicolons) or a GeoJSON of points; of two with one id
    the first.

    :raises ValueError: `list_not_text`, `list_without_place`, `list_without_id`, `list_too_long`,
        `list_empty`
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        message = "list_not_text"
        raise ValueError(message) from wrong
    rows = list(_features(text) if text.lstrip().startswith("{") else _lines(text))
    if not rows:
        message = "list_empty"
        raise ValueError(message)
    if len(rows) > MOST_THINGS:
        message = "list_too_long"
        raise ValueError(message)
    return _read(rows)


def _read(rows: list[dict[str, str]]) -> Read:
    named = _first(rows[0], _ID)
    if named is None:
        message = "list_without_id"
        raise ValueError(message)
    if _place(rows[0]) is None and all(_place(row) is None for row in rows):
        message = "list_without_place"
        raise ValueError(message)
    label = _first(rows[0], _LABEL)
    things: dict[str, Thing] = {}
    unread: list[int] = []
    for number, row in enumerate(rows, start=1):
        thing = _thing(row, named, label)
        if thing is None:
            unread.append(number)
        else:
            things.setdefault(thing.ref, thing)
    return Read(things=tuple(things.values()), unread=tuple(unread))


def _thing(row: Row, named: str, label: str | None) -> Thing | None:
    ref, place = row.get(named, "").strip(), _place(row)
    if not ref or len(ref) > LONGEST_REF or place is None:
        return None
    called = row.get(label, "").strip() if label else ""
    known = {
        key[:LONGEST_REF]: value[:LONGEST_KNOWN]
        for key, value in row.items()
        if value and key != named and not _SHAPE.search(key)
    }
    return Thing(
        ref=ref,
        label=(called or ref)[:LONGEST_LABEL],
        lon=place[0],
        lat=place[1],
        known=dict(list(known.items())[:MOST_KNOWN]),
    )


def _place(row: Row) -> tuple[float, float] | None:
    lon, lat = _first(row, _LON), _first(row, _LAT)
    if lon and lat:
        return _degrees(row[lon], row[lat])
    point = _first(row, _POINT)
    if not point:
        return None
    # Portals write « latitude, longitude ».
    parts = row[point].split(",")
    return _degrees(parts[1], parts[0]) if len(parts) == _TWO else None


def _degrees(lon: str, lat: str) -> tuple[float, float] | None:
    try:
        place = float(lon), float(lat)
    except ValueError:
        return None
    is_on_earth = abs(place[0]) <= _EAST and abs(place[1]) <= _NORTH
    return place if is_on_earth and all(map(math.isfinite, place)) else None


def _first(row: Row, pattern: re.Pattern[str]) -> str | None:
    return next((name for name in row if pattern.search(name)), None)


def _lines(text: str) -> Iterator[dict[str, str]]:
    head = text.partition("\n")[0]
    separator = max(";,\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=separator)
    for line in reader:
        yield {str(key): str(value or "") for key, value in line.items() if key}


def _features(text: str) -> Iterator[dict[str, str]]:
    try:
        told = json.loads(text)
    except ValueError as wrong:
        message = "list_not_text"
        raise ValueError(message) from wrong
    for one in told.get("features") or []:
        yield _feature(one)


def _feature(one: Any) -> dict[str, str]:
    if not isinstance(one, dict):
        return {}
    properties = one.get("properties")
    row = {
        str(key): str(value)
        for key, value in (properties if isinstance(properties, dict) else {}).items()
        if value is not None and not isinstance(value, dict | list)
    }
    if _first(row, _ID) is None and one.get("id") is not None:
        row["id"] = str(one["id"])
    geometry = one.get("geometry")
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        places = geometry.get("coordinates")
        if isinstance(places, list) and len(places) >= _TWO:
            row["lon"], row["lat"] = str(places[0]), str(places[1])
    return row
