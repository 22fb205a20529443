"""The order of a round, and the way back from a step: no database."""

from __future__ import annotations

import math

from hypothesis import given, settings, strategies as st

from parvis.streets.rules import life, rounds
from parvis.streets.rules.undoing import way_back

POINTS = st.lists(
    st.tuples(st.integers(0, 10_000).map(float), st.integers(0, 10_000).map(float)), max_size=14
)


def test_a_round_in_a_street_goes_along_it():
    houses = [(0.0, 0.0), (500.0, 0.0), (100.0, 0.0), (400.0, 0.0), (200.0, 0.0), (300.0, 0.0)]
    assert rounds.order(houses, start=(-50.0, 0.0)) == [0, 2, 4, 5, 3, 1]
    assert rounds.length(houses, [0, 2, 4, 5, 3, 1], start=(-50.0, 0.0)) == 550
    # Nobody says where one starts: at an end, not in the middle.
    assert rounds.length(houses, rounds.order(houses)) == 500
    assert rounds.order([]) == []
    assert rounds.order([(3.0, 4.0)]) == [0]


def test_crossed_legs_are_mended():
    # From the middle of the left side the nearest next crosses itself.
    stops = [(0.0, 0.0), (1000.0, 900.0), (1000.0, 0.0), (0.0, 1000.0)]
    order = rounds.order(stops, start=(0.0, 450.0))
    best = min(
        rounds.length(stops, path, start=(0.0, 450.0))
        for path in ([0, 2, 1, 3], [3, 1, 2, 0], [0, 2, 3, 1], [3, 0, 2, 1])
    )
    assert rounds.length(stops, order, start=(0.0, 450.0)) <= best


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(POINTS, st.one_of(st.none(), st.just((5000.0, 5000.0))))
def test_a_round_visits_all_once_and_is_never_longer_than_given(stops, start):
    order = rounds.order(stops, start=start)
    assert sorted(order) == list(range(len(stops)))
    given_length = rounds.length(stops, range(len(stops)), start=start)
    assert rounds.length(stops, order, start=start) <= given_length + 1e-6
    assert rounds.order(stops, start=start) == order


def test_the_minutes_of_a_round():
    # 4.5 km/h over 1,300 m of streets, then five minutes at each of three stops.
    assert rounds.minutes(1000, 3, on_foot=True) == math.ceil(1300 / 75 + 15)
    assert rounds.minutes(1000, 3, on_foot=False) == math.ceil(1300 / 250 + 15)
    assert (rounds.most_stops(on_foot=True), rounds.most_stops(on_foot=False)) == (40, 120)


def passage(before, after, *who):
    return life.Passage(before=before, after=after, deed="taken", who=frozenset(who))


def test_the_way_back_is_a_way_of_the_table():
    cycle = life.Cycle(
        states={
            code: life.Standing(code=code, is_initial=code == "new", is_open=is_open, clock="runs")
            for code, is_open in (("new", True), ("to_do", True), ("done", False), ("shut", False))
        },
        passages=(
            passage("new", "done", "agent"),
            passage("done", "to_do", "agent"),
            passage("to_do", "new", "program"),
            passage("new", "shut", "agent"),
            passage("shut", "new", "reporter"),
        ),
    )
    both = ("agent", "program")
    assert [one.after for one in way_back(cycle, "done", "new", who=both)] == ["to_do", "new"]
    assert way_back(cycle, "done", "new", who=("agent",)) is None
    assert way_back(cycle, "shut", "new", who=both) is None
    assert way_back(cycle, "new", "new", who=both) == ()
