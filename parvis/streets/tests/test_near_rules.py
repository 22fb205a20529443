"""What is near, where and when one may report, what goes before what."""

from __future__ import annotations

import datetime as dt
import math
import uuid

from hypothesis import given, strategies as st

from parvis.streets.rules import near, places, priority
from parvis.streets.rules.near import Candidate
from parvis.streets.rules.priority import Pressing

NOW = dt.datetime(2026, 6, 3, 10, tzinfo=dt.UTC)
REACH = (50, dt.timedelta(days=30))
coordinates = st.floats(-200, 200)


def a_candidate(x, y=0.0, *, family=1, days=1, case_id=None):
    return Candidate(
        case_id=case_id or uuid.uuid4(),
        family=family,
        location=(x, y),
        opened_at=NOW - dt.timedelta(days=days),
        reports=1,
    )


def propose(candidates, **changes):
    asked = {"at": (0.0, 0.0), "family": 1, "reach": REACH, "now": NOW, **changes}
    return [one.candidate for one in near.propose(candidates, **asked)]


def test_the_nearest_is_proposed_first_then_the_oldest():
    far, close, older = a_candidate(40), a_candidate(10), a_candidate(10, days=3)
    assert propose([far, close, older]) == [older, close, far]


def test_both_ends_of_the_reach_are_within_it():
    on_the_circle, beyond = a_candidate(50), a_candidate(50.001)
    last_day, too_old = a_candidate(0, days=30), a_candidate(0, days=31)
    assert propose([on_the_circle, beyond, last_day, too_old]) == [last_day, on_the_circle]


def test_another_family_is_another_thing():
    assert propose([a_candidate(1, family=2)]) == []


def test_as_many_are_proposed_as_are_asked_for():
    many = [a_candidate(x) for x in range(15)]
    assert len(propose(many)) == near.PROPOSED
    assert propose(many, limit=None) == many


@given(st.lists(st.tuples(coordinates, coordinates), max_size=20))
def test_a_case_is_never_wider_than_twice_its_radius(points):
    joined = [one.location for one in propose([a_candidate(*point) for point in points])]
    assert near.may_gather(root=(0.0, 0.0), radius_m=50, points=joined)
    assert all(math.dist(one, other) <= 100.001 for one in joined for other in joined)


def test_one_reports_in_the_city_on_the_ground_or_over_the_water():
    def why(**changes):
        place = {"is_in_city": True, "metres_from_shore": None, "address": "", "says_bridge": False}
        return places.why_not_here(**place | changes)

    assert why() == ""
    assert why(is_in_city=False) == "outside_the_city"
    assert why(metres_from_shore=15.0) == ""
    assert why(metres_from_shore=math.inf) == "in_the_water"
    assert why(metres_from_shore=math.inf, says_bridge=True) == ""
    assert why(metres_from_shore=math.inf, address="3 bis, Quai de la Rapée, 75012") == ""
    assert why(metres_from_shore=math.inf, address="Île aux Cygnes") == ""
    assert why(metres_from_shore=math.inf, address="12 Rue du Pont-Neuf") == "in_the_water"


def test_one_reports_what_has_happened_within_a_year():
    assert places.why_not_then(noticed_in_future=False, days_ago=365) == ""
    assert places.why_not_then(noticed_in_future=False, days_ago=366) == "too_long_ago"
    assert places.why_not_then(noticed_in_future=True, days_ago=0) == "in_the_future"


@given(coordinates, coordinates)
def test_a_private_place_is_told_as_the_middle_of_its_hexagon(x, y):
    point = (654_000 + x, 6_861_000 + y)
    middle = places.hexagon_of(point)
    assert math.dist(point, middle) <= places.HEXAGON_SIDE_M + 0.001
    assert math.dist(places.hexagon_of(middle), middle) < 0.001


pressings = st.builds(
    Pressing,
    reports=st.integers(0, 60),
    contradictions=st.integers(0, 9),
    times_late=st.sampled_from([0, 1, 3]),
    is_danger=st.booleans(),
)


@given(pressings, pressings)
def test_one_more_of_anything_never_lowers_the_priority(one, other):
    names = ("reports", "contradictions", "times_late", "is_danger")
    more = Pressing(**{name: max(getattr(one, name), getattr(other, name)) for name in names})
    assert 0 <= priority.priority(one) <= priority.priority(more) <= priority.HIGHEST


def test_priority_is_nothing_for_one_voice_and_rises_at_three_ten_and_thirty():
    def of(reports):
        return priority.priority(
            Pressing(reports=reports, contradictions=0, times_late=0, is_danger=False)
        )

    assert [of(count) for count in (1, 2, 3, 10, 30, 100)] == [0, 1, 12, 29, 40, 40]
    assert [n for n in range(1, 40) if priority.escalated(before=n - 1, after=n)] == [3, 10, 30]
    assert priority.escalated(before=2, after=12)
    assert not priority.escalated(before=3, after=3)
