"""Near me: the arrondissement of a person, or of the address that anyone types."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from parvis.kernel.declarations import Companion, companions_of
from parvis.territory.public import (
    District,
    Suggestion,
    city_outline,
    locate,
    quartiers,
    suggest,
)

_MEANT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An arrondissement as it is drawn: its outline, and where its number is written."""

    number: int
    path: str
    x: int
    y: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CityMap:
    """The city drawn with its arrondissements, one of them perhaps set apart."""

    box: str
    ground: str
    areas: list[Area]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """An arrondissement as the first page shows it.

    `label` is the address that was found, "" when the arrondissement alone is known; `quartier` the
    number of its quartier, 0 if unknown; `others` what else the words may mean.
    """

    district: District
    quartiers: list[District]
    companions: list[Companion]
    label: str = ""
    quartier: int = 0
    others: tuple[Suggestion, ...] = ()


def near(
    words: str, districts: list[District], *, residence: int | None, now: dt.datetime
) -> Nearby | None:
    """Return what is known around the words typed or, without words, around a residence.

    None if nothing is known: no words and no residence, or words that name no place of the city.
    """
    if words:
        meant = suggest(words, limit=_MEANT)
        return _around(meant, districts, now=now) if meant else None
    return _district(residence, districts, now=now) if residence else None


def _around(
    meant: list[Suggestion], districts: list[District], *, now: dt.datetime
) -> Nearby | None:
    best = meant[0]
    found = _district(best.arrondissement, districts, now=now)
    if found is None:
        return None
    place = None
    if best.lon is not None and best.lat is not None and best.kind != "district":
        place = locate(lon=best.lon, lat=best.lat)
    return Nearby(
        district=found.district,
        quartiers=found.quartiers,
        companions=found.companions,
        label="" if best.kind == "district" else best.label,
        quartier=place.quartier if place else 0,
        others=tuple(meant[1:]),
    )


def _district(number: int, districts: list[District], *, now: dt.datetime) -> Nearby | None:
    found = next((d for d in districts if d.number == number), None)
    if found is None:
        return None
    ref = f"territory.arrondissement:{number}"
    return Nearby(
        district=found,
        quartiers=quartiers(number),
        companions=companions_of([ref], now=now)[ref],
    )


def city_map(districts: list[District], chosen: District | None) -> CityMap | None:
    """Return the map of the city, `chosen` in green; None before the first load."""
    if not districts:
        return None
    outline = city_outline()
    areas = [
        Area(
            number=d.number,
            path=d.path,
            x=d.label_x,
            y=d.label_y,
            chosen=chosen is not None and d.number == chosen.number,
        )
        for d in districts
    ]
    return CityMap(box=outline.view_box, ground=outline.path, areas=areas)
