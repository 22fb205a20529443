"""The working calendar of the city: public holidays, school breaks, days on which offices work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import holidays
from vacances_scolaires_france import SchoolHolidayDates

ONE_DAY = dt.timedelta(days=1)
_KNOWN = holidays.country_holidays("FR")
FIRST_YEAR, LAST_YEAR = _KNOWN.start_year, _KNOWN.end_year
"""The years whose public holidays the library knows; of others it says silently: none."""
_SATURDAY = 5
# The library names its languages as the administration that published the calendar did.
_LANGUAGES = {"fr": "fr", "en": "en_US"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A public holiday."""

    day: dt.date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolBreak:
    """A school break; both days are in it."""

    name: str
    first: dt.date
    last: dt.date


@cache
def _holidays(year: int, language: str) -> dict[dt.date, str]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"the calendar of public holidays does not reach {year}"
        raise ValueError(message)
    found = holidays.country_holidays("FR", years=[year], language=_LANGUAGES.get(language, "fr"))
    return dict(sorted(found.items()))


def holidays_between(start: dt.date, end: dt.date, *, language: str) -> list[Holiday]:
    """Return the public holidays from `start` to `end`, both included, in the order of the year.

    Source: Code du travail, article L. 3133-1; those of Alsace-Moselle (L. 3134-13) do not apply.
    :raises ValueError: before `FIRST_YEAR` or after `LAST_YEAR`, like every question below
    """
    return [
        Holiday(day=day, name=name)
        for year in range(start.year, end.year + 1)
        for day, name in _holidays(year, language).items()
        if start <= day <= end
    ]


def is_working_day(day: dt.date) -> bool:
    """Tell whether a day is a working day (jour ouvré): Monday to Friday, public holidays apart."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year, "fr")


def add_working_days(day: dt.date, days: int) -> dt.date:
    """Return the working day `days` working days after `day`, or before if `days` is negative.

    With 0 it is `day` itself, or the first working day after it.
    """
    step = -ONE_DAY if days < 0 else ONE_DAY
    left = abs(days)
    while left or not is_working_day(day):
        day += step
        if left and is_working_day(day):
            left -= 1
    return day


def working_days_between(start: dt.date, end: dt.date) -> int:
    """Return how many working days there are from `start` included to `end` excluded."""
    length = (end - start).days
    return sum(is_working_day(start + ONE_DAY * rank) for rank in range(length))


@cache
def _school_calendar() -> SchoolHolidayDates:
    return SchoolHolidayDates()


def school_calendar_covers() -> tuple[dt.date, dt.date]:
    """Return the first and the last day of holidays that the school calendar knows."""
    days = _school_calendar().data
    return min(days), max(days)


def school_holidays(start: dt.date, end: dt.date, *, zone: str) -> list[SchoolBreak]:
    """Return the school breaks of a zone (A, B, C) that touch the days from `start` to `end`.

    Source: ministry of national education, « Calendrier scolaire ».
    :raises ValueError: if the calendar does not cover these days, or knows no such zone
    """
    first, last = school_calendar_covers()
    if start < first or end > last or zone not in SchoolHolidayDates.SUPPORTED_ZONES:
        message = f"no school calendar for zone {zone} from {start} to {end}"
        raise ValueError(message)
    return [one for one in _breaks(zone) if one.first <= end and one.last >= start]


@cache
def _breaks(zone: str) -> list[SchoolBreak]:
    column = f"vacances_zone_{zone.lower()}"
    found: list[SchoolBreak] = []
    for day, row in sorted(_school_calendar().data.items()):
        if not row[column]:
            continue
        name = str(row["nom_vacances"])
        if found and found[-1].name == name and found[-1].last == day - ONE_DAY:
            found[-1] = SchoolBreak(name=name, first=found[-1].first, last=day)
        else:
            found.append(SchoolBreak(name=name, first=day, last=day))
    return found
