"""How an election is counted: the rule and everything that could change its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

FILE_ORDER = "file-order"
PROJECT_ID = "project-id"
MOST_VOTES = "most-votes"
CHEAPEST = "cheapest"
DEAREST = "dearest"
SEED = "seed:"
TIE_RULES = (FILE_ORDER, PROJECT_ID, MOST_VOTES, CHEAPEST, DEAREST)


class Rule(StrEnum):
    """The rules of counting; docs/how-are-votes-counted.md explains each in words."""

    GREEDY = "greedy"
    GREEDY_NO_SKIP = "greedy-no-skip"
    GREEDY_THRESHOLD = "greedy-threshold"
    VOTES_PER_COST = "votes-per-cost"
    EQUAL_SHARES = "equalshares"
    PHRAGMEN = "phragmen"
    MAJORITY_JUDGMENT = "majority-judgment"
    KNAPSACK = "knapsack"
    POINTS = "points"


class Utility(StrEnum):
    """What a voter has of a chosen project: its cost, one, the points given, or its rank's."""

    COST = "cost"
    CARDINALITY = "cardinality"
    POINTS = "points"
    BORDA = "borda"


class Completion(StrEnum):
    """How equal shares go on when money is left."""

    NONE = "none"
    ADD1 = "add1"
    ADD1_EXHAUSTIVE = "add1-exhaustive"
    UTILITARIAN = "utilitarian"
    ADD1_UTILITARIAN = "add1-utilitarian"

    @property
    def raises(self) -> bool:
        """Say whether everyone's share is raised one unit at a time."""
        return self.name.startswith("ADD1")

    @property
    def fills(self) -> bool:
        """Say whether what is left is spent by votes."""
        return self in {Completion.UTILITARIAN, Completion.ADD1_UTILITARIAN}


def is_tie_rule(name: str) -> bool:
    """Say whether a tie rule has this name; `seed:` is followed by the published seed."""
    return name in TIE_RULES or (name.startswith(SEED) and name != SEED)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A rule and its options.

    `utility` None means what the ballots carry: cost for approvals, points or ranks otherwise.
    `ties` is one of TIE_RULES, or `seed:` and a published seed. `threshold` None means the
    election's own, which counts for every greedy rule. `comparison` lets the greedy outcome win
    over equal shares when more voters prefer it. `step` is by how much add1 raises each share, and
    `most_steps` after how many of them, looked at one by one, to give up; None never does.

    Raises ValueError for a step of nothing and a tie rule that nobody knows.
    """

    rule: Rule = Rule.GREEDY
    utility: Utility | None = None
    completion: Completion = Completion.NONE
    ties: str = FILE_ORDER
    threshold: int | Fraction | None = None
    comparison: bool = False
    step: int | Fraction = 1
    most_steps: int | None = None

    def __post_init__(self) -> None:
        """Refuse a step that would never end and a tie rule that nobody knows."""
        if self.step <= 0:
            raise ValueError("the step must be above zero")
        if not is_tie_rule(self.ties):
            message = f"no tie rule is called « {self.ties} »"
            raise ValueError(message)
