"""What is asked on a ballot, what a filled-in ballot says, and how ballots become an election."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from parvis.budget.rules.counting import (
    Ballot,
    Comparison,
    Completion,
    Election,
    Kind,
    Project,
    Result,
    Rule,
    Settings,
    Utility,
    compared_with_greedy,
    count,
)

EURO = 100
VOTE, POINT, GRADE = "vote", "point", "grade"
WEIGHTED = ("points", "grades")
_KINDS = {
    "approval": Kind.APPROVAL,
    "choose_one": Kind.CHOOSE_ONE,
    "knapsack": Kind.APPROVAL,
    "points": Kind.CUMULATIVE,
    "ranking": Kind.ORDINAL,
    "grades": Kind.SCORING,
}
_OF_VOTES = {"approval", "choose_one", "knapsack"}
METHOD = ("name", "utility", "completion", "threshold", "comparison")
_RULES = {rule.value: rule for rule in Rule} | {"equal-shares": Rule.EQUAL_SHARES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A project on a ballot; `cost` in cents."""

    id: str
    title: str
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How a contest is counted, in the names of the published configuration."""

    name: str
    utility: str = "cost"
    completion: str = "none"
    threshold: int | None = None
    comparison: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a contest asks; `budget` in cents. None is no limit."""

    key: str
    title: str
    kind: str
    items: tuple[Item, ...]
    budget: int
    max_options: int | None = None
    points: int | None = None
    method: Method = field(default_factory=lambda: Method(name="greedy"))

    def item(self, name: str) -> Item | None:
        """Return one of the projects, or None."""
        return next((one for one in self.items if one.id == name), None)

    @property
    def unit(self) -> str:
        """Return what the support of a project is counted in: VOTE, POINT or GRADE. Ranks, and
        grades that are added up, are points."""
        if self.method.name == Rule.MAJORITY_JUDGMENT:
            return GRADE
        return POINT if self.is_of_points else VOTE

    @property
    def is_of_points(self) -> bool:
        """Tell whether a ballot gives points: so « most first » and who prefers what look at it."""
        return self.kind not in _OF_VOTES

    @property
    def effective_unit(self) -> str:
        """Return what equal shares tell a purchase to be worth: as many votes, or as many points
        where each is paid for."""
        is_paid_each = self.method.utility in {Utility.POINTS, Utility.BORDA}
        return POINT if is_paid_each else VOTE

    @property
    def ranks(self) -> int:
        """Return how many places a ballot that ranks has: never more than there are projects."""
        return min(self.max_options or len(self.items), len(self.items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a filled-in ballot says of one project: its weight is points, a grade, or a rank."""

    item: Item
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A count as it is published: the result, and how it differs from the greedy one."""

    result: Result
    comparison: Comparison


def said(question: Question, value: Sequence[Any]) -> list[Said]:
    """Return what a choice says, as a person reads it again: best first, else as published."""
    if question.kind in WEIGHTED:
        given = dict(value)
        listed = [Said(item=one, weight=given[one.id]) for one in question.items if one.id in given]
        return sorted(listed, key=lambda one: -(one.weight or 0))
    known = {one.id: one for one in question.items}
    if question.kind == "ranking":
        return [Said(item=known[name], weight=rank) for rank, name in enumerate(value, 1)]
    return [Said(item=one) for one in question.items if one.id in value]


def spent(question: Question, value: Sequence[Any]) -> int:
    """Return what the chosen projects cost together, in cents."""
    return sum(one.item.cost for one in said(question, value))


def used(question: Question, found: Mapping[str, str]) -> tuple[int, int | None]:
    """Return how much of a ballot is used by what can be read beside its projects, and how much
    there is: cents, points, or projects; None is no limit."""
    if question.kind == "knapsack":
        return sum(one.cost for one in question.items if one.id in found), question.budget
    if question.kind == "points":
        return sum(map(int, found.values())), question.points
    return len(found), 1 if question.kind == "choose_one" else question.max_options


def settings_of(method: Method, *, kind: str, seed: str) -> Settings:
    """Return how the engine counts: ties are broken by lot, drawn from the published seed; shares
    are raised euro by euro."""
    utility = {"points": Utility.POINTS, "grades": Utility.POINTS, "ranking": Utility.BORDA}
    return Settings(
        rule=_RULES[method.name],
        utility=Utility(method.utility) if method.utility else utility.get(kind),
        completion=Completion(method.completion or "none"),
        ties=f"seed:{seed}",
        threshold=method.threshold or 0,
        comparison=method.comparison,
        step=EURO,
    )


def election_of(question: Question, choices: Iterable[Sequence[Any]], *, unit: int = 1) -> Election:
    """Return the election of a contest, in units of so many cents.

    Blank ballots, online and on paper, are told apart and express nothing (electoral code, article
    L. 65): they are no voter among whom equal shares divide a budget, and no opinion in a median.
    """
    kind = _KINDS[question.kind]
    ballots = Counter(_ballot(question, choice) for choice in choices if choice)
    return Election(
        projects=tuple(
            Project(one.id, Fraction(one.cost, unit), one.title) for one in question.items
        ),
        ballots=ballots,
        budget=Fraction(question.budget, unit),
        kind=kind,
        ranks=question.ranks if kind is Kind.ORDINAL else None,
    )


def counted(question: Question, choices: Iterable[Sequence[Any]], *, seed: str) -> Counted:
    """Count a contest as its configuration says."""
    election = election_of(question, choices)
    result = count(election, settings_of(question.method, kind=question.kind, seed=seed))
    return Counted(result=result, comparison=compared_with_greedy(election, result))


def _ballot(question: Question, choice: Sequence[Any]) -> Ballot:
    if question.kind in WEIGHTED:
        return Ballot(tuple(one[0] for one in choice), tuple(one[1] for one in choice))
    return Ballot(tuple(choice))


def told(count_: Counted) -> dict[str, Any]:
    """Return a count as it is published in results.json: texts, whole numbers and lists; money in
    cents, fractions as `9/7`, nothing rounded."""
    result, beside = count_.result, count_.comparison
    return {
        "winners": list(result.winners),
        "cost": int(result.cost),
        "budget": int(result.budget),
        "voters": result.voters,
        "ties": [[one.round, list(one.among)] for one in result.ties],
        "tie_rule": result.settings.ties,
        "partial": [result.partial[0], int(result.partial[1])] if result.partial else [],
        "endowment": _text(result.endowment),
        "raised": _text(result.raised),
        "rounds": [
            [
                one.project,
                int(one.cost),
                _text(one.support),
                _text(one.effective),
                int(one.left),
                one.stage.value,
            ]
            for one in result.rounds
        ],
        "left_out": [
            [one.project, one.reason.name.lower(), _text(one.support), _text(one.missing)]
            for one in result.left_out
        ],
        "grades": [[project, list(counts)] for project, counts in result.grades],
        "greedy": {
            "only_here": list(beside.only_here),
            "only_there": list(beside.only_there),
            "prefer_here": beside.prefer_here,
            "prefer_there": beside.prefer_there,
            "indifferent": beside.indifferent,
            "with_something_here": beside.with_something_here,
            "with_something_there": beside.with_something_there,
        },
    }


def _text(number: Fraction | None) -> str:
    return "" if number is None else str(number)
