"""Agreement: enough people, independent of each other, weighted by what they were right about."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given, strategies as st

from parvis.missions.rules import lists
from parvis.missions.rules.agreement import (
    AGREED,
    DISPUTED,
    WANTS,
    Terms,
    Verdict,
    Voice,
    overall,
    verdict,
    weight,
    why_set_aside,
)

DATA = Path(os.environ.get("PARVIS_DATA", settings.BASE_DIR.parent / "shared" / "data"))
TREES = DATA / "geo" / "basemap" / "les_arbres_plantes.csv"
GENUS = "Arbre essence - Genre"
TERMS = Terms(wanted=3, most=5, agree_percent=67)
PEOPLE = [uuid.UUID(int=rank) for rank in range(1, 16)]


def voices(*values, weights=None):
    weights = weights or [1.0] * len(values)
    given = zip(PEOPLE, values, weights, strict=False)
    return [Voice(person_id=key, value=value, weight=heavy) for key, value, heavy in given]


@pytest.mark.parametrize(
    ("said", "standing", "percent"),
    [
        ([], WANTS, 0),
        (["oui"], WANTS, 100),
        (["oui", "oui"], WANTS, 100),
        (["oui", "oui", "oui"], AGREED, 100),
        (["oui", "oui", "non"], WANTS, 66),
        (["oui", "oui", "non", "oui"], AGREED, 75),
        (["oui", "non", "oui", "non"], WANTS, 50),
        (["oui", "non", "oui", "non", "oui"], DISPUTED, 60),
        ([" Oui", "oui ", "OUI"], AGREED, 100),
    ],
)
def test_a_thing_is_agreed_once_enough_people_say_the_same(said, standing, percent):
    told = verdict(voices(*said), TERMS)
    assert (told.standing, told.percent) == (standing, percent)


def test_nobody_decides_alone_however_heavy():
    told = verdict(voices("non", "oui", "oups", weights=[2.0, 0.5, 0.5]), TERMS)
    assert (told.standing, told.value, told.percent) == (WANTS, "non", 66)
    terms = Terms(wanted=3, most=3, agree_percent=51)
    assert (
        verdict(voices("non", "oui", "oups", weights=[2.0, 0.5, 0.5]), terms).standing == DISPUTED
    )


def test_of_numbers_near_enough_the_middle_one_holds():
    terms = Terms(wanted=3, most=5, agree_percent=67, tolerance=2)
    assert verdict(voices(61, 60, 62), terms) == Verdict(standing=AGREED, value=61, percent=100)
    assert verdict(voices(60, 61, 90), terms).standing == WANTS
    assert verdict(voices(60, 61, 90, 60.5), terms).value == 60.5


def test_two_of_one_person_are_one_and_who_says_two_things_says_nothing():
    one = Voice(person_id=PEOPLE[0], value="oui", weight=1.0)
    other = Voice(person_id=PEOPLE[0], value="non", weight=1.0)
    assert verdict([one, one, one], TERMS).standing == WANTS
    assert verdict([one, other], TERMS) == Verdict(standing=WANTS, value=None, percent=0)


@given(
    st.lists(st.sampled_from(["oui", "non", 3, 4.5, True]), max_size=7),
    st.lists(st.floats(0.5, 2), min_size=7, max_size=7),
    st.randoms(),
)
def test_the_order_of_the_answers_does_not_matter(said, weights, dice):
    heard = voices(*said, weights=weights)
    shuffled = dice.sample(heard, len(heard))
    assert verdict(heard, TERMS) == verdict(shuffled, TERMS)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_weight_stays_between_a_half_and_two_and_grows_with_being_right(agreed, contradicted):
    mine = weight(agreed=agreed, contradicted=contradicted)
    assert 0.5 <= mine <= 2
    assert weight(agreed=agreed + 1, contradicted=contradicted) >= mine
    assert weight(agreed=agreed, contradicted=contradicted + 1) <= mine


def test_who_is_new_weighs_one():
    assert weight(agreed=0, contradicted=0) == 1
    assert weight(agreed=500, contradicted=0) == 2
    assert weight(agreed=0, contradicted=500) == 0.5


@pytest.mark.parametrize(
    "terms",
    [
        Terms(wanted=1, most=3, agree_percent=67),
        Terms(wanted=3, most=2, agree_percent=67),
        Terms(wanted=3, most=5, agree_percent=50),
        Terms(wanted=3, most=5, agree_percent=101),
    ],
)
def test_terms_without_a_majority_of_several_are_no_terms(terms):
    with pytest.raises(ValueError, match=r"two answers|majority"):
        verdict([], terms)


def test_a_task_is_agreed_once_each_required_question_is():
    yes = Verdict(standing=AGREED, value="oui", percent=100)
    wide = Verdict(standing=AGREED, value=60, percent=80)
    more = Verdict(standing=WANTS, value="x", percent=50)
    torn = Verdict(standing=DISPUTED, value="x", percent=40)
    assert overall({"a": yes, "b": wide}, ["a", "b"]).value == {"a": "oui", "b": 60}
    assert overall({"a": yes, "b": wide}, ["a", "b"]).percent == 80
    assert overall({"a": yes, "b": torn}, ["a"]).value == {"a": "oui"}
    assert overall({"a": yes, "b": more}, ["a", "b"]).standing == WANTS
    assert overall({"a": more, "b": torn}, ["a", "b"]).standing == DISPUTED
    with pytest.raises(ValueError, match="required"):
        overall({"a": yes}, [])


def test_far_answers_and_finders_do_not_count():
    assert why_set_aside(metres=50, near_m=50, is_own=False) == ""
    assert why_set_aside(metres=50.1, near_m=50, is_own=False) == "too_far"
    assert why_set_aside(metres=None, near_m=50, is_own=False) == ""
    assert why_set_aside(metres=3, near_m=50, is_own=True) == "own_find"


def chance(*about):
    """Return a number from 0 to 1 that is the same each time for the same things."""
    digest = hashlib.sha256("/".join(map(str, about)).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def simulated(rates, terms):
    """Ask people who err at these rates for the genus of every tree; return how many trees there
    are, how many were decided, how many of these rightly, and each person's weight in the end."""
    trees = lists.read(TREES.read_bytes()).things
    names = sorted({tree.known.get(GENUS, "?") for tree in trees})
    record = {key: [0, 0] for key in PEOPLE[: len(rates)]}
    decided = right = 0
    for tree in trees:
        truth, heard = tree.known.get(GENUS, "?"), []
        wrong = [name for name in names if name != truth][:3]
        for key in sorted(record, key=lambda key: chance("turn", tree.ref, key)):
            errs = chance("errs", tree.ref, key) < rates[PEOPLE.index(key)]
            said = wrong[int(chance("how", tree.ref, key) * 3)] if errs else truth
            good, bad = record[key]
            heavy = weight(agreed=good, contradicted=bad)
            heard.append(Voice(person_id=key, value=said, weight=heavy))
            told = verdict(heard, terms)
            if told.standing != WANTS:
                break
        if told.standing == AGREED:
            decided += 1
            right += told.value == truth
            for one in heard:
                record[one.person_id][one.value != told.value] += 1
    weights = [weight(agreed=g, contradicted=b) for g, b in record.values()]
    return len(trees), decided, right, weights


@pytest.mark.skipif(not TREES.exists(), reason="the list of trees is not here")
def test_on_the_planted_trees_three_people_of_known_error_rates_reach_ninety_eight_percent():
    trees, decided, right, weights = simulated(
        (0.02, 0.08, 0.15), Terms(wanted=3, most=3, agree_percent=60)
    )
    assert trees == 7263
    assert decided / trees >= 0.98
    assert right / decided >= 0.98
    assert weights[0] >= weights[1] > weights[2]


@pytest.mark.skipif(not TREES.exists(), reason="the list of trees is not here")
@pytest.mark.parametrize("rates", [(0.02, 0.02, 0.08, 0.08, 0.2), (0.05, 0.05, 0.1, 0.1, 0.25)])
def test_with_the_usual_terms_five_people_do_better_still(rates):
    trees, decided, right, _weights = simulated(rates, TERMS)
    assert decided / trees >= 0.95
    assert right / decided >= 0.995
