"""The front door: everything other modules may use. Nothing else is promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import get_language, gettext as _

from parvis.kernel.errors import NotFound
from parvis.territory.queries import ground, suggestions
from parvis.territory.rules import calendar
from parvis.territory.rules.calendar import Holiday, SchoolBreak
from parvis.territory.rules.ground import all_to_metres
from parvis.territory.rules.places import District, Outline, Place, Suggestion

__all__ = [
    "District",
    "Holiday",
    "Outline",
    "Place",
    "SchoolBreak",
    "Suggestion",
    "add_working_days",
    "arrondissements",
    "city_outline",
    "distance_metres",
    "holidays_between",
    "in_metres",
    "is_working_day",
    "locate",
    "on_the_drawing",
    "quartiers",
    "school_holidays",
    "suggest",
    "working_days_between",
]


def locate(*, lon: float, lat: float) -> Place | None:
    """Return the quartier of a point (WGS 84, degrees), or None outside the city.

    :raises Refused: `coordinates_not_numbers`, `coordinates_out_of_range`, `coordinates_inverted`
    """
    return ground.locate(lon, lat)


def arrondissements() -> list[District]:
    """Return the arrondissements in the order of their numbers; nothing before the first load."""
    return list(ground.city().arrondissements)


def quartiers(arrondissement: int) -> list[District]:
    """Return the quartiers of an arrondissement in the order of their numbers."""
    return [one for one in ground.city().quartiers if one.arrondissement == arrondissement]


def city_outline() -> Outline:
    """Return the outline of the city, in the frame of every `District.path`."""
    return ground.city().outline


def in_metres(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points (WGS 84, degrees; longitude first) in metres of Lambert-93: east, north."""
    return all_to_metres(points)


def on_the_drawing(points: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Return where points (WGS 84, degrees; longitude first) stand in the frame of `city_outline`;
    beyond its edges where they are not in the city."""
    frame = ground.city().frame
    return [frame.place(*one) for one in all_to_metres(points)]


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
