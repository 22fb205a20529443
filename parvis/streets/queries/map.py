"""What the page of the map shows beside it, and what a phone draws on it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from parvis.streets.models import Case, Category
from parvis.streets.queries import cells, public_cases
from parvis.streets.queries.catalogue import in_language, label_of
from parvis.streets.queries.cells import Spot, Wanted
from parvis.streets.queries.public_cases import Row
from parvis.streets.rules.cells import Box, around
from parvis.territory.public import arrondissements, bounds_of, in_degrees, in_metres

LISTED = 20
Bounds = tuple[float, float, float, float]
_NO_CODE = "00-0000-0"
"""A code that no case has, to build many addresses at once."""
_LINE = (
    "id",
    "code",
    "subtype__label_fr",
    "subtype__label_en",
    "state__label_fr",
    "state__label_en",
    "state__tone",
    "is_open",
)
_TONES = {"urgent": "red", "ok": "z"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Cases beside the map: `total` in and just around the viewport, one page of them."""

    total: int
    rows: tuple[Row, ...]
    has_more: bool


def types() -> list[tuple[str, str]]:
    """Return the codes and names of the types, in the active language."""
    return [(one.code, label_of(one)) for one in _types()]


def districts() -> list[tuple[int, str]]:
    """Return the numbers and names of the arrondissements."""
    return [(one.number, f"{_rank(one.number)} ({one.name})") for one in arrondissements()]


def _rank(number: int) -> str:
    first = in_language("1er", "1st")
    others = in_language("e", {2: "nd", 3: "rd"}.get(number, "th"))
    return first if number == 1 else f"{number}{others}"


def _types() -> Sequence[Category]:
    return list(Category.objects.filter(parent=None).order_by("order", "code"))


def wanted(type_code: str, *, only_open: bool) -> Wanted:
    """Return what is looked for; a type that nobody knows is that of no case."""
    if not type_code:
        return Wanted(only_open=only_open)
    key = Category.objects.filter(code=type_code, parent=None).values_list("id", flat=True).first()
    return Wanted(type_id=key or 0, only_open=only_open)


def ground(bounds: Bounds) -> Box:
    """Return a viewport given in degrees (west, south, east, north) in metres of Lambert-93."""
    west, south, east, north = bounds
    return around(in_metres([(west, south), (west, north), (east, south), (east, north)]))


def bounds_around(arrondissement: int | None) -> Bounds | None:
    """Return the frame around an arrondissement, in degrees."""
    return bounds_of(arrondissement) if arrondissement else None


def listing(box: Box, asked: Wanted, *, page: int = 1) -> Listing:
    """Return a page of the cases of a viewport, the latest first."""
    offset = (page - 1) * LISTED
    found = cells.latest(box, asked, limit=LISTED + 1, offset=offset)
    shown = [one.id for one in found.spots[:LISTED]]
    known = public_cases.by_ids(shown)
    rows = [public_cases.row(known[key]) for key in shown if key in known]
    return Listing(total=found.total, rows=tuple(rows), has_more=len(found.spots) > LISTED)


def drawn(box: Box, asked: Wanted, *, most: int) -> dict[str, Any]:
    """Return what a map draws in a viewport, as <c-live-map> reads it."""
    picture = cells.picture(box, asked, most=most)
    middles = in_degrees([one.middle for one in picture.counts])
    return {
        "total": picture.total,
        "cells": [
            [round(lon, 5), round(lat, 5), one.count, one.open]
            for (lon, lat), one in zip(middles, picture.counts, strict=True)
        ],
        "points": _points(picture.spots),
    }


def _points(spots: Sequence[Spot]) -> list[dict[str, Any]]:
    places = in_degrees([spot.place for spot in spots])
    known = _lines([spot.id for spot in spots])
    page = reverse("streets:case", args=[_NO_CODE])
    return [
        _point(known[spot.id], place, page)
        for spot, place in zip(spots, places, strict=True)
        if spot.id in known
    ]


def _lines(case_ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[Any, ...]]:
    if not case_ids:
        return {}
    rows = Case.objects.filter(pk__in=case_ids).values_list(*_LINE)
    return {key: tuple(line) for key, *line in rows}


def _point(line: tuple[Any, ...], place: tuple[float, float], page: str) -> dict[str, Any]:
    code, label_fr, label_en, state_fr, state_en, tone, is_open = line
    return {
        "lon": round(place[0], 5),
        "lat": round(place[1], 5),
        "label": f"{in_language(label_fr, label_en)} ({in_language(state_fr, state_en)})",
        "url": page.replace(_NO_CODE, code),
        "tone": _TONES.get(tone, "") if is_open else "z",
    }
