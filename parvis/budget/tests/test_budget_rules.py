"""The regulation: eleven phases, envelopes to the cent, who is entitled, what a plan is."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from hypothesis import given, strategies as st

from parvis.budget.rules import calendar, plans, status
from parvis.budget.rules.calendar import ORDER, Kind, Phase
from parvis.budget.rules.entitlement import Claim, Terms, Tie, Ties, age_on, why_not
from parvis.budget.rules.envelopes import Populace, shares
from parvis.budget.testing import LENGTH, NOON, a_calendar, a_plan, an_area

SECOND = dt.timedelta(seconds=1)


def test_a_phase_opens_and_closes_to_the_second():
    phases = a_calendar(Kind.VOTE)
    (vote,) = [one for one in phases if one.kind == Kind.VOTE]
    assert calendar.phase_at(phases, vote.opens_at - SECOND).kind == Kind.PRE_VOTE
    assert calendar.phase_at(phases, vote.opens_at).kind == Kind.VOTE
    assert calendar.phase_at(phases, vote.closes_at - SECOND).kind == Kind.VOTE
    assert calendar.phase_at(phases, vote.closes_at).kind == Kind.POST_VOTE
    assert calendar.next_phase(phases, NOON).kind == Kind.POST_VOTE
    assert calendar.phase_at(phases, phases[0].opens_at - SECOND) is None
    assert calendar.phase_at(phases, phases[-1].closes_at) is None


def test_an_evening_in_paris_is_the_evening_of_paris():
    zone = ZoneInfo("Europe/Paris")
    told = {
        "edition": {"slug": "x", "year": 2026, "title_fr": "x", "title_en": "x"},
        "areas": [{}],
        "phases": [
            {"kind": kind, "opens": dt.datetime.fromisoformat("2026-03-29"), "closes": 3}
            for kind in ORDER
        ],
    }
    (first, *_others) = plans.read(told, zone=zone, today=dt.date(2026, 10, 24)).phases
    # Clocks go forward that night, and back on the other: hours are those that people read.
    assert first.opens_at.astimezone(dt.UTC) == dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC)
    assert first.closes_at.astimezone(dt.UTC) == dt.datetime(2026, 10, 27, 11, tzinfo=dt.UTC)


CALENDARS = {
    "one missing": (lambda p: p[:-1], "phase_missing"),
    "one twice": (lambda p: (*p, p[3]), "phase_missing"),
    "one of no length": (
        lambda p: (*p[:4], replace(p[4], closes_at=p[4].opens_at), *p[5:]),
        "phase_ends_first",
    ),
    "two at once": (lambda p: (replace(p[0], closes_at=p[1].closes_at), *p[1:]), "phases_overlap"),
    "in any order": (lambda p: tuple(reversed(p)), ""),
    "a longer one": (lambda p: (replace(p[0], opens_at=p[0].opens_at - LENGTH), *p[1:]), ""),
}


@pytest.mark.parametrize("what", CALENDARS)
def test_a_calendar_has_each_phase_once_in_its_order(what):
    change, code = CALENDARS[what]
    assert calendar.why_not_a_calendar(tuple(change(a_calendar(Kind.IDEATION)))) == code


def test_a_person_of_a_quartier_populaire_weighs_more():
    areas = [
        Populace(key="a", population=100_000),
        Populace(key="b", population=100_000, popular=60_000),
    ]
    assert shares(4_000_000_00, areas, bonus_percent=0) == {"a": 200000000, "b": 200000000}
    # 100 against 100 + 30: 100/230 and 130/230 of four million.
    assert shares(4_000_000_00, areas, bonus_percent=50) == {"a": 173913043, "b": 226086957}


peoples = st.lists(
    st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)).map(lambda t: (t[0], min(t))),
    min_size=1,
    max_size=20,
)


@given(st.integers(0, 10**12), peoples, st.integers(0, 300))
def test_shares_add_up_and_are_fair_to_the_cent(cents, people, bonus):
    areas = [
        Populace(key=str(i), population=all_, popular=some) for i, (all_, some) in enumerate(people)
    ]
    given_ = shares(cents, areas, bonus_percent=bonus)
    assert sum(given_.values()) == cents
    weights = {a.key: a.population * 100 + a.popular * bonus for a in areas}
    whole = sum(weights.values())
    for key, share in given_.items():
        assert abs(share * whole - cents * weights[key]) < whole


@pytest.mark.parametrize(
    ("cents", "people"), [(-1, [(1, 0)]), (1, [(1, 2)]), (2, [(0, 0)]), (3, [])]
)
def test_an_envelope_needs_people_and_money(cents, people):
    areas = [Populace(key=str(i), population=a, popular=b) for i, (a, b) in enumerate(people)]
    with pytest.raises(ValueError, match="people"):
        shares(cents, areas, bonus_percent=0)


DAY = dt.date(2026, 6, 3)
ELEVENTH = Terms(arrondissement=11, min_age=15, ties=frozenset(Tie))


@pytest.mark.parametrize(
    ("ties", "code", "of_residents"),
    [
        pytest.param(Ties(residence=11), "", "", id="lives there"),
        pytest.param(Ties(work=11), "", "no_tie", id="works there"),
        pytest.param(Ties(heart=11), "", "no_tie", id="has their heart there"),
        pytest.param(Ties(residence=18, work=2), "no_tie", "no_tie", id="is elsewhere"),
        pytest.param(Ties(), "no_tie", "no_tie", id="said nothing"),
    ],
)
def test_living_working_or_having_ones_heart_there_counts(ties, code, of_residents):
    claim = Claim(ties=ties, declares=True)
    assert why_not(ELEVENTH, claim, day=DAY) == code
    residents = replace(ELEVENTH, ties=frozenset({Tie.RESIDENCE}))
    assert why_not(residents, claim, day=DAY) == of_residents


def test_any_arrondissement_ties_to_the_city():
    city = replace(ELEVENTH, arrondissement=None)
    assert why_not(city, Claim(ties=Ties(heart=7), declares=True), day=DAY) == ""
    assert why_not(city, Claim(ties=Ties(), declares=True), day=DAY) == "no_tie"


def test_a_declaration_is_asked_and_a_vouched_birth_weighs_more():
    ties = Ties(residence=11)
    assert why_not(ELEVENTH, Claim(ties=ties, declares=False), day=DAY) == "not_declared"
    born = dt.date(2011, 6, 4)
    young = Claim(ties=ties, declares=True, born_on=born)
    assert why_not(ELEVENTH, young, day=DAY) == "too_young"
    assert why_not(ELEVENTH, young, day=DAY + dt.timedelta(days=1)) == ""


@given(st.dates(dt.date(1900, 1, 1), dt.date(2020, 1, 1)), st.integers(0, 110))
def test_one_is_a_year_older_on_ones_birthday(born, years):
    try:
        birthday = born.replace(year=born.year + years)
    except ValueError:
        birthday = dt.date(born.year + years, 3, 1)
    assert age_on(born, birthday) == years
    if years:
        assert age_on(born, birthday - dt.timedelta(days=1)) == years - 1


def test_every_status_is_reached_and_the_last_ones_lead_nowhere():
    reached = {then for follow in status.FOLLOWS.values() for then in follow}
    assert reached == set(status.Status) - {status.Status.DRAFT}
    assert not any(status.may_follow("merged", then) for then in status.Status)
    assert status.may_follow("rejected", "study")
    assert not status.may_follow("draft", "accepted")


PLANS = [
    ({"title_en": " "}, "title_missing"),
    ({"phases": ()}, "phase_missing"),
    ({"areas": ()}, "areas_wrong"),
    ({"areas": (an_area(11), an_area(11))}, "areas_wrong"),
    ({"local_cents": -1}, "envelope_wrong"),
    ({"bonus_percent": 301}, "envelope_wrong"),
    ({"areas": (an_area(11, population=0),)}, "people_wrong"),
    ({"areas": (an_area(11, popular_population=100_001),)}, "people_wrong"),
    ({"areas": (an_area(vote_age=121),)}, "age_wrong"),
    ({"areas": (an_area(voters=()),)}, "ties_missing"),
    ({"areas": (an_area(ballot="shouting"),)}, "ballot_wrong"),
    ({"areas": (an_area(ballot="points"),)}, "ballot_wrong"),
    ({"areas": (an_area(most_options=0),)}, "ballot_wrong"),
    ({"areas": (an_area(count_rule="majority-judgment"),)}, "rule_wrong"),
    ({"areas": (an_area(count_rule="greedy-threshold"),)}, "rule_wrong"),
    ({"areas": (an_area(count_rule="equal-shares", utility="points"),)}, "rule_wrong"),
    ({"areas": (an_area(count_rule="equal-shares", utility="borda"),)}, "rule_wrong"),
    ({"areas": (an_area(ballot="ranking", count_rule="equal-shares", utility="borda"),)}, ""),
    ({"areas": (an_area(ballot="grades", count_rule="majority-judgment"),)}, ""),
    ({"areas": (an_area(count_rule="equal-shares", completion="somehow"),)}, "rule_wrong"),
    ({"areas": (an_area(count_rule="equal-shares", utility="love"),)}, "rule_wrong"),
    ({"areas": (an_area(count_rule="equal-shares", completion="add1-utilitarian"),)}, ""),
    ({"areas": (an_area(count_rule="knapsack"),)}, "rule_wrong"),
    ({"areas": (an_area(ballot="knapsack", count_rule="knapsack"),)}, ""),
    ({"areas": (an_area(ballot="grades", count_rule="points"),)}, "rule_wrong"),
    ({"areas": (an_area(ballot="points", points=10, count_rule="points"),)}, ""),
    ({}, ""),
]


@pytest.mark.parametrize("number", range(len(PLANS)))
def test_a_plan_says_what_is_wrong_with_it(number):
    changes, code = PLANS[number]
    assert plans.why_not(a_plan(**changes)) == code


def test_the_citys_own_edition_can_be_taken():
    file = settings.PARVIS_CITY_DIR / "budget" / "edition.toml"
    told = tomllib.loads(file.read_text("utf-8"))
    plan = plans.read(told, zone=ZoneInfo("Europe/Paris"), today=DAY)
    assert plans.why_not(plan) == ""
    assert [one.kind for one in plan.phases] == list(ORDER)
    assert [one.arrondissement for one in plan.areas] == [None, *range(1, 21)]
    cents = plans.envelopes(plan)
    local = sum(cents[one.key] for one in plan.areas if one.arrondissement)
    assert local == plan.local_cents
    assert isinstance(plan.phases[0], Phase)
