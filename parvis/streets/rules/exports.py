"""The City's export of reports: how its rows are read, whichever year wrote the file.

Files of 2017 have commas or semicolons, capitals and « latitude,longitude »; later ones a mapping
of lon and lat, or a GeoJSON point. Columns are known by their names, however they are written.
"""

from __future__ import annotations

import ast
import csv
import datetime as dt
import hashlib
import io
import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

COLUMNS = {
    "id": ("iddmr", "iddeclaration", "numero", "objectid"),
    "type": ("type", "typedeclaration", "typesignalement"),
    "subtype": ("soustype", "soustypedeclaration", "soustypesignalement"),
    "day": ("datedecl", "datedeclaration", "date"),
    "arrondissement": ("arrondissement",),
    "handler": ("intervenant",),
    "point": ("geopoint2d", "geopoint"),
    "shape": ("geoshape",),
}
NEEDED = ("type", "subtype", "day")
_PAIR = 2
_POSTCODE = 75_000
Point = tuple[float, float]


class UnreadableError(ValueError):
    """A file is not in the format of the City's export; the message says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A row of the export. `place` is its line in the file; `at` is longitude and latitude.

    `arrondissement` is None and `handler` "" where the file does not say.
    """

    place: int
    id: str
    type: str
    subtype: str
    day: dt.date
    at: Point
    arrondissement: int | None
    handler: str


def rows_of(text: str) -> Iterator[Reported | str]:
    """Yield each row of a file, or the reason why it cannot be read: "no_point", "no_day",
    "no_type".

    :raises UnreadableError: if columns are missing
    """
    head, _newline, _rest = text.partition("\n")
    delimiter = ";" if head.count(";") > head.count(",") else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    places = _places(next(lines, []))
    for place, cells in enumerate(lines, start=2):
        if any(cells):
            yield _row(place, {name: cells[at] for name, at in places.items() if at < len(cells)})


def plain(text: str) -> str:
    """Return a name as it is compared: spaces and capitals do not tell names apart."""
    return re.sub(r"\s+", " ", text).strip().casefold()


def is_held_out(report_id: str, up_to: str) -> bool:
    """Tell whether nothing was learned from the row of this id: its SHA-256 is not above that of
    the last row held out."""
    return hashlib.sha256(report_id.encode()).hexdigest() <= up_to


def _places(head: list[str]) -> dict[str, int]:
    """Return where each column is that we know."""
    written = {_bare(name): place for place, name in enumerate(head)}
    found = {
        name: next(written[one] for one in known if one in written)
        for name, known in COLUMNS.items()
        if any(one in written for one in known)
    }
    missing = [COLUMNS[name][0] for name in NEEDED if name not in found]
    if "point" not in found and "shape" not in found:
        missing.append("geo_point_2d")
    if missing:
        raise UnreadableError(", ".join(missing))
    return found


def _bare(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]", "", letters)


def _row(place: int, cells: Mapping[str, str]) -> Reported | str:
    at = _pair(cells.get("point", "")) or _pair(cells.get("shape", ""))
    if at is None:
        return "no_point"
    day = _day(cells.get("day", ""))
    if day is None:
        return "no_day"
    if not cells.get("type", "").strip() or not cells.get("subtype", "").strip():
        return "no_type"
    return Reported(
        place=place,
        id=cells.get("id", "").strip(),
        type=cells["type"],
        subtype=cells["subtype"],
        day=day,
        at=at,
        arrondissement=_arrondissement(cells.get("arrondissement", "")),
        handler=cells.get("handler", "").strip(),
    )


def _day(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written.strip()[:10])
    except ValueError:
        return None


def _arrondissement(written: str) -> int | None:
    """Return the number of « 11 », « 11.0 » or « 75011 »."""
    digits = re.match(r"\s*(\d+)", written)
    if digits is None:
        return None
    number = int(digits[1])
    return number - _POSTCODE if number > _POSTCODE else number


def _pair(written: str) -> Point | None:
    """Return longitude and latitude of a point, in whichever of the export's shapes."""
    found = _parsed(written.strip())
    if isinstance(found, dict) and {"lon", "lat"} <= found.keys():
        return _finite(found["lon"], found["lat"])
    if isinstance(found, dict):
        found = found.get("geometry") or found
        corners = found.get("coordinates") if isinstance(found, dict) else None
        return _pair_of(corners)
    # Two numbers alone are latitude and longitude.
    pair = _pair_of(found)
    return pair and (pair[1], pair[0])


def _pair_of(found: object) -> Point | None:
    if not isinstance(found, list | tuple) or len(found) < _PAIR:
        return None
    return _finite(found[0], found[1])


def _parsed(written: str) -> Any:
    """Return what stands in a cell: JSON, or the same as a program's notes write it."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(written)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
    return None


def _finite(lon: object, lat: object) -> Point | None:
    try:
        pair = (float(str(lon)), float(str(lat)))
    except ValueError:
        return None
    return pair if all(map(math.isfinite, pair)) else None
