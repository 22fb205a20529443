"""The ballots seen from the projects: who supports what, by how much, in whole numbers.

Equal ballots are one group with a weight. Costs and points are scaled to integers once, so that
no rule ever rounds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from parvis.budget.rules.counting.election import (
    Ballot,
    Election,
    ElectionError,
    Kind,
    Number,
)
from parvis.budget.rules.counting.settings import Utility

Numbers: TypeAlias = npt.NDArray[np.int64]
_MOST_WORTH = 1 << 63


@dataclass(frozen=True)
class Stratum:
    """The voters to whom one project has the same utility: `once` names groups of one voter,
    `often` groups of several, as many as `weights` says."""

    utility: int
    once: Numbers
    often: Numbers
    weights: Numbers
    voters: int

    @cached_property
    def groups(self) -> Numbers:
        """Return all groups of the stratum."""
        return np.concatenate([self.once, self.often])

    def histogram(self, classes: Numbers, size: int) -> Numbers:
        """Return how many voters of the stratum are in each of `size` classes."""
        found = np.bincount(classes.take(self.once), minlength=size)
        if self.often.size:
            # Floats, but whole and below 2**53.
            several = np.bincount(classes.take(self.often), self.weights, size)
            found = found + several.astype(np.int64)
        return found


@dataclass(frozen=True, kw_only=True)
class Electorate:
    """An election made ready for whole numbers.

    Money is in 1/`scale` of the currency's unit, scores in 1/`score_scale` of a vote or point.
    `scores` are votes, points or Borda points, as the kind of ballot says; `strata` follow the
    utility asked for.
    """

    ids: tuple[str, ...]
    costs: tuple[int, ...]
    budget: int
    scale: int
    scores: tuple[int, ...]
    score_scale: int
    votes: tuple[int, ...]
    voters: int
    utility: Utility
    choices: Choices

    @cached_property
    def groups(self) -> int:
        """Return how many groups of voters there are."""
        return len(self.choices.weights)

    @cached_property
    def strata(self) -> tuple[tuple[Stratum, ...], ...]:
        """Return each project's supporters; only some rules ask who they are."""
        return _valued(self.choices.strata, self.utility, self.costs)

    def money(self, amount: int) -> Fraction:
        """Return an amount in the currency's unit."""
        return Fraction(amount, self.scale)

    def support(self, rank: int) -> Fraction:
        """Return a project's votes or points."""
        return Fraction(self.scores[rank], self.score_scale)


def natural_utility(kind: Kind) -> Utility:
    """Return what a ballot of this kind says of itself: cost for approvals, else points, ranks."""
    if kind is Kind.ORDINAL:
        return Utility.BORDA
    return Utility.POINTS if kind.has_points else Utility.COST


def read(election: Election, utility: Utility | None = None, *, step: Number = 1) -> Electorate:
    """Return the election as whole numbers; `utility` None is the natural one, `step` an amount of
    money that must be whole as well.

    Raises ElectionError if points are asked of ballots without, or ranks of ballots without order.
    """
    natural = natural_utility(election.kind)
    utility = utility or natural
    if utility in {Utility.POINTS, Utility.BORDA} and utility is not natural:
        message = f"ballots of kind {election.kind} carry no {utility}"
        raise ElectionError(message)
    scale = _denominator([step, election.budget, *(p.cost for p in election.projects)])
    choices = Choices(election, is_plain=natural is Utility.COST)
    scores, votes = choices.totals()
    return Electorate(
        ids=tuple(project.id for project in election.projects),
        costs=tuple(int(project.cost * scale) for project in election.projects),
        budget=int(election.budget * scale),
        scale=scale,
        scores=scores,
        score_scale=choices.scale,
        votes=votes,
        voters=election.voters,
        utility=utility,
        choices=choices,
    )


class Choices:
    """What is chosen on the ballots of an election, read as far as it is asked for; `is_plain` if
    every choice is one vote."""

    def __init__(self, election: Election, *, is_plain: bool) -> None:
        self._ballots, self._is_plain = election.ballots, is_plain
        self._ranks = {project.id: rank for rank, project in enumerate(election.projects)}
        self._ordered = election.kind is Kind.ORDINAL
        self._top = election.ranks or max((len(b.choices) for b in election.ballots), default=0)
        self.scale = (
            1 if is_plain else _denominator(one for b in election.ballots for one in b.points)
        )

    @cached_property
    def weights(self) -> Numbers:
        """Return how many voters each group has."""
        return np.fromiter(self._boxes.values(), np.int64, len(self._boxes))

    @cached_property
    def _boxes(self) -> dict[tuple[Any, ...], int]:
        """Return how often each ballot was cast, whatever the order of its choices: their ranks, or
        pairs of rank and worth."""
        boxes: dict[tuple[Any, ...], int] = {}
        rank = self._ranks.__getitem__
        for ballot, times in self._ballots.items():
            said = map(rank, ballot.choices)
            box = tuple(
                sorted(said if self._is_plain else zip(said, self._worth(ballot), strict=True))
            )
            boxes[box] = boxes.get(box, 0) + times
        return boxes

    def _worth(self, ballot: Ballot) -> Iterable[int]:
        """Return what each choice is worth: its rank's Borda points, or its own points."""
        if self._ordered:
            return range(self._top, self._top - len(ballot.choices), -1)
        worth = [int(points * self.scale) for points in ballot.points]
        if max(worth, default=0) >= _MOST_WORTH:
            raise ElectionError("points are too many, or have too many decimals, to be counted")
        return worth

    def totals(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return each project's score and votes."""
        if self._is_plain:
            votes = self._votes()
            return votes, votes
        strata = self.strata
        scores = (sum(part.utility * part.voters for part in parts) for parts in strata)
        return tuple(scores), tuple(sum(part.voters for part in parts) for parts in strata)

    def _votes(self) -> tuple[int, ...]:
        ballots = self._ballots
        named = chain.from_iterable(ballot.choices for ballot in ballots)
        chosen = np.fromiter(map(self._ranks.__getitem__, named), np.int64)
        sizes = np.fromiter((len(ballot.choices) for ballot in ballots), np.int64, len(ballots))
        times = np.fromiter(ballots.values(), np.int64, len(ballots))
        # Floats, but whole and below 2**53.
        votes = np.bincount(chosen, np.repeat(times, sizes), len(self._ranks))
        return tuple(votes.astype(np.int64).tolist())

    def _columns(self) -> tuple[Numbers, Numbers, Numbers]:
        """Return project, group and utility of every choice that has any."""
        boxes = self._boxes
        sizes = np.fromiter(map(len, boxes), np.int64, len(boxes))
        groups = np.repeat(np.arange(len(boxes)), sizes)
        if self._is_plain:
            chosen = np.fromiter(chain.from_iterable(boxes), np.int64, len(groups))
            return chosen, groups, np.ones_like(chosen)
        pairs = np.array(list(chain.from_iterable(boxes)), np.int64).reshape(-1, 2)
        useful = pairs[:, 1] > 0
        return pairs[useful, 0], groups[useful], pairs[useful, 1]

    @cached_property
    def strata(self) -> list[list[Stratum]]:
        """Return each project's groups, those of one utility together."""
        projects, groups, utilities = self._columns()
        strata: list[list[Stratum]] = [[] for _rank in self._ranks]
        if not groups.size:
            return strata
        worth, place = utilities[:1], np.zeros_like(utilities)
        if not self._is_plain:
            worth, place = np.unique(utilities, return_inverse=True)
        several = self.weights[groups] > 1
        parts = projects * len(worth) + place
        key = 2 * parts + several
        # The smaller the numbers, the faster they are sorted.
        order = np.argsort(key.astype(np.min_scalar_type(int(key.max()))), kind="stable")
        groups, parts, several = groups[order], parts[order], several[order]
        weights = self.weights[groups]
        starts = np.concatenate([[0], np.flatnonzero(np.diff(parts)) + 1])
        ends = np.append(starts[1:], len(parts))
        middles = ends - np.add.reduceat(several, starts, dtype=np.int64)
        voters = np.add.reduceat(weights, starts)
        columns = (starts, middles, ends, voters, parts[starts])
        for start, middle, end, those, part in zip(*(c.tolist() for c in columns), strict=True):
            rank, value = divmod(part, len(worth))
            strata[rank].append(
                Stratum(
                    utility=int(worth[value]),
                    once=groups[start:middle],
                    often=groups[middle:end],
                    weights=weights[middle:end],
                    voters=those,
                )
            )
        return strata


def _valued(
    strata: list[list[Stratum]], utility: Utility, costs: tuple[int, ...]
) -> tuple[tuple[Stratum, ...], ...]:
    """Return the strata with the utility asked for; cost and one are the same for all voters."""
    if utility in {Utility.POINTS, Utility.BORDA}:
        return tuple(map(tuple, strata))
    worth = costs if utility is Utility.COST else [1] * len(costs)
    return tuple(
        (_merged(parts, worth[rank]),) if parts else () for rank, parts in enumerate(strata)
    )


def _merged(parts: list[Stratum], utility: int) -> Stratum:
    if len(parts) == 1:
        (one,) = parts
        return Stratum(utility, one.once, one.often, one.weights, one.voters)
    return Stratum(
        utility=utility,
        once=np.concatenate([part.once for part in parts]),
        often=np.concatenate([part.often for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
        voters=sum(part.voters for part in parts),
    )


def _denominator(amounts: Iterable[Number]) -> int:
    return math.lcm(1, *{Fraction(amount).denominator for amount in amounts})
