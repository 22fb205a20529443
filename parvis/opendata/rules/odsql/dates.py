"""Moments: how they are written, what they cover, and what `now()` means."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from dateutil import relativedelta

from parvis.opendata.rules.odsql.errors import bad_parameter, shown

_SHAPE = re.compile(
    r"""([0-9]{4})
    (?:(?P<sign>[-/]?)(?P<month>[0-9]{1,2})
    (?:(?P=sign)(?P<day>[0-9]{1,2})
    (?:[T ](?P<hour>[0-9]{1,2})(?::?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})
        (?:[.,](?P<fraction>[0-9]{1,9}))?)?)?
    \s?(?P<offset>Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)?
    )?)?)?""",
    re.VERBOSE,
)
_MICROSECOND = dt.timedelta(microseconds=1)
_LONG_DAY = dt.time.max
_DATE_DIGITS = 8
_WEEKDAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
_SET = {
    "year": (1, 9999),
    "month": (1, 12),
    "day": (1, 10**9),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
    "microsecond": (0, 999_999),
    "weekday": (0, 6),
}
_ADDED = ("years", "months", "days", "hours", "minutes", "seconds", "microseconds", *_WEEKDAYS)


def read(text: str) -> tuple[dt.datetime, dt.datetime]:
    """Return the first and the last moment that a text covers: a year, a month, a day, or one
    moment where a time is written; naive, unless an offset is written too.

    ISO 8601 (`2017-04-03T08:02+02:00`), slashes (`2018/04/01`) and eight digits (`20220312`).
    Raises ValueError with the sentence of the API.
    """
    try:
        return _read(text.strip())
    except (ValueError, OverflowError):
        message = f"Invalid date to parse '{shown(text, width=60)}'."
        raise ValueError(message) from None


def _read(text: str) -> tuple[dt.datetime, dt.datetime]:
    found = _SHAPE.fullmatch(text)
    if found is None or (found["sign"] == "" and len(text) < _DATE_DIGITS):
        raise ValueError
    year, month, day = int(found[1]), int(found["month"] or 1), int(found["day"] or 1)
    first = dt.datetime.combine(dt.date(year, month, day), dt.time.min)
    if found["hour"]:
        moment = first.replace(
            hour=int(found["hour"]),
            minute=int(found["minute"] or 0),
            second=int(found["second"] or 0),
            microsecond=int((found["fraction"] or "0").ljust(6, "0")[:6]),
        )
        moment = moment.replace(tzinfo=_offset(found["offset"]))
        return moment, moment
    last_month = month if found["month"] else 12
    last_day = day if found["day"] else calendar.monthrange(year, last_month)[1]
    return first, dt.datetime.combine(dt.date(year, last_month, last_day), _LONG_DAY)


def _offset(text: str | None) -> dt.tzinfo | None:
    if text is None:
        return None
    if text in "Zz":
        return dt.UTC
    digits = text[1:].replace(":", "")
    ahead = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return dt.timezone(-ahead if text[0] == "-" else ahead)


def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name; raises QueryError for a name no engine knows."""
    if name not in _zones():
        raise bad_parameter("timezone", found=shown(name, width=60), expected="a time zone name")
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    """Return the names that the engines know too; one look at the disk for each process."""
    return frozenset(available_timezones() - {"localtime"})


def to_utc(moment: dt.datetime, where: ZoneInfo) -> dt.datetime:
    """Return a moment in naive UTC. The hour that comes twice in autumn is its first time; the
    hour that spring leaves out is read with the offset before it."""
    try:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=where)
        return aware.astimezone(dt.UTC).replace(tzinfo=None)
    except OverflowError:
        return moment.replace(tzinfo=None)


def last_to_utc(last: dt.datetime, where: ZoneInfo) -> dt.datetime:
    """Return the last moment of a day, month or year in naive UTC."""
    try:
        return to_utc(last + _MICROSECOND, where) - _MICROSECOND
    except OverflowError:
        return to_utc(last, where)


def to_local(moment: dt.datetime, where: ZoneInfo) -> dt.datetime:
    """Return a moment as the clocks of a place show it; a naive moment is there already."""
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(where).replace(tzinfo=None)
    except OverflowError:
        return moment.replace(tzinfo=None)


def bounds_of_part(name: str) -> tuple[int, int] | None:
    """Return the least and the greatest value of a part of `now()`; None for an unknown part."""
    if name in _ADDED:
        return (-(10**12), 10**12)
    return _SET.get(name)


def moved(now: dt.datetime, parts: tuple[tuple[str, int], ...], where: ZoneInfo) -> dt.datetime:
    """Return `now()` with its parts, in naive UTC: parts in the singular are set first, a day
    beyond its month is the last of the month, then parts in the plural are added. Said twice, the
    last one counts. `weekday=0` is the next Monday, today if it is one; `mondays=-1` the one
    before. `now` is an aware datetime.

    Raises ValueError where that leaves the calendar.
    """
    told = dict(parts)
    try:
        local = now.astimezone(where).replace(tzinfo=None) + _step(told)
        for number, name in enumerate(_WEEKDAYS):
            if told.get(name):
                day = relativedelta.weekday(number, told[name])
                local += relativedelta.relativedelta(weekday=day)
        return to_utc(local, where)
    except (ValueError, OverflowError):
        message = "now() with these parts is not a date."
        raise ValueError(message) from None


def _step(told: dict[str, int]) -> relativedelta.relativedelta:
    return relativedelta.relativedelta(
        year=told.get("year"),
        month=told.get("month"),
        day=told.get("day"),
        weekday=told.get("weekday"),
        hour=told.get("hour"),
        minute=told.get("minute"),
        second=told.get("second"),
        microsecond=told.get("microsecond"),
        years=told.get("years", 0),
        months=told.get("months", 0),
        days=told.get("days", 0),
        hours=told.get("hours", 0),
        minutes=told.get("minutes", 0),
        seconds=told.get("seconds", 0),
        microseconds=told.get("microseconds", 0),
    )
