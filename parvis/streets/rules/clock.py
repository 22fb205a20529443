"""The clock of the City's promise: it runs while somebody works, and stands while the City waits.

Hours are local (Europe/Paris): on the night of a clock change an hour of opening is an hour that
passed, not one that was shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
IN_TIME, LATE, VERY_LATE = 0, 1, 3
"""How many times the promise has passed; three times is the last that is told."""
MIDNIGHT = dt.time(23, 59)
"""Who closes at this minute or later works until midnight: no hour of a day is written 24:00."""
_DAY = dt.timedelta(days=1)
_TOO_FAR = dt.timedelta(days=3660)

Stretch = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """From when to when one works on a day of the week (Monday is 0)."""

    weekday: int
    opens: dt.time
    closes: dt.time


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """From when to when the City waited for somebody; `ends_at` is None while it does."""

    begins_at: dt.datetime
    ends_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkWeek:
    """When one works: hours of the week, on days of which `is_working` says that they count."""

    hours: tuple[Hours, ...]
    is_working: Callable[[dt.date], bool]


def worked(
    begins_at: dt.datetime, ends_at: dt.datetime, *, week: WorkWeek, pauses: Sequence[Pause] = ()
) -> dt.timedelta:
    """Return how much working time passed between two moments, pauses left out.

    Pauses may touch each other, and the ends.
    """
    passed = dt.timedelta()
    for start, end in _stretches(begins_at, ends_at, week, pauses):
        passed += end - start
    return passed


def due(
    begins_at: dt.datetime, hours: int, *, week: WorkWeek, pauses: Sequence[Pause] = ()
) -> dt.datetime | None:
    """Return the moment at which so many working hours will have passed; None while a pause has no
    end, unless they had passed before it.

    :raises ValueError: if the week has no hours at all, or no day of ten years counts
    """
    if not week.hours:
        raise ValueError("nobody ever works")
    left = dt.timedelta(hours=hours)
    waits = min((one.begins_at for one in pauses if one.ends_at is None), default=None)
    for start, end in _stretches(begins_at, waits or begins_at + _TOO_FAR, week, pauses):
        if end - start >= left:
            return start + left
        left -= end - start
    if waits is None:
        raise ValueError("nobody works for ten years")
    return None


def lateness(passed: dt.timedelta, hours: int) -> int:
    """Return IN_TIME, LATE or VERY_LATE for the working time that passed of a promise in hours.

    What is done in the last minute of the promise is in time.
    """
    promised = dt.timedelta(hours=hours)
    if passed > promised * VERY_LATE:
        return VERY_LATE
    return LATE if passed > promised else IN_TIME


def why_not_hours(hours: Sequence[Hours], *, is_city: bool) -> str:
    """Return "" for hours that may be written, else "hours_end_before_they_begin", "hours_overlap"
    or, for those of the whole city, "city_never_works"."""
    if any(one.closes <= one.opens for one in hours):
        return "hours_end_before_they_begin"
    lines = sorted((one.weekday, one.opens, one.closes) for one in hours)
    for (day, _opens, closes), (next_day, opens, _closes) in pairwise(lines):
        if day == next_day and opens < closes:
            return "hours_overlap"
    return "city_never_works" if is_city and not hours else ""


def _stretches(
    begins_at: dt.datetime, ends_at: dt.datetime, week: WorkWeek, pauses: Sequence[Pause]
) -> Iterator[Stretch]:
    """Walk what is worked between two moments, in order, without pauses."""
    for opens, closes in _openings(begins_at, ends_at, week):
        start, end = max(opens, begins_at), min(closes, ends_at)
        if start < end:
            yield from _without((start, end), pauses)


def _openings(begins_at: dt.datetime, ends_at: dt.datetime, week: WorkWeek) -> Iterator[Stretch]:
    day, last = begins_at.astimezone(PARIS).date(), ends_at.astimezone(PARIS).date()
    while day <= last:
        hours = [one for one in week.hours if one.weekday == day.weekday()]
        if hours and week.is_working(day):
            yield from _apart((_moment(day, h.opens), _end(day, h.closes)) for h in hours)
        day += _DAY


def _apart(openings: Iterable[Stretch]) -> Iterator[Stretch]:
    """Put the openings of a day in order; an hour that two of them have is one hour."""
    until: dt.datetime | None = None
    for opens, closes in sorted(openings):
        yield max(opens, until or opens), closes
        until = max(closes, until or closes)


def _moment(day: dt.date, hour: dt.time) -> dt.datetime:
    # Between moments of one local zone Python reckons by what clocks show; in UTC by what passes.
    return dt.datetime.combine(day, hour, tzinfo=PARIS).astimezone(dt.UTC)


def _end(day: dt.date, closes: dt.time) -> dt.datetime:
    if closes >= MIDNIGHT:
        return _moment(day + _DAY, dt.time())
    return _moment(day, closes)


def _without(stretch: Stretch, pauses: Sequence[Pause]) -> Iterator[Stretch]:
    """Cut the pauses out of a stretch of work."""
    start, end = stretch
    cuts = sorted(
        (max(one.begins_at, start), min(one.ends_at or end, end))
        for one in pauses
        if one.begins_at < end and (one.ends_at is None or one.ends_at > start)
    )
    # The end of what was cut so far, and the beginning of the next cut.
    ends = [start]
    for _begin, until in cuts:
        ends.append(max(ends[-1], until))
    for worked_from, worked_to in zip(ends, [*(begin for begin, _until in cuts), end], strict=True):
        if worked_from < worked_to:
            yield worked_from, worked_to
