"""What a place, a district, a suggestion and a drawing are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a point of the city is: one quartier, one arrondissement.

    `quartier` is its number in the whole city (1 to 80), `insee_code` its code (7511104).
    """

    arrondissement: int
    arrondissement_name: str
    quartier: int
    quartier_name: str
    insee_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """An arrondissement or a quartier, ready to be named and drawn.

    `arrondissement` is the number of the arrondissement it is in, or its own; `area_m2` is in
    square metres; `path` is a simplified outline, the `d` of an SVG path in the frame of
    `city_outline()`, `(label_x, label_y)` a point well inside it, `view_box` the frame around it.
    """

    kind: str
    number: int
    arrondissement: int
    name: str
    insee_code: str
    area_m2: int
    path: str
    label_x: int
    label_y: int
    view_box: str

    @property
    def hectares(self) -> int:
        """The area in hectares, rounded."""
        return round(self.area_m2 / 10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The city as one drawing, in units of ten metres.

    `path`, `woods` and `river` are the `d` of SVG paths. `view_box` frames the houses, so that the
    woods run out of the picture on both sides; `whole` frames everything.
    """

    view_box: str
    whole: str
    path: str
    woods: str
    river: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What somebody who typed a few letters may have meant, the likeliest first.

    `kind` is "address", "street" or "district"; `label` is what a person reads, such as
    « 12 Rue de la Roquette, 75011 Paris »; `street` and `number` are empty where there are none;
    `lon` and `lat` (WGS 84, degrees) are None where no point is known; `score` goes from 0 to 1.
    Of a street whose number nobody knows, `asked_number` is the one that was typed and
    `nearest_number` the known one whose point this is, "" where it is that of the whole street.
    """

    kind: str
    label: str
    number: str
    street: str
    postcode: str
    arrondissement: int
    lon: float | None
    lat: float | None
    score: float
    asked_number: str = ""
    nearest_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A known address; `lon` and `lat` are its point (WGS 84, degrees)."""

    label: str
    number: str
    street: str
    postcode: str
    arrondissement: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A named piece of ground that is no district; `id` is the key that other modules may point at.

    `kind` is "water", "wood", "park" or "drawn" (by the City). No point is in a zone that is closed
    or that `is_empty`, which has no outline.
    """

    id: int
    code: str
    kind: str
    name: str
    area_m2: int
    source: str
    drawn_at: dt.datetime
    redrawn_at: dt.datetime | None
    closed_at: dt.datetime | None
    is_empty: bool
