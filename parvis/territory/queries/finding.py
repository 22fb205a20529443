"""What the pages show: answers with their quartier, numbered on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from parvis.territory.queries import addresses, ground as places, suggestions
from parvis.territory.rules import ground, words
from parvis.territory.rules.places import Address, District, Outline, Place, Suggestion

LONGEST = 200
SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An answer, where it is, and its number on the map (0 if no point is known)."""

    suggestion: Suggestion
    place: Place | None
    pin: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A number on the map."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """A point that was asked about; `place` is None outside the city."""

    place: Place | None
    near: Address | None
    point: ground.Metres | None


def here(lon: float, lat: float) -> Here:
    """Return what is known of a point (WGS 84, degrees).

    :raises Refused: if these cannot be coordinates of a place
    """
    point = places.metres(lon, lat)
    place = places.places_of([point])[0] if point else None
    near = addresses.nearest(lon, lat) if place else None
    return Here(place=place, near=near, point=point if place else None)


def page(asked: str, point: Here | None) -> dict[str, Any]:
    """Return what the page shows for the words `asked`, or for a point."""
    city = places.city()
    found = suggestions.suggest(asked, limit=SHOWN) if asked.strip() else []
    located = [
        ground.to_metres(one.lon, one.lat)
        for one in found
        if one.lon is not None and one.lat is not None and one.kind != "district"
    ]
    standing = iter(zip(places.places_of(located), located, strict=True))
    answers: list[Found] = []
    pins: list[Pin] = []
    for one in found:
        if one.lon is None or one.kind == "district":
            answers.append(Found(suggestion=one, place=None, pin=0))
            continue
        place, where = next(standing)
        pins.append(_pin(city.frame, where, str(len(pins) + 1)))
        answers.append(Found(suggestion=one, place=place, pin=len(pins)))
    if point and point.point:
        pins.append(_pin(city.frame, point.point, ""))
    return {
        "asked": asked,
        "answers": answers,
        "numberless": bool(words.read(asked).number and found and found[0].kind == "street"),
        "pins": pins,
        "city": city,
        "box": box(city, pins),
    }


def _pin(frame: ground.Frame, where: ground.Metres, text: str) -> Pin:
    x, y = frame.place(*where)
    return Pin(x=x, y=y, text=text)


def box(city: places.City, pins: list[Pin]) -> str:
    """Return the frame of the map: the houses, or everything if a pin stands in the woods."""
    west, north, width, height = map(int, city.outline.view_box.split())
    inside = all(west <= pin.x <= west + width and north <= pin.y <= north + height for pin in pins)
    return city.outline.view_box if inside else city.outline.whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One arrondissement as its page shows it; `letters` is the height of figures on its map."""

    district: District
    quartiers: tuple[District, ...]
    neighbours: tuple[District, ...]
    outline: Outline
    letters: int
    rank: str
    previous: int
    previous_rank: str
    next: int
    next_rank: str


def arrondissement(number: int) -> Shown | None:
    """Return an arrondissement with its quartiers, or None if there is none of this number."""
    city = places.city()
    mine = next((one for one in city.arrondissements if one.number == number), None)
    if mine is None:
        return None
    count = len(city.arrondissements)
    before, after = number - 1 or count, number % count + 1
    width, height = map(int, mine.view_box.split()[2:])
    return Shown(
        district=mine,
        quartiers=tuple(one for one in city.quartiers if one.arrondissement == number),
        neighbours=tuple(one for one in city.arrondissements if one.number != number),
        outline=city.outline,
        letters=max(width, height) // 18,
        rank=addresses.ordinal(number),
        previous=before,
        previous_rank=addresses.ordinal(before),
        next=after,
        next_rank=addresses.ordinal(after),
    )
