"""The front door: everything other modules may use. Nothing else is promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import get_language, gettext as _

from parvis.kernel.errors import NotFound
from parvis.territory.actions.zones import close_zone, draw_zone, redraw_zone
from parvis.territory.queries import addresses, ground, suggestions, zones as zones_known
from parvis.territory.queries.birthplaces import commune_named, country_named
from parvis.territory.rules import calendar, words
from parvis.territory.rules.calendar import Holiday, SchoolBreak
from parvis.territory.rules.ground import all_to_metres, to_degrees
from parvis.territory.rules.places import Address, District, Outline, Place, Suggestion, Zone

__all__ = [
    "Address",
    "District",
    "Holiday",
    "Outline",
    "Place",
    "SchoolBreak",
    "Suggestion",
    "Zone",
    "add_working_days",
    "address_nearest_to",
    "arrondissements",
    "bounds_of",
    "city_outline",
    "close_zone",
    "commune_named",
    "country_named",
    "distance_metres",
    "draw_zone",
    "holidays_between",
    "in_degrees",
    "in_metres",
    "is_working_day",
    "locate",
    "nearest_address",
    "on_the_drawing",
    "places_at",
    "quartiers",
    "redraw_zone",
    "school_holidays",
    "street_key",
    "streets_of",
    "suggest",
    "water_zones",
    "working_days_between",
    "zone_ids",
    "zone_outlines_before",
    "zone_path",
    "zones",
    "zones_at",
]


def locate(*, lon: float, lat: float) -> Place | None:
    """Return the quartier of a point (WGS 84, degrees), or None outside the city.

    :raises Refused: `coordinates_not_numbers`, `coordinates_out_of_range`, `coordinates_inverted`
    """
    return ground.locate(lon, lat)


def arrondissements() -> list[District]:
    """Return the arrondissements in the order of their numbers; nothing before the first load."""
    return list(ground.city().arrondissements)


def bounds_of(arrondissement: int) -> tuple[float, float, float, float] | None:
    """Return the west, south, east and north of the frame around an arrondissement (WGS 84,
    degrees), or None if there is none of that number."""
    return ground.bounds(arrondissement)


def quartiers(arrondissement: int) -> list[District]:
    """Return the quartiers of an arrondissement in the order of their numbers."""
    return [one for one in ground.city().quartiers if one.arrondissement == arrondissement]


def city_outline() -> Outline:
    """Return the outline of the city, in the frame of every `District.path`."""
    return ground.city().outline


def in_metres(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points (WGS 84, degrees; longitude first) in metres of Lambert-93: east, north."""
    return all_to_metres(points)


def in_degrees(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points (metres of Lambert-93) as longitude and latitude (WGS 84), to a tenth of a
    metre."""
    return [to_degrees(*one) for one in points]


def nearest_address(*, lon: float, lat: float) -> Address | None:
    """Return the known address nearest to a point (WGS 84, degrees), or None outside the city.

    :raises Refused: as `locate` does
    """
    return addresses.nearest(lon, lat)


def address_nearest_to(point: tuple[float, float]) -> Address | None:
    """Return the known address nearest to a point that is known to be in the city (metres of
    Lambert-93)."""
    return addresses.nearest_to(point)


def street_key(name: str, arrondissement: int) -> str:
    """Return the name by which a street is known in an arrondissement: « roquette/11 » for Rue de
    la Roquette, however it is written."""
    return f"{words.key(name)[1]}/{arrondissement}"


def streets_of(arrondissement: int) -> list[str]:
    """Return the names of the streets of an arrondissement for which a point is known, in the order
    of the alphabet."""
    return addresses.streets_of(arrondissement)


def on_the_drawing(points: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Return where points (WGS 84, degrees; longitude first) stand in the frame of `city_outline`;
    beyond its edges where they are not in the city."""
    frame = ground.city().frame
    return [frame.place(*one) for one in all_to_metres(points)]


def zone_ids() -> dict[str, int]:
    """Return the key of every zone that is not closed (woods, river, parks, what the City drew), by
    its code; keys of other modules may point at it."""
    return zones_known.ids()


def zones() -> list[Zone]:
    """Return every zone by name, those that are closed too."""
    return zones_known.listed()


def zone_path(code: str) -> str:
    """Return the outline of a zone, the `d` of an SVG path in the frame of `city_outline`."""
    return zones_known.path_of(code)


def zone_outlines_before(code: str) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return from when to when a zone had each outline that is not its own any more, the latest
    first; nothing for one that was never redrawn."""
    return zones_known.replaced(code)


def water_zones() -> frozenset[str]:
    """Return the codes of the zones that are water."""
    return zones_known.waters()


def zones_at(
    points: Sequence[tuple[float, float]], *, with_closed: bool = False
) -> list[frozenset[str]]:
    """Return the codes of the zones in which each point (metres of Lambert-93) is, at once; also of
    those that are closed, if one asks for them."""
    return zones_known.zones_of(points, with_closed=with_closed)


def places_at(points: Sequence[tuple[float, float]]) -> list[Place | None]:
    """Return the quartier of each point (metres of Lambert-93), None outside the city, at once."""
    return ground.places_of(points)


def suggest(query: str, *, limit: int = 8) -> list[Suggestion]:
    """Return the streets, addresses and districts that `query` may mean, the likeliest first.

    Accents, capitals, typing errors and the usual abbreviations (« 12 r de la roquette 11e »,
    « bd voltaire ») are understood.
    """
    return suggestions.suggest(query, limit=limit)


def distance_metres(*, from_lon: float, from_lat: float, to_lon: float, to_lat: float) -> float:
    """Return the distance between two points (WGS 84, degrees), in metres of Lambert-93.

    :raises Refused: as `locate` does
    """
    return ground.distance((from_lon, from_lat), (to_lon, to_lat))


def is_working_day(day: dt.date) -> bool:
    """Tell whether offices work (jour ouvré): Monday to Friday, public holidays apart.

    :raises ValueError: for a year whose holidays nobody knows (before 1803, after 2100), as do the
        three questions below
    """
    return calendar.is_working_day(day)


def add_working_days(day: dt.date, days: int) -> dt.date:
    """Return the working day that comes `days` working days after `day` (before, if negative)."""
    return calendar.add_working_days(day, days)


def working_days_between(start: dt.date, end: dt.date) -> int:
    """Return how many working days there are from `start` included to `end` excluded."""
    return calendar.working_days_between(start, end)


def holidays_between(start: dt.date, end: dt.date) -> list[Holiday]:
    """Return the public holidays from `start` to `end`, both included, in the active language.

    Source: Code du travail, article L. 3133-1; those of Alsace-Moselle do not apply.
    """
    return calendar.holidays_between(start, end, language=get_language() or "fr")


def school_holidays(start: dt.date, end: dt.date, *, zone: str = "C") -> list[SchoolBreak]:
    """Return the school breaks that touch the days from `start` to `end`, both included.

    The bridge of the Ascension is among them only in the years for which the source has it.

    :raises NotFound: `school_year_unknown` if the ministry's calendar does not reach that far
    """
    try:
        return calendar.school_holidays(start, end, zone=zone)
    except ValueError as unknown:
        message = _("The calendar of school holidays does not reach these dates.")
        raise NotFound("school_year_unknown", message) from unknown
