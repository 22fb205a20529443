"""The clock of the City's promise, on dated cases: holidays, closed days, nights of clock changes,
pauses."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings, strategies as st

from parvis.streets.queries.clocks import days_but
from parvis.streets.rules import clock
from parvis.streets.rules.clock import Hours, Pause, WorkWeek

BRIDGE = dt.date(2026, 5, 15)
EIGHT, NOON, ONE, SIX = dt.time(8), dt.time(12), dt.time(13), dt.time(18)
MIDNIGHT = dt.time(23, 59)


def a_week(days, *openings, counts=None):
    return WorkWeek(
        hours=tuple(
            Hours(weekday=day, opens=opens, closes=closes)
            for day in days
            for opens, closes in openings
        ),
        is_working=counts or days_but([BRIDGE]),
    )


CITY = a_week(range(5), (EIGHT, SIX))
WITH_LUNCH = a_week(range(5), (EIGHT, NOON), (ONE, dt.time(17)))
MORNINGS = a_week(range(6), (EIGHT, NOON))
ALWAYS = a_week(range(7), (dt.time(0), MIDNIGHT), counts=lambda _day: True)
SUNDAY_NIGHTS = a_week([6], (dt.time(0), dt.time(6)), counts=lambda _day: True)
TWICE = a_week(range(5), (EIGHT, SIX), (dt.time(10), dt.time(19)))


def paris(said):
    return dt.datetime.strptime(said, "%Y-%m-%d %H:%M").replace(tzinfo=clock.PARIS)


def a_pause(begins, ends=None):
    return Pause(begins_at=paris(begins), ends_at=paris(ends) if ends else None)


CASES = [
    ("within a day", CITY, "2026-06-03 12:00", 4, (), "2026-06-03 16:00"),
    ("until the last minute", CITY, "2026-06-03 12:00", 6, (), "2026-06-03 18:00"),
    ("into the next day", CITY, "2026-06-03 12:00", 7, (), "2026-06-04 09:00"),
    ("before opening", CITY, "2026-06-03 06:00", 1, (), "2026-06-03 09:00"),
    ("at closing", CITY, "2026-06-03 18:00", 1, (), "2026-06-04 09:00"),
    ("at night", CITY, "2026-06-03 23:30", 10, (), "2026-06-04 18:00"),
    ("over a week-end", CITY, "2026-06-05 17:00", 2, (), "2026-06-08 09:00"),
    ("on a Saturday", CITY, "2026-06-06 11:00", 20, (), "2026-06-09 18:00"),
    ("on a Sunday before midnight", CITY, "2026-06-07 23:59", 1, (), "2026-06-08 09:00"),
    ("over 14 July", CITY, "2026-07-13 16:00", 4, (), "2026-07-15 10:00"),
    ("on 14 July", CITY, "2026-07-14 10:00", 10, (), "2026-07-15 18:00"),
    ("over a 1 May that is a Monday", CITY, "2023-04-28 17:00", 2, (), "2023-05-02 09:00"),
    ("on a 1 May that is a Monday", CITY, "2023-05-01 09:00", 1, (), "2023-05-02 09:00"),
    ("over a 1 May that is a Friday", CITY, "2026-04-30 17:00", 2, (), "2026-05-04 09:00"),
    ("over the Ascension", CITY, "2023-05-17 17:00", 2, (), "2023-05-19 09:00"),
    ("over Christmas", CITY, "2026-12-24 17:00", 2, (), "2026-12-28 09:00"),
    ("into another year", CITY, "2026-12-31 17:00", 2, (), "2027-01-04 09:00"),
    ("over Easter Monday", CITY, "2026-04-03 17:00", 2, (), "2026-04-07 09:00"),
    ("over Whit Monday", CITY, "2026-05-22 17:00", 2, (), "2026-05-26 09:00"),
    ("over 11 November", CITY, "2026-11-10 17:00", 2, (), "2026-11-12 09:00"),
    ("over a bridge that the City gives", CITY, "2026-05-13 17:00", 2, (), "2026-05-18 09:00"),
    ("a month of work", CITY, "2026-06-01 08:00", 200, (), "2026-06-26 18:00"),
    ("over the spring change", CITY, "2026-03-27 17:00", 2, (), "2026-03-30 09:00"),
    ("over the autumn change", CITY, "2026-10-23 17:00", 11, (), "2026-10-26 18:00"),
    ("through the short night", ALWAYS, "2026-03-28 20:00", 10, (), "2026-03-29 07:00"),
    ("through the long night", ALWAYS, "2026-10-24 20:00", 10, (), "2026-10-25 05:00"),
    (
        "the short night has five hours",
        SUNDAY_NIGHTS,
        "2026-03-29 00:00",
        5,
        (),
        "2026-03-29 06:00",
    ),
    ("the long night has seven", SUNDAY_NIGHTS, "2026-10-25 00:00", 7, (), "2026-10-25 06:00"),
    ("over a lunch", WITH_LUNCH, "2026-06-03 11:00", 3, (), "2026-06-03 15:00"),
    ("who works on Saturdays", MORNINGS, "2026-06-05 11:00", 2, (), "2026-06-06 09:00"),
    ("a Saturday that is 15 August", MORNINGS, "2026-08-14 11:00", 2, (), "2026-08-17 09:00"),
    ("hours that two lines have count once", TWICE, "2026-06-03 09:00", 10, (), "2026-06-03 19:00"),
    (
        "paused over a week-end",
        CITY,
        "2026-06-05 16:00",
        4,
        (a_pause("2026-06-05 17:00", "2026-06-08 10:00"),),
        "2026-06-08 13:00",
    ),
    (
        "paused while nobody works",
        CITY,
        "2026-06-03 17:00",
        2,
        (a_pause("2026-06-03 18:30", "2026-06-04 07:30"),),
        "2026-06-04 09:00",
    ),
    (
        "two pauses that touch",
        CITY,
        "2026-06-03 10:00",
        2,
        (
            a_pause("2026-06-03 10:30", "2026-06-03 11:00"),
            a_pause("2026-06-03 11:00", "2026-06-03 11:30"),
        ),
        "2026-06-03 13:00",
    ),
    (
        "paused from the beginning",
        CITY,
        "2026-06-03 10:00",
        1,
        (a_pause("2026-06-03 10:00", "2026-06-03 12:00"),),
        "2026-06-03 13:00",
    ),
    (
        "paused over 14 July",
        CITY,
        "2026-07-13 10:00",
        10,
        (a_pause("2026-07-13 14:00", "2026-07-15 12:00"),),
        "2026-07-15 18:00",
    ),
    (
        "passed before a pause without end",
        CITY,
        "2026-06-03 10:00",
        1,
        (a_pause("2026-06-03 11:00"),),
        "2026-06-03 11:00",
    ),
]


@pytest.mark.parametrize(
    ("week", "begins", "hours", "pauses", "until"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_promise_in_working_hours(week, begins, hours, pauses, until):
    found = clock.due(paris(begins), hours, week=week, pauses=pauses)
    assert found is not None
    assert f"{found.astimezone(clock.PARIS):%Y-%m-%d %H:%M}" == until
    passed = clock.worked(paris(begins), found, week=week, pauses=pauses)
    assert passed == dt.timedelta(hours=hours)


def test_while_the_city_waits_nobody_knows_the_deadline():
    waits = (a_pause("2026-06-03 11:00"),)
    assert clock.due(paris("2026-06-03 10:00"), 2, week=CITY, pauses=waits) is None
    later = paris("2026-06-30 10:00")
    hour = dt.timedelta(hours=1)
    assert clock.worked(paris("2026-06-03 10:00"), later, week=CITY, pauses=waits) == hour


def test_nobody_promises_what_nobody_works_for():
    with pytest.raises(ValueError, match="nobody ever works"):
        clock.due(paris("2026-06-03 10:00"), 1, week=a_week([]))
    never = a_week(range(5), (EIGHT, SIX), counts=lambda _day: False)
    with pytest.raises(ValueError, match="ten years"):
        clock.due(paris("2026-06-03 10:00"), 1, week=never)
    assert clock.worked(paris("2026-06-03 10:00"), paris("2026-07-03 10:00"), week=never) == (
        dt.timedelta()
    )


def test_late_begins_after_the_last_minute_of_the_promise():
    hours = [dt.timedelta(hours=20), dt.timedelta(hours=20, seconds=1)]
    assert [clock.lateness(one, 20) for one in hours] == [clock.IN_TIME, clock.LATE]
    thrice = [dt.timedelta(hours=60), dt.timedelta(hours=60, seconds=1)]
    assert [clock.lateness(one, 20) for one in thrice] == [clock.LATE, clock.VERY_LATE]


def test_hours_that_may_be_written():
    good = CITY.hours
    assert clock.why_not_hours(good, is_city=True) == ""
    assert clock.why_not_hours(WITH_LUNCH.hours, is_city=False) == ""
    backwards = (Hours(weekday=0, opens=SIX, closes=EIGHT),)
    assert clock.why_not_hours(backwards, is_city=False) == "hours_end_before_they_begin"
    assert clock.why_not_hours(TWICE.hours, is_city=False) == "hours_overlap"
    assert clock.why_not_hours((), is_city=True) == "city_never_works"
    assert clock.why_not_hours((), is_city=False) == ""


_FIRST = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
_MOMENTS = st.integers(0, 1_500_000).map(lambda minutes: _FIRST + dt.timedelta(minutes=minutes))


@settings(max_examples=60, deadline=None)
@given(_MOMENTS, st.integers(1, 120), st.lists(_MOMENTS, max_size=6, unique=True))
def test_what_is_worked_until_the_deadline_is_what_was_promised(begins_at, hours, bounds):
    ends = sorted(bounds)
    pauses = [
        Pause(begins_at=start, ends_at=end)
        for start, end in zip(ends[::2], ends[1::2], strict=False)
    ]
    until = clock.due(begins_at, hours, week=CITY, pauses=pauses)
    assert until is not None
    promised = dt.timedelta(hours=hours)
    assert clock.worked(begins_at, until, week=CITY, pauses=pauses) == promised
    middle = begins_at + (until - begins_at) / 2
    halves = [
        clock.worked(begins_at, middle, week=CITY, pauses=pauses),
        clock.worked(middle, until, week=CITY, pauses=pauses),
    ]
    assert sum(halves, dt.timedelta()) == promised
