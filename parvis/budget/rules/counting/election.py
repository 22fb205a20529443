"""What is counted: projects with their costs, ballots with how often each was cast, a budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

Number = int | Fraction


class Kind(StrEnum):
    """What a ballot says, in the words of the Pabulib format."""

    APPROVAL = "approval"
    CHOOSE_ONE = "choose-1"
    ORDINAL = "ordinal"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"

    @property
    def has_points(self) -> bool:
        """Say whether each choice carries points."""
        return self is Kind.CUMULATIVE or self is Kind.SCORING


class ElectionError(ValueError):
    """The election contradicts itself: an unknown project, a cost of nothing…

    `reason` is a sentence that says what is wrong.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Project(NamedTuple):
    """One project; `cost` in the currency's unit, above zero, exact."""

    id: str
    cost: Number
    name: str = ""


class Ballot(NamedTuple):
    """The projects one person chose; first choice first where the kind is ordinal.

    `points` says how many each choice got, in the same order; empty where the kind has none.
    """

    choices: tuple[str, ...]
    points: tuple[Number, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Election:
    """An election ready to be counted.

    `ballots` maps each distinct ballot to how often it was cast, blank ones included: equal shares
    divide the budget by every person who voted. `threshold` is the least support a project needs;
    `ranks` how many projects a ballot may rank (default: the longest ballot cast).

    Raises ElectionError if an id is there twice, a cost or the budget is not above zero, or a
    ballot names an unknown project, names one twice or has other points than choices.
    """

    projects: tuple[Project, ...]
    ballots: Mapping[Ballot, int]
    budget: Number
    kind: Kind = Kind.APPROVAL
    threshold: Number = 0
    ranks: int | None = None

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        known = {project.id for project in self.projects}
        if len(known) != len(self.projects):
            raise ElectionError("two projects have the same id")
        for project in self.projects:
            if project.cost <= 0:
                message = f"project {project.id} must cost more than nothing"
                raise ElectionError(message)
        if self.budget <= 0:
            raise ElectionError("the budget must be above zero")
        if _are_sound(self.ballots, known, self.kind):
            return
        for ballot, times in self.ballots.items():
            reason = flaw(ballot, known, self.kind)
            if reason or times < 1:
                raise ElectionError(reason or "a ballot was cast less than once")

    @property
    def voters(self) -> int:
        """Return how many ballots were cast, blank ones included."""
        return sum(self.ballots.values())


def _are_sound(ballots: Mapping[Ballot, int], known: set[str], kind: Kind) -> bool:
    """Say whether no ballot has a flaw: all at once, which takes much less time."""
    choices = [ballot.choices for ballot in ballots]
    points = [ballot.points for ballot in ballots]
    sizes = list(map(len, choices))
    return (
        min(ballots.values(), default=1) >= 1
        and known.issuperset(chain.from_iterable(choices))
        and list(map(len, map(set, choices))) == sizes
        and (kind is not Kind.CHOOSE_ONE or max(sizes, default=0) <= 1)
        and list(map(len, points)) == (sizes if kind.has_points else [0] * len(sizes))
        and min(chain.from_iterable(points), default=0) >= 0
    )


def flaw(ballot: Ballot, known: set[str], kind: Kind) -> str:
    """Return what is wrong with a ballot, in words; an empty string if nothing is."""
    if not known.issuperset(ballot.choices):
        unknown = next(choice for choice in ballot.choices if choice not in known)
        return f"the ballot names the unknown project « {unknown} »"
    if len(set(ballot.choices)) != len(ballot.choices):
        twice = next(c for c in ballot.choices if ballot.choices.count(c) > 1)
        return f"the ballot names the project « {twice} » twice"
    if kind is Kind.CHOOSE_ONE and len(ballot.choices) > 1:
        return f"the ballot chooses {len(ballot.choices)} projects where one is allowed"
    wanted = len(ballot.choices) if kind.has_points else 0
    return _flaw_of_points(ballot, wanted) if wanted or ballot.points else ""


def _flaw_of_points(ballot: Ballot, wanted: int) -> str:
    if len(ballot.points) != wanted:
        return f"the ballot has {len(ballot.choices)} choices and {len(ballot.points)} points"
    if any(points < 0 for points in ballot.points):
        return "the ballot gives less than no points"
    return ""
