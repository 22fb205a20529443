"""How likely a street is meant by a few words."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from parvis.territory.rules.likeness import closeness, likelihood, slips
from parvis.territory.rules.words import Wanted

WORDS = st.text("abc ", max_size=8)


@pytest.mark.parametrize(
    ("typed", "meant", "count"),
    [
        ("stael", "stael", 0),
        ("tsael", "stael", 1),
        ("marbuef", "marbeuf", 1),
        ("lepik", "lepic", 1),
        ("roquete", "roquette", 1),
        ("rexnard", "regnard", 1),
        ("ca", "abc", 3),
        ("", "abc", 3),
        ("abc", "", 3),
    ],
)
def test_the_slips_between_two_names_are_counted(typed, meant, count):
    assert slips(typed, meant) == count


@given(WORDS, WORDS)
def test_slips_are_the_same_both_ways_and_none_between_equals(one, other):
    assert slips(one, other) == slips(other, one)
    assert (slips(one, other) == 0) == (one == other)
    assert slips(one, other) <= max(len(one), len(other))


def test_names_of_very_different_lengths_are_not_one_mistyped():
    assert closeness("roquette", "roq") == 0.0
    assert closeness("tsael", "stael") == 0.8


def test_what_was_said_exactly_is_certain_and_each_contradiction_costs():
    wanted = Wanted(kind="rue", words="roquette", arrondissement=11)
    street = {"key": "roquette", "alike": 1.0, "part": 1.0}
    assert likelihood(wanted, kind="rue", arrondissement=11, **street) == pytest.approx(1.0)
    assert likelihood(wanted, kind="cite", arrondissement=11, **street) == pytest.approx(0.8)
    assert likelihood(wanted, kind="rue", arrondissement=12, **street) == pytest.approx(0.9)


def test_a_name_that_shares_too_little_is_not_meant_at_all():
    wanted = Wanted(kind="rue", words="tsael")
    said = {"kind": "rue", "arrondissement": 15, "alike": 0.2, "part": 0.3}
    assert likelihood(wanted, key="saules", **said) == 0.0
    assert likelihood(wanted, key="stael", **said) == pytest.approx(0.4 * 0.8 + 0.06 + 0.3)
