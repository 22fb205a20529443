"""What a count returns: who won in which order, why, and what decided the ties."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from parvis.budget.rules.counting.comparing import Comparison
from parvis.budget.rules.counting.settings import Settings


class Stage(StrEnum):
    """When a project was bought: by the rule itself, or with what it left."""

    COUNT = "count"
    COMPLETION = "completion"


class Reason(StrEnum):
    """Why a project was left out."""

    TOO_DEAR = "costs more than was left"
    STOPPED = "the count had stopped"
    BELOW_THRESHOLD = "support below the threshold"
    NO_SUPPORT = "nobody supports it"
    SUPPORTERS_SHORT = "its supporters had too little money left"
    OUTVOTED = "more voters prefer the greedy outcome"


@dataclass(frozen=True, kw_only=True)
class Round:
    """One purchase. Money in the currency's unit, all numbers exact.

    `support` is votes or points (the median grade for majority judgment). `effective` is, for equal
    shares, the votes the project was worth when those who had spent their share could pay no more:
    its cost divided by what a supporter pays at most (with points or ranks: divided by the price of
    one point). `payment` is that most (or that price); for Phragmén, the time of purchase: how much
    each voter had earned. `left` is what remains of the budget.
    """

    number: int
    project: str
    cost: Fraction
    support: Fraction
    left: Fraction
    effective: Fraction | None = None
    payment: Fraction | None = None
    stage: Stage = Stage.COUNT


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A project that is not funded, and why; `missing` is the money it lacked, if money it was."""

    project: str
    reason: Reason
    support: Fraction
    missing: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class Tie:
    """Several projects stood equal before a round: which, in the order the tie rule gave them."""

    round: int
    among: tuple[str, ...]
    first: str
    rule: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """The outcome of a count; the same for the same election and settings, whatever the order.

    `exhaustive` says that no supported project left out would fit what is left. `endowment` is each
    voter's share under equal shares, `raised` by how much completion raised it. `partial` is what
    the knapsack rule leaves for the project that did not fit. `grades` counts, for majority
    judgment, the grades of each project from the lowest up.
    """

    settings: Settings
    winners: tuple[str, ...]
    cost: Fraction
    budget: Fraction
    voters: int
    rounds: tuple[Round, ...]
    left_out: tuple[LeftOut, ...]
    ties: tuple[Tie, ...]
    exhaustive: bool
    endowment: Fraction | None = None
    raised: Fraction | None = None
    partial: tuple[str, Fraction] | None = None
    comparison: Comparison | None = None
    grades: tuple[tuple[str, tuple[int, ...]], ...] = ()
