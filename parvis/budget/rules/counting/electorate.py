"""The ballots seen from the projects: who supports what, by how much, in whole numbers.

Equal ballots are one group with a weight. Costs and points are scaled to integers once, so that
no rule ever rounds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from typing import TypeAlias

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


@dataclass(frozen=True)
class Stratum:
    """The voters to whom one project has the same utility: `once` names groups of one voter,
    `often` groups of several, as many as `weights` says."""

    utility: int
    once: Numbers
    often: Numbers
    weights: Numbers
    voters: int

    def histogram(self, classes: Numbers, size: int) -> Numbers:
        """Return how many voters of the stratum are in each of `size` classes."""
        found = np.bincount(classes[self.once], minlength=size)
        if self.often.size:
            np.add.at(found, classes[self.often], self.weights)
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
    strata: tuple[tuple[Stratum, ...], ...]
    groups: int
    voters: int

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
    costs = tuple(int(project.cost * scale) for project in election.projects)
    flat = _flatten(election)
    order = np.lexsort((flat.groups, flat.utilities, flat.projects))
    parts = list(_parts(flat, order))
    scores, votes = [0] * len(costs), [0] * len(costs)
    strata: list[list[Stratum]] = [[] for _ in costs]
    for rank, stratum in parts:
        scores[rank] += stratum.utility * stratum.voters
        votes[rank] += stratum.voters
        strata[rank].append(stratum)
    return Electorate(
        ids=tuple(project.id for project in election.projects),
        costs=costs,
        budget=int(election.budget * scale),
        scale=scale,
        scores=tuple(scores),
        score_scale=flat.scale,
        votes=tuple(votes),
        strata=_valued(strata, utility, costs),
        groups=len(flat.weights),
        voters=int(flat.weights.sum()),
    )


@dataclass(frozen=True, kw_only=True)
class _Flat:
    """One row per choice, in three columns; one weight per group."""

    projects: Numbers
    groups: Numbers
    utilities: Numbers
    weights: Numbers
    scale: int


def _flatten(election: Election) -> _Flat:
    ranks = {project.id: rank for rank, project in enumerate(election.projects)}
    scale = _denominator(points for ballot in election.ballots for points in ballot.points)
    top = election.ranks or max((len(b.choices) for b in election.ballots), default=0)
    boxes: Counter[tuple[tuple[int, int], ...]] = Counter()
    ordered = election.kind is Kind.ORDINAL
    for ballot, times in election.ballots.items():
        said = zip(
            map(ranks.__getitem__, ballot.choices),
            _worth(ballot, scale, top, ordered=ordered),
            strict=False,
        )
        boxes[tuple(sorted(said))] += times
    sizes = np.fromiter(map(len, boxes), np.int64, len(boxes))
    pairs = np.array([pair for box in boxes for pair in box], np.int64).reshape(-1, 2)
    groups = np.repeat(np.arange(len(boxes)), sizes)
    useful = pairs[:, 1] > 0
    return _Flat(
        projects=pairs[useful, 0],
        groups=groups[useful],
        utilities=pairs[useful, 1],
        weights=np.fromiter(boxes.values(), np.int64, len(boxes)),
        scale=scale,
    )


def _worth(ballot: Ballot, scale: int, top: int, *, ordered: bool) -> Iterable[int]:
    """Return what each choice is worth: its rank's Borda points, its own points, or one vote."""
    if ordered:
        return range(top, top - len(ballot.choices), -1)
    return [int(points * scale) for points in ballot.points] or repeat(1)


def _parts(flat: _Flat, order: Numbers) -> Iterator[tuple[int, Stratum]]:
    """Yield each project's groups of one utility."""
    if not order.size:
        return
    projects, utilities = flat.projects[order], flat.utilities[order]
    groups = flat.groups[order]
    changes = (np.diff(projects) != 0) | (np.diff(utilities) != 0)
    starts = [0, *(np.flatnonzero(changes) + 1).tolist()]
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        of = groups[start:end]
        weights = flat.weights[of]
        several = weights > 1
        yield (
            int(projects[start]),
            Stratum(
                utility=int(utilities[start]),
                once=of[~several],
                often=of[several],
                weights=weights[several],
                voters=int(weights.sum()),
            ),
        )


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
    return Stratum(
        utility=utility,
        once=np.concatenate([part.once for part in parts]),
        often=np.concatenate([part.often for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
        voters=sum(part.voters for part in parts),
    )


def _denominator(amounts: Iterable[Number]) -> int:
    return math.lcm(1, *{Fraction(amount).denominator for amount in amounts})
