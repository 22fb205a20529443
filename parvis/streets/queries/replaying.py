"""What the territory and the rules say of a file of reports, beside what the City published."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from parvis.streets.queries import routing as routing_queries, tables
from parvis.streets.queries.simulation import Kinds, handlers_published
from parvis.streets.rules import exports
from parvis.streets.rules.exports import Reported
from parvis.streets.rules.near import Point
from parvis.streets.rules.routing import Asked, Route, Table
from parvis.territory.public import Place, in_metres, places_at, zones_at

LEARNED, CURRENT = "learned", "current"
UNKNOWN_TYPE, OUTSIDE = "unknown_type", "outside_the_city"
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A row of the file with where it is in metres, its quartier, its zones and its codes; `codes`
    is None for a type that the catalogue does not know."""

    row: Reported
    at: Point
    place: Place | None
    zones: frozenset[str]
    codes: tuple[str, str] | None


@dataclass(slots=True, kw_only=True)
class Share:
    """How many of how many agree."""

    of: int = 0
    agree: int = 0

    def add(self, *, agrees: bool) -> None:
        """Count one more."""
        self.of += 1
        self.agree += agrees

    def told(self) -> dict[str, Any]:
        """Return the count and the share, None of nothing."""
        share = round(self.agree / self.of, 6) if self.of else None
        return {"of": self.of, "agree": self.agree, "share": share}


@dataclass(slots=True, kw_only=True)
class Compared:
    """Where our answers and the published ones agree, and each that does not."""

    territory: Share = field(default_factory=Share)
    handler: Share = field(default_factory=Share)
    held_out: Share = field(default_factory=Share)
    unknown_handlers: Counter[str] = field(default_factory=Counter)
    territory_misses: list[dict[str, Any]] = field(default_factory=list)
    handler_misses: list[dict[str, Any]] = field(default_factory=list)
    outside: int = 0


def placed(rows: Sequence[Reported]) -> list[Placed]:
    """Return each row with its place and its codes, in few questions."""
    known = Kinds()
    found: list[Placed] = []
    for begin in range(0, len(rows), _AT_ONCE):
        part = rows[begin : begin + _AT_ONCE]
        points = in_metres([one.at for one in part])
        where = zip(
            part, points, places_at(points), zones_at(points, with_closed=True), strict=True
        )
        found += [
            Placed(
                row=row, at=at, place=place, zones=zones, codes=known.codes(row.type, row.subtype)
            )
            for row, at, place, zones in where
        ]
    return found


def rules_named(name: str) -> list[Route]:
    """Return the table that the city ships ("learned"), or the rules as they stand ("current")."""
    return tables.shipped() if name == LEARNED else routing_queries.routes()


def compare(found: Sequence[Placed], routes: Sequence[Route]) -> Compared:
    """Return how the arrondissements and handlers we find agree with those of the file.

    A row counts for the territory where the file names an arrondissement, for the handler where it
    names one and its type is known; a handler that we do not know is a disagreement.
    """
    told = Compared()
    table, published, up_to = Table(routes), handlers_published(), held_out_up_to()
    for one in found:
        _compare_place(told, one)
        if one.row.handler and one.codes is not None and one.place is not None:
            _compare_handler(told, one, _decided(table, one, one.place), published, up_to)
    return told


def held_out_up_to() -> str:
    """Return the highest SHA-256 of an id from which nothing was learned."""
    path = settings.PARVIS_CITY_DIR / "streets" / "learned.toml"
    return str(tomllib.loads(path.read_text(encoding="utf-8"))["held_out_up_to"])


def _compare_place(told: Compared, one: Placed) -> None:
    told.outside += one.place is None
    if one.row.arrondissement is None:
        return
    ours = one.place.arrondissement if one.place else None
    told.territory.add(agrees=ours == one.row.arrondissement)
    if ours != one.row.arrondissement:
        told.territory_misses.append(
            {"line": one.row.place, "published": one.row.arrondissement, "ours": ours}
        )


def _decided(table: Table, one: Placed, place: Place) -> str:
    top, kind = one.codes or ("", "")
    asked = Asked(
        subtype=kind,
        type=top,
        zones=one.zones,
        quartier=place.quartier,
        arrondissement=place.arrondissement,
        day=one.row.day,
    )
    return table.decide(asked).handler


def _compare_handler(
    told: Compared, one: Placed, ours: str, published: dict[str, str], up_to: str
) -> None:
    theirs = published.get(exports.plain(one.row.handler))
    if theirs is None:
        told.unknown_handlers[one.row.handler] += 1
    told.handler.add(agrees=ours == theirs)
    if exports.is_held_out(one.row.id, up_to):
        told.held_out.add(agrees=ours == theirs)
    if ours != theirs:
        told.handler_misses.append(
            {
                "line": one.row.place,
                "subtype": one.row.subtype,
                "published": one.row.handler,
                "ours": ours,
            }
        )
