"""Majority judgment: each voter grades each project, and the middle grade decides (Balinski and
Laraki, « Majority Judgment », MIT Press 2010); Paris has voted so since 2021."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from fractions import Fraction
from itertools import groupby

from parvis.budget.rules.counting.buying import Account
from parvis.budget.rules.counting.election import Election, ElectionError
from parvis.budget.rules.counting.greedy import in_order
from parvis.budget.rules.counting.result import Reason, Result


class Grade(IntEnum):
    """Paris's four grades: « pas convaincu », « pourquoi pas », « j'aime bien », « coup de
    cœur »."""

    NOT_CONVINCED = 0
    WHY_NOT = 1
    I_LIKE_IT = 2
    FAVOURITE = 3


Counts = tuple[int, ...]
_GRADES = frozenset(Grade)


def grade_counts(election: Election) -> list[Counts]:
    """Return how often each project got each grade, from the lowest up, in the projects' order.

    A ballot that does not grade a project counts as not convinced by it, so that all projects have
    as many grades as voters. Raises ElectionError if a ballot carries other points than 0 to 3.
    """
    if not election.kind.has_points:
        message = f"ballots of kind {election.kind} carry no grades"
        raise ElectionError(message)
    counts = {project.id: [0] * len(Grade) for project in election.projects}
    for ballot, times in election.ballots.items():
        for choice, points in zip(ballot.choices, ballot.points, strict=True):
            if points not in _GRADES:
                message = f"{points} is no grade: the grades are 0 to {max(_GRADES)}"
                raise ElectionError(message)
            counts[choice][int(points)] += times
    for given in counts.values():
        given[Grade.NOT_CONVINCED] += election.voters - sum(given)
    return [tuple(counts[project.id]) for project in election.projects]


def majority_value(counts: Counts) -> bytes:
    """Return a project's value, one byte per grade given: the middle grade, then the middle of
    those that remain when it is set aside, and so on. The greater value wins.

    Of an even number of grades the lower of the two in the middle counts.
    """
    left, value = list(counts), b""
    while (total := sum(left)) > 0:
        middle = _middle(left)
        below = sum(left[:middle])
        above = total - below - left[middle]
        # Set aside one by one, the same grade stays in the middle until one side outweighs it.
        times = min(left[middle], total - 2 * below, below + left[middle] - above + 1)
        value += bytes([middle]) * times
        left[middle] -= times
    return value


def _middle(counts: list[int]) -> int:
    """Return the lower middle grade of at least one."""
    place, grade = (sum(counts) - 1) // 2, 0
    while place >= counts[grade]:
        place -= counts[grade]
        grade += 1
    return grade


def majority_judgment(account: Account, election: Election) -> Result:
    """Buy in the order of the majority values; skip what does not fit.

    A project that the middle voter is not convinced by is not bought.
    """
    counts = grade_counts(election)
    values = [majority_value(given) for given in counts]
    ids = [project.id for project in election.projects]
    medians = [Fraction(value[0]) if value else Fraction(0) for value in values]
    liked = [rank for rank, median in enumerate(medians) if median > Grade.NOT_CONVINCED]
    for rank in set(range(len(ids))).difference(liked):
        account.leave(rank, Reason.BELOW_THRESHOLD)
    ranked = sorted(liked, key=lambda rank: values[rank], reverse=True)
    groups = [list(group) for _value, group in groupby(ranked, key=lambda rank: values[rank])]
    in_order(account, groups)
    result = account.close(grades=tuple(zip(ids, counts, strict=True)))
    told = dict(zip(ids, medians, strict=True))
    return replace(
        result,
        rounds=tuple(replace(one, support=told[one.project]) for one in result.rounds),
        left_out=tuple(replace(one, support=told[one.project]) for one in result.left_out),
    )
