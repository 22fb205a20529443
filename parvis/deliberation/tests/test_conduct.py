"""Who may do what, when."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from parvis.deliberation.rules import calendar, conduct
from parvis.deliberation.rules.conduct import Text, Window

PARIS = ZoneInfo("Europe/Paris")
SUMMER = Window(
    opens_at=dt.datetime(2015, 6, 25, tzinfo=PARIS),
    closes_at=dt.datetime(2015, 9, 15, 23, 59, 59, tzinfo=PARIS),
)


def moments(first, days):
    """Return any moment of the days that follow a first one."""
    return st.timedeltas(dt.timedelta(0), dt.timedelta(days=days)).map(lambda gap: first + gap)


MOMENTS = moments(dt.datetime(2015, 1, 1, tzinfo=dt.UTC), 730)
OWN = Text(state="public", own=True)
OTHER = Text(state="public", own=False)


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (dt.datetime(2015, 6, 24, 23, 59, 59, 999999, tzinfo=PARIS), "consultation_not_open_yet"),
        (dt.datetime(2015, 6, 25, tzinfo=PARIS), None),
        (dt.datetime(2015, 9, 15, 23, 59, 58, 999999, tzinfo=PARIS), None),
        (dt.datetime(2015, 9, 15, 23, 59, 59, tzinfo=PARIS), "consultation_closed"),
        (dt.datetime(2015, 9, 15, 21, 59, 59, tzinfo=dt.UTC), "consultation_closed"),
    ],
)
def test_it_opens_and_closes_to_the_second_in_paris(moment, reason):
    assert conduct.why_not_open(SUMMER, now=moment) == reason


@given(MOMENTS)
def test_it_is_open_exactly_between_its_two_moments(moment):
    open_ = conduct.why_not_open(SUMMER, now=moment) is None
    assert open_ == (SUMMER.opens_at <= moment < SUMMER.closes_at)


@given(MOMENTS, st.integers(0, 30))
def test_nobody_posts_outside_the_dates_nor_eleven_times_in_ten_minutes(moment, posts):
    reason = conduct.why_post_refused(SUMMER, recent_posts=posts, now=moment)
    if reason is None:
        assert posts < 10
        assert SUMMER.opens_at <= moment < SUMMER.closes_at


@pytest.mark.parametrize(
    ("section", "subject", "under"),
    [
        ("plan:paris-2015/1.2", "plan:paris-2015", True),
        ("plan:paris-2015", "plan:paris-2015", True),
        ("plan:paris-2015bis/1.2", "plan:paris-2015", False),
        ("plan:lyon/1", "plan:paris-2015", False),
        ("", "plan:paris-2015", False),
        ("anything", "", False),
    ],
)
def test_a_section_lies_under_its_subject(section, subject, under):
    assert conduct.is_under(section, subject) is under


NOW = dt.datetime(2015, 7, 14, tzinfo=PARIS)
LATE = dt.datetime(2015, 10, 1, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("text", "now", "reason"),
    [
        (OWN, NOW, None),
        (OTHER, NOW, "not_yours"),
        (OWN, LATE, "consultation_closed"),
        (Text(state="public", own=True, answered=True), NOW, "answered_already"),
        (Text(state="hidden", own=True), NOW, "contribution_hidden"),
        (Text(state="withdrawn", own=True), NOW, "contribution_withdrawn"),
    ],
)
def test_editing(text, now, reason):
    assert conduct.why_edit_refused(text, SUMMER, now=now) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (OWN, None),
        (OTHER, "not_yours"),
        (Text(state="hidden", own=True), None),
        (Text(state="withdrawn", own=True), "remark_withdrawn"),
        (Text(state="public", own=True, answered=True), "answered_already"),
    ],
)
def test_withdrawing(text, reason):
    assert conduct.why_withdrawal_refused(text, kind="remark") == reason


@pytest.mark.parametrize(
    ("text", "now", "reason"),
    [
        (OTHER, NOW, None),
        (OWN, NOW, "own_contribution"),
        (OTHER, LATE, "consultation_closed"),
        (Text(state="hidden", own=False), NOW, "contribution_hidden"),
    ],
)
def test_voting(text, now, reason):
    assert conduct.why_vote_refused(text, SUMMER, kind="contribution", now=now) == reason


@pytest.mark.parametrize(
    ("section", "why_none", "reason"),
    [
        ("s", "", None),
        ("", "w", None),
        ("", "", "change_or_reason"),
        ("s", "w", "change_or_reason"),
    ],
)
def test_an_answer_names_its_change_or_why_none(section, why_none, reason):
    found = conduct.why_answer_refused(OTHER, section_ref=section, no_change_reason=why_none)
    assert found == reason


WINTER = Window(
    opens_at=dt.datetime(2026, 10, 25, tzinfo=PARIS),
    closes_at=dt.datetime(2026, 10, 26, tzinfo=PARIS),
)


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (dt.datetime(2026, 10, 24, 21, 59, 59, tzinfo=dt.UTC), "consultation_not_open_yet"),
        (dt.datetime(2026, 10, 24, 22, tzinfo=dt.UTC), None),
        (dt.datetime(2026, 10, 25, 22, 59, 59, tzinfo=dt.UTC), None),
        (dt.datetime(2026, 10, 25, 23, tzinfo=dt.UTC), "consultation_closed"),
    ],
)
def test_the_day_the_clocks_go_back_lasts_twenty_five_hours(moment, reason):
    assert conduct.why_not_open(WINTER, now=moment) == reason


def test_dates_moved_over_a_change_of_clocks_keep_their_hours():
    moved = calendar.shifted(SUMMER, days=60, zone=PARIS)
    assert moved.opens_at == dt.datetime(2015, 8, 23, 22, tzinfo=dt.UTC)
    assert moved.closes_at == dt.datetime(2015, 11, 14, 22, 59, 59, tzinfo=dt.UTC)


@given(moments(dt.datetime(2016, 1, 1, tzinfo=dt.UTC), 9_000))
def test_a_demonstration_is_open_today_at_the_same_hours(now):
    today = calendar.opened_lately(SUMMER, zone=PARIS, now=now)
    assert conduct.why_not_open(today, now=now) is None
    opens, closes = today.opens_at.astimezone(PARIS), today.closes_at.astimezone(PARIS)
    assert opens.time() == dt.time(0)
    assert closes.time() == dt.time(23, 59, 59)
    assert (closes.date() - opens.date()).days == 82
    assert (now.astimezone(PARIS).date() - opens.date()).days == 20
