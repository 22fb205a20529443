"""What a role reaches, and when an agent's session is over: the pure rules."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from parvis.account.rules.roles import (
    ANY_SERVICE,
    ANYWHERE,
    WHOLE_CITY,
    Reach,
    RoleHeld,
    SessionLimits,
    is_reason,
    is_second_factor_due,
    reach_of,
    why_period_is_refused,
    why_session_is_over,
)

NOON = dt.datetime(2015, 6, 25, 12, tzinfo=dt.UTC)
PARIS = ZoneInfo("Europe/Paris")
LIMITS = SessionLimits(idle=dt.timedelta(minutes=30), absolute=dt.timedelta(hours=12))
SERVICES = st.sampled_from(["", "consultations", "opendata"])
TERRITORIES = st.sampled_from([None, 11, 18])


def held(role="agent", service="", territory=None, since=NOON):
    return RoleHeld(role=role, service=service, territory=territory, since=since)


@given(service=SERVICES, territory=TERRITORIES, asked=SERVICES, where=TERRITORIES)
def test_a_role_reaches_its_own_service_and_arrondissement_and_no_other(
    service, territory, asked, where
):
    one = held(service=service, territory=territory)
    covered = one.covers("agent", asked, where)
    assert covered == (service in ("", asked) and territory in (None, where))
    assert one.covers("agent", asked, ANYWHERE) == (service in ("", asked))
    assert reach_of([one], ["agent"], asked).covers(where) == covered
    assert not held(role="moderator").covers("agent", asked, where)


@given(service=SERVICES, territory=TERRITORIES)
def test_pages_of_no_service_take_any_role_and_what_lies_nowhere_one_for_the_whole_city(
    service, territory
):
    one = held(service=service, territory=territory)
    assert one.covers("agent", ANY_SERVICE, ANYWHERE)
    assert one.covers("agent", WHOLE_CITY, ANYWHERE) == (service == "")
    assert one.covers("agent", ANY_SERVICE) == (territory is None)


def test_several_roles_reach_what_each_of_them_reaches():
    eleventh, eighteenth = held(territory=11), held(role="moderator", territory=18)
    both = reach_of([eleventh, eighteenth], ["agent", "moderator"], "")
    assert both == Reach(frozenset({11, 18}))
    assert reach_of([eleventh, eighteenth], ["agent"], "") == Reach(frozenset({11}))
    assert reach_of([eleventh, held(service="opendata")], ["agent"], "opendata") == Reach(None)
    assert not reach_of([], ["agent"], "").covers(11)


def test_the_days_to_add_a_second_factor_run_from_the_oldest_role():
    roles = [held(since=NOON), held(role="moderator", since=NOON + dt.timedelta(days=6))]
    week = NOON + dt.timedelta(days=7)
    before = week - dt.timedelta(microseconds=1)
    assert is_second_factor_due(roles, days=7, now=week)
    assert not is_second_factor_due(roles, days=7, now=before)
    assert not is_second_factor_due(roles, days=None, now=week)
    assert not is_second_factor_due([], days=0, now=week)
    assert is_second_factor_due(roles, days=0, now=NOON)


@pytest.mark.parametrize(
    ("minutes_open", "minutes_unused", "why"),
    [
        (29, 29, None),
        (30, 30, "idle"),
        (719, 1, None),
        (720, 0, "too_long"),
        (0, 0, None),
        (-1, 0, None),
        (-2, 0, "clock"),
        (10, -2, "clock"),
    ],
)
def test_a_session_ends_when_it_is_not_used_or_was_long_enough(minutes_open, minutes_unused, why):
    began, seen = (
        NOON - dt.timedelta(minutes=minutes_open),
        NOON - dt.timedelta(minutes=minutes_unused),
    )
    assert why_session_is_over(began_at=began, seen_at=seen, now=NOON, limits=LIMITS) == why


def test_summer_time_gives_nobody_an_hour_and_takes_none():
    # On 25 October 2015 the clocks of Paris showed 2:30 twice.
    before = dt.datetime(2015, 10, 25, 2, 45, tzinfo=PARIS)
    after = before.replace(minute=10, fold=1)
    utc = [moment.astimezone(dt.UTC) for moment in (before, after)]
    assert utc[1] - utc[0] == dt.timedelta(minutes=25)
    assert why_session_is_over(began_at=utc[0], seen_at=utc[0], now=utc[1], limits=LIMITS) is None
    # In spring 2:10 follows 1:50 by twenty minutes less than the clock says.
    late = dt.datetime(2015, 3, 29, 1, 50, tzinfo=PARIS).astimezone(dt.UTC)
    soon = dt.datetime(2015, 3, 29, 3, 10, tzinfo=PARIS).astimezone(dt.UTC)
    assert why_session_is_over(began_at=late, seen_at=late, now=soon, limits=LIMITS) is None


def test_a_role_ends_after_it_begins_and_not_before_today():
    later = NOON + dt.timedelta(days=1)
    assert why_period_is_refused(since=NOON, until=None, now=NOON) is None
    assert why_period_is_refused(since=NOON, until=later, now=NOON) is None
    assert why_period_is_refused(since=later, until=NOON, now=NOON) == "ends_before_it_begins"
    earlier = NOON - dt.timedelta(days=2)
    assert why_period_is_refused(since=earlier, until=NOON, now=later) == "already_over"


def test_a_reason_is_a_sentence():
    assert is_reason("Renfort d'été")
    for said in ("", "   ", "ok", "x" * 501, "  trop     "):
        assert not is_reason(said)
