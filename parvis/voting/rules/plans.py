"""What is voted on: contests, their options, and the rule by which they will be counted."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from parvis.kernel.canonical import canonical, digest

REF = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
# Addresses that are no votes.
_TAKEN = {"bureau", "desk", "receipt", "recu"}
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
RULES = {
    "greedy",
    "greedy-no-skip",
    "greedy-threshold",
    "votes-per-cost",
    "equal-shares",
    "phragmen",
    "majority-judgment",
    "knapsack",
    "points",
}
UTILITIES = {"cost", "cardinality", "points", "borda"}
COMPLETIONS = {"none", "add1", "add1-exhaustive", "utilitarian", "add1-utilitarian"}


class BallotKind(StrEnum):
    """How one votes in a contest."""

    APPROVAL = "approval"
    CHOOSE_ONE = "choose_one"
    KNAPSACK = "knapsack"
    POINTS = "points"
    RANKING = "ranking"
    GRADES = "grades"

    @property
    def is_of_votes(self) -> bool:
        """Tell whether choosing an option gives it one vote; else ballots give points."""
        return self in {BallotKind.APPROVAL, BallotKind.CHOOSE_ONE, BallotKind.KNAPSACK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What one may vote for. `cost` is in cents, 0 where nothing is bought."""

    id: str
    title: str
    cost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingRule:
    """How a contest will be counted; fixed with everything else when the vote opens."""

    name: str = "greedy"
    utility: str = "cost"
    completion: str = "none"
    threshold: int | None = None
    comparison: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestPlan:
    """One question with its options. `budget` is in cents; `max_options` None means no limit, and
    `points` is how many a voter gives where `kind` is points."""

    key: str
    title: str
    kind: BallotKind
    options: tuple[Option, ...]
    max_options: int | None = None
    points: int | None = None
    budget: int = 0
    rule: CountingRule = field(default_factory=CountingRule)

    def option(self, option_id: str) -> Option | None:
        """Return one of the options, or None."""
        return next((one for one in self.options if one.id == option_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPlan:
    """A vote: several contests, open from one moment until just before another."""

    ref: str
    title: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    contests: tuple[ContestPlan, ...]


def why_not_held(plan: PollPlan) -> str | None:
    """Return why no vote can be held as planned, None if it can."""
    keys = [one.key for one in plan.contests]
    if (
        plan.ref in _TAKEN
        or not REF.fullmatch(plan.ref)
        or not all(_KEY.fullmatch(key) for key in keys)
    ):
        return "bad_name"
    if plan.opens_at >= plan.closes_at:
        return "bad_dates"
    if not keys or len(set(keys)) < len(keys):
        return "bad_contest"
    return next((why for why in map(_why_not_asked, plan.contests) if why), None)


def _why_not_asked(contest: ContestPlan) -> str | None:
    ids = [one.id for one in contest.options]
    limits = [number for number in (contest.max_options, contest.points) if number is not None]
    is_sound = (
        len(set(ids)) == len(ids) > 0
        and all(_KEY.fullmatch(one) for one in ids)
        and all(one.cost >= 0 for one in contest.options)
        and all(number >= 1 for number in limits)
        and (contest.kind is not BallotKind.POINTS or contest.points is not None)
        and (contest.kind is not BallotKind.KNAPSACK or contest.budget > 0)
    )
    rule = contest.rule
    is_counted = rule.name in RULES and rule.utility in UTILITIES and rule.completion in COMPLETIONS
    return None if is_sound and is_counted else "bad_contest"


def configuration(plan: PollPlan, *, opening_key: str, signing_key: str) -> bytes:
    """Return, as canonical bytes, all that is fixed when a vote opens."""
    return canonical(
        {
            "v": 1,
            "poll": plan.ref,
            "title": plan.title,
            "opens_at": plan.opens_at.isoformat(),
            "closes_at": plan.closes_at.isoformat(),
            "opening_key": opening_key,
            "signing_key": signing_key,
            "contests": [_contest(one) for one in plan.contests],
        }
    )


def read_configuration(data: bytes, loaded: dict[str, Any]) -> PollPlan:
    """Return the plan that `configuration` wrote; `loaded` is `data` as JSON.

    :raises ValueError: if the bytes are not what this plan would be written as
    """
    plan = PollPlan(
        ref=loaded["poll"],
        title=loaded["title"],
        opens_at=dt.datetime.fromisoformat(loaded["opens_at"]),
        closes_at=dt.datetime.fromisoformat(loaded["closes_at"]),
        contests=tuple(_read_contest(one) for one in loaded["contests"]),
    )
    keys = {name: loaded[name] for name in ("opening_key", "signing_key")}
    if digest(configuration(plan, **keys)) != digest(data):
        raise ValueError("this is not a configuration of ours")
    return plan


def _contest(plan: ContestPlan) -> dict[str, Any]:
    rule = plan.rule
    return {
        "key": plan.key,
        "title": plan.title,
        "kind": plan.kind.value,
        "max_options": plan.max_options,
        "points": plan.points,
        "budget": plan.budget,
        "rule": {
            "name": rule.name,
            "utility": rule.utility,
            "completion": rule.completion,
            "threshold": rule.threshold,
            "comparison": rule.comparison,
        },
        "options": [{"id": o.id, "title": o.title, "cost": o.cost} for o in plan.options],
    }


def _read_contest(loaded: dict[str, Any]) -> ContestPlan:
    return ContestPlan(
        key=loaded["key"],
        title=loaded["title"],
        kind=BallotKind(loaded["kind"]),
        max_options=loaded["max_options"],
        points=loaded["points"],
        budget=loaded["budget"],
        rule=CountingRule(**loaded["rule"]),
        options=tuple(Option(**one) for one in loaded["options"]),
    )
