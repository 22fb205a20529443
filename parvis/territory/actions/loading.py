"""Loads the districts, streets and addresses of a city from its folder."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from parvis.kernel import register
from parvis.kernel.geometry import Point, point_text
from parvis.territory.actions import files
from parvis.territory.actions.zones import load_zones
from parvis.territory.models import AddressPoint, District, Edition, Ring, Street
from parvis.territory.rules import ground, words

_LOCK = 2154
"""Two loaders at once would replace each other's rows."""
Where = tuple[str, int]
"""Name of a street and its arrondissement."""
Row = tuple[Any, ...]
STREET_COLUMNS = ("name", "kind", "key", "arrondissement", "postcode", "location", "source")
ADDRESS_COLUMNS = ("street_id", "number", "suffix", "postcode", "location")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What is in the database after a load, and whether it changed."""

    changed: bool
    districts: int
    streets: int
    addresses: int


@transaction.atomic
def load_territory(*, folder: Path, now: dt.datetime) -> Loaded:
    """Bring the territory up to date with the files of `folder`; the same files change nothing.

    :raises FileNotFoundError: if a file of the territory is missing
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    digest = files.digest(folder)
    if Edition.objects.filter(digest=digest).exists():
        return _counted(changed=False)
    drawing = files.read(folder, "drawing.json")
    _load_districts(files.read(folder, "districts.json.gz"), drawing["districts"])
    _load_streets(files.read(folder, "streets.json.gz"), files.read(folder, "addresses.json.gz"))
    load_zones(files.read(folder, "zones.json.gz"), now)
    _learn()
    Edition.objects.all().delete()
    frame = {name: part for name, part in drawing.items() if name != "districts"}
    Edition.objects.create(digest=digest, loaded_at=now, drawing=frame)
    loaded = _counted(changed=True)
    register.record(
        register.Entry(
            action="territory.loaded",
            object_ref=f"territory.edition:{digest[:16]}",
            recorded_at=now,
            details={"streets": loaded.streets, "addresses": loaded.addresses},
        )
    )
    return loaded


def _counted(*, changed: bool) -> Loaded:
    return Loaded(
        changed=changed,
        districts=District.objects.count(),
        streets=Street.objects.count(),
        addresses=AddressPoint.objects.count(),
    )


def _load_districts(given: list[dict[str, Any]], drawn: dict[str, dict[str, Any]]) -> None:
    """Update each district in its row, whose key neighbours may hold, and replace its rings."""
    fields = ["arrondissement", "name", "insee_code", "area_m2", "key"]
    drawing_fields = ["path", "label_x", "label_y", "box"]
    rows = [_district(one, drawn[f"{one['kind']} {one['number']}"]) for one in given]
    District.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "number"],
        update_fields=fields + drawing_fields,
    )
    Ring.objects.all().delete()
    Ring.objects.bulk_create(
        Ring(district=row, is_hole=ring["hole"], outline=files.corners(ring["steps"]))
        for row, one in zip(rows, given, strict=True)
        for ring in one["rings"]
    )


def _district(given: dict[str, Any], drawn: dict[str, Any]) -> District:
    return District(
        kind=given["kind"],
        number=given["number"],
        arrondissement=given["arrondissement"],
        name=given["name"],
        insee_code=given["insee_code"],
        area_m2=given["area_m2"],
        key=words.district_key(given["name"]),
        path=drawn["path"],
        label_x=drawn["label"][0],
        label_y=drawn["label"][1],
        box=drawn["box"],
    )


def _load_streets(given: dict[str, list[list[Any]]], known: list[list[Any]]) -> None:
    """Replace every street and address; nobody holds their keys."""
    Street.objects.all().delete()
    points: dict[Where, list[Point]] = defaultdict(list)
    postcodes: dict[Where, str] = {}
    for _number, _suffix, name, arrondissement, postcode, x, y in known:
        points[name, arrondissement].append((x / 10, y / 10))
        if postcode:
            postcodes.setdefault((name, arrondissement), postcode)
    streets: list[Row] = []
    for source, rows in given.items():
        for name, arrondissement in rows:
            where = (name, arrondissement)
            postcode = postcodes.setdefault(where, f"750{arrondissement:02}")
            central = _central(points[where])
            streets.append((name, *words.key(name), arrondissement, postcode, central, source))
    _copy("territory_street", STREET_COLUMNS, streets)
    ids = {(n, a): key for n, a, key in Street.objects.values_list("name", "arrondissement", "id")}
    addresses: list[Row] = [
        (ids[name, number_of], number, suffix, code or postcodes[name, number_of], _text(x, y))
        for number, suffix, name, number_of, code, x, y in known
        if number
    ]
    _copy("territory_address_point", ADDRESS_COLUMNS, addresses)


def _copy(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows the way PostgreSQL takes them fastest; its constraints judge them all the same."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _learn() -> None:
    """Tell the planner what was loaded: until it knows, to locate a point costs 300 times more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE territory_district, territory_ring, territory_street, territory_address_point,"
            " territory_zone, territory_zone_ring"
        )


def _text(x: int, y: int) -> str:
    return point_text((x / 10, y / 10))


def _central(points: list[Point]) -> str | None:
    """Return the known point of a street nearest to its middle, so that it stands on the street."""
    if not points:
        return None
    middle = (median(x for x, _y in points), median(y for _x, y in points))
    return point_text(min(points, key=lambda point: (ground.distance(point, middle), point)))
