"""Majority judgment with Paris's four grades."""

from __future__ import annotations

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from parvis.budget.rules.counting import (
    ElectionError,
    Grade,
    Reason,
    Rule,
    Settings,
    count,
    majority_value,
)
from parvis.budget.tests.elections import a_graded_election, an_election

MAJORITY = Settings(rule=Rule.MAJORITY_JUDGMENT)
COUP_DE_COEUR, J_AIME_BIEN, POURQUOI_PAS, PAS_CONVAINCU = 3, 2, 1, 0


def test_the_middle_grade_decides_not_the_mean():
    votes = [
        {"steady": J_AIME_BIEN, "divisive": COUP_DE_COEUR},
        {"steady": J_AIME_BIEN, "divisive": COUP_DE_COEUR},
        {"steady": J_AIME_BIEN, "divisive": POURQUOI_PAS},
        {"steady": POURQUOI_PAS, "divisive": POURQUOI_PAS},
        {"steady": POURQUOI_PAS, "divisive": POURQUOI_PAS},
    ]
    result = count(a_graded_election({"divisive": 5, "steady": 5}, votes, budget=9), MAJORITY)
    assert result.winners == ("steady",)
    assert result.rounds[0].support == Grade.I_LIKE_IT
    assert dict(result.grades) == {"divisive": (0, 3, 0, 2), "steady": (0, 2, 3, 0)}
    assert (result.left_out[0].reason, result.left_out[0].missing) == (Reason.TOO_DEAR, 1)


def test_equal_middle_grades_are_told_apart_by_those_around_them():
    votes = [{"a": J_AIME_BIEN, "b": COUP_DE_COEUR}, {"a": J_AIME_BIEN, "b": J_AIME_BIEN}] * 2
    result = count(a_graded_election({"a": 1, "b": 1}, votes, budget=1), MAJORITY)
    assert result.winners == ("b",)
    assert result.ties == ()


def test_the_same_grades_are_a_tie():
    votes = [{"a": COUP_DE_COEUR, "b": J_AIME_BIEN}, {"a": J_AIME_BIEN, "b": COUP_DE_COEUR}]
    settings = Settings(rule=Rule.MAJORITY_JUDGMENT, ties="cheapest")
    result = count(a_graded_election({"a": 2, "b": 1}, votes, budget=2), settings)
    assert result.winners == ("b",)
    assert result.ties[0].among == ("b", "a")


def test_a_project_without_a_grade_convinced_nobody_there():
    votes = [{"a": COUP_DE_COEUR}, {}, {}]
    result = count(a_graded_election({"a": 1}, votes, budget=1), MAJORITY)
    assert result.winners == ()
    assert result.grades == (("a", (2, 0, 0, 1)),)
    assert result.left_out[0].reason == Reason.BELOW_THRESHOLD


def test_other_points_are_no_grades():
    with pytest.raises(ElectionError, match="4 is no grade: the grades are 0 to 3"):
        count(a_graded_election({"a": 1}, [{"a": 4}], budget=1), MAJORITY)
    with pytest.raises(ElectionError, match="ballots of kind approval carry no grades"):
        count(an_election({"a": 1}, ["a"], budget=1), MAJORITY)


def one_by_one(counts):
    """Set the lower middle aside, one grade at a time."""
    grades = [grade for grade, times in enumerate(counts) for _time in range(times)]
    value = []
    while grades:
        value.append(grades.pop((len(grades) - 1) // 2))
    return bytes(value)


@hypothesis_settings(deadline=None)
@given(st.tuples(*[st.integers(0, 9)] * 4))
def test_setting_aside_runs_of_grades_is_the_same_as_one_by_one(counts):
    assert majority_value(counts) == one_by_one(counts)


@hypothesis_settings(deadline=None)
@given(st.tuples(*[st.integers(0, 9)] * 4), st.integers(0, 2), st.integers(1, 3))
def test_a_better_grade_never_harms(counts, grade, steps):
    if counts[grade]:
        better = list(counts)
        better[grade] -= 1
        better[min(3, grade + steps)] += 1
        assert majority_value(tuple(better)) >= majority_value(counts)
