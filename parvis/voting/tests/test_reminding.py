"""When people are reminded of a ballot they began."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from parvis.voting.rules.reminding import is_last_call, may_remind

HOUR = dt.timedelta(hours=1)
MIDNIGHT = dt.datetime(2015, 9, 21, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        *((18, 23, False), (19, 8, False), (19, 9, True), (19, 20, True), (19, 21, False)),
        *((20, 9, True), (20, 20, True), (20, 22, False), (21, 1, False)),
    ],
)
def test_nobody_is_woken_nor_reminded_too_early_or_too_late(day, hour, expected):
    now = dt.datetime(2015, 9, day, hour, tzinfo=dt.UTC)
    assert may_remind(now=now, closes_at=MIDNIGHT) is expected


@pytest.mark.parametrize(
    ("closes", "call"),
    [
        pytest.param(0, 18, id="at midnight: at six in the evening"),
        pytest.param(23, 17, id="in the evening: six hours before"),
        pytest.param(12, -6, id="at noon: the evening before"),
        pytest.param(3, -6, id="in the night: the evening before"),
        pytest.param(8, -6, id="in the morning: the evening before"),
    ],
)
def test_the_last_call_of_who_began_today(closes, call):
    day = dt.datetime(2015, 9, 20, tzinfo=dt.UTC)
    closes_at = day + closes * HOUR if closes else MIDNIGHT
    at = day + call * HOUR
    assert is_last_call(now=at, closes_at=closes_at)
    assert not is_last_call(now=at - dt.timedelta(minutes=1), closes_at=closes_at)


@given(st.integers(0, 24 * 60 - 1))
def test_whenever_a_vote_closes_everybody_who_began_before_is_reminded_in_time(minute):
    closes_at = MIDNIGHT + dt.timedelta(minutes=minute)
    # The clock is looked at every hour, at twenty-five past.
    asked = [
        MIDNIGHT - dt.timedelta(days=1) + n * HOUR + dt.timedelta(minutes=25) for n in range(48)
    ]
    called = [
        one
        for one in asked
        if may_remind(now=one, closes_at=closes_at) and is_last_call(now=one, closes_at=closes_at)
    ]
    assert called
    assert closes_at - called[-1] >= HOUR
