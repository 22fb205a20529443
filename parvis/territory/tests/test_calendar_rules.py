"""The working calendar: holidays, school breaks, working days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings, strategies as st

from parvis.territory.rules import calendar

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))
COUNTS = st.integers(-60, 60)


def day(text):
    return dt.date.fromisoformat(text)


def holidays_of(year):
    found = calendar.holidays_between(dt.date(year, 1, 1), dt.date(year, 12, 31), language="fr")
    return {one.day.isoformat(): one.name for one in found}


def test_the_eleven_holidays_of_2015():
    assert holidays_of(2015) == {
        "2015-01-01": "Jour de l'an",
        "2015-04-06": "Lundi de Pâques",
        "2015-05-01": "Fête du Travail",
        "2015-05-08": "Fête de la Victoire",
        "2015-05-14": "Ascension",
        "2015-05-25": "Lundi de Pentecôte",
        "2015-07-14": "Fête nationale",
        "2015-08-15": "Assomption",
        "2015-11-01": "Toussaint",
        "2015-11-11": "Armistice",
        "2015-12-25": "Noël",
    }


def test_the_eleven_holidays_of_2026():
    assert list(holidays_of(2026)) == [
        "2026-01-01",
        "2026-04-06",
        "2026-05-01",
        "2026-05-08",
        "2026-05-14",
        "2026-05-25",
        "2026-07-14",
        "2026-08-15",
        "2026-11-01",
        "2026-11-11",
        "2026-12-25",
    ]


@pytest.mark.parametrize(
    ("year", "easter_monday"),
    [
        (2014, "04-21"),
        (2016, "03-28"),
        (2019, "04-22"),
        (2024, "04-01"),
        (2027, "03-29"),
        (2030, "04-22"),
    ],
)
def test_ascension_and_whit_monday_follow_easter(year, easter_monday):
    monday = day(f"{year}-{easter_monday}")
    found = holidays_of(year)
    assert len(found) == 11
    assert found[monday.isoformat()] == "Lundi de Pâques"
    assert found[(monday + dt.timedelta(days=38)).isoformat()] == "Ascension"
    assert found[(monday + dt.timedelta(days=49)).isoformat()] == "Lundi de Pentecôte"


def test_years_whose_holidays_nobody_knows_are_not_said_to_have_none():
    with pytest.raises(ValueError, match="does not reach 2101"):
        calendar.is_working_day(day("2101-12-23"))
    with pytest.raises(ValueError, match="does not reach 1802"):
        calendar.add_working_days(day("1803-01-01"), -2)


def test_good_friday_and_saint_stephen_are_holidays_in_alsace_not_in_paris():
    assert calendar.is_working_day(day("2026-04-03"))
    assert calendar.is_working_day(day("2025-12-26"))


def test_whit_monday_is_a_holiday():
    assert not calendar.is_working_day(day("2026-05-25"))
    assert calendar.is_working_day(day("2026-05-26"))


def test_a_holiday_has_a_name_in_each_language():
    one_day = day("2026-07-14")
    assert calendar.holidays_between(one_day, one_day, language="en")[0].name == "National Day"


def test_offices_are_closed_on_saturday_and_sunday():
    assert [calendar.is_working_day(day(f"2026-06-{n:02}")) for n in range(5, 9)] == [
        True,
        False,
        False,
        True,
    ]


def test_one_working_day_after_the_eve_of_the_first_of_may_is_the_next_monday():
    assert calendar.add_working_days(day("2026-04-30"), 1) == day("2026-05-04")


def test_no_day_after_a_sunday_is_the_monday():
    assert calendar.add_working_days(day("2026-06-07"), 0) == day("2026-06-08")


def test_between_christmas_and_new_year_2026_there_are_four_working_days():
    assert calendar.working_days_between(day("2026-12-25"), day("2027-01-01")) == 4


@given(DAYS, COUNTS)
@settings(deadline=None)
def test_adding_working_days_lands_on_a_working_day(start, count):
    assert calendar.is_working_day(calendar.add_working_days(start, count))


@given(DAYS, COUNTS)
@settings(deadline=None)
def test_taking_working_days_back_returns_to_the_start(start, count):
    start = calendar.add_working_days(start, 0)
    assert calendar.add_working_days(calendar.add_working_days(start, count), -count) == start


@given(DAYS, st.integers(0, 60))
@settings(deadline=None)
def test_as_many_working_days_lie_between_as_were_added(start, count):
    start = calendar.add_working_days(start, 0)
    end = calendar.add_working_days(start, count)
    assert calendar.working_days_between(start, end) == count


def test_the_winter_break_of_2026_in_zone_c():
    found = calendar.school_holidays(day("2026-02-25"), day("2026-02-25"), zone="C")
    assert found == [
        calendar.SchoolBreak(
            name="Vacances d'hiver", first=day("2026-02-21"), last=day("2026-03-08")
        )
    ]


def test_two_years_of_christmas_breaks_are_two_breaks():
    found = calendar.school_holidays(day("2024-12-01"), day("2026-01-31"), zone="C")
    assert [one.first for one in found if one.name == "Vacances de Noël"] == [
        day("2024-12-21"),
        day("2025-12-20"),
    ]


@pytest.mark.parametrize(("start", "zone"), [("2090-01-01", "C"), ("2026-01-05", "Z")])
def test_an_unknown_school_year_or_zone_is_said_to_be_unknown(start, zone):
    with pytest.raises(ValueError, match="no school calendar"):
        calendar.school_holidays(day(start), day(start), zone=zone)
