"""A contest as a Pabulib file: its ballots, what they may hold, how they were counted, who won."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from parvis.budget.rules import pabulib
from parvis.budget.rules.ballots import EURO, Question, election_of, settings_of

_GRADES = {"min_points": "0", "max_points": "3", "default_score": "0"}
_WITH_A_LENGTH = {"approval", "points", "grades"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a contest, as results.json tells it; `seed` is what its lots are drawn from."""

    winners: Sequence[str]
    ties: Sequence[tuple[int, Sequence[str]]]
    partial: Sequence[Any]
    seed: str


def as_pabulib(
    question: Question,
    choices: Iterable[Sequence[Any]],
    outcome: Outcome,
    meta: Mapping[str, str],
) -> str:
    """Return the ballots of a contest in the Pabulib format, in euros, without any attribute of a
    voter; `meta` is what META says beside. Who counts the file finds the winners."""
    election = election_of(question, choices, unit=EURO)
    settings = settings_of(question.method, kind=question.kind, seed=outcome.seed)
    told = pabulib.told_of(election, settings)
    remarks = (*told.remarks, *_partial(outcome), *_by_lot(outcome))
    about = pabulib.About(
        meta={
            **meta,
            **_limits(question),
            "rule": told.name,
            "comment": " ".join(f"#{n}: {one}." for n, one in enumerate(remarks, start=1)),
        },
        funded=tuple(outcome.winners),
    )
    return pabulib.write(replace(election, threshold=told.threshold), about)


def _limits(question: Question) -> dict[str, str]:
    """Return what a ballot may hold; who grades no project of the format's scoring gives it its
    default."""
    most = question.max_options
    limits = dict(_GRADES) if question.kind == "grades" else {}
    if most is not None and question.kind in _WITH_A_LENGTH:
        limits["max_length"] = str(min(most, len(question.items)))
    if question.kind == "points" and question.points is not None:
        limits["max_sum_points"] = str(question.points)
    if question.kind == "knapsack":
        limits["max_sum_cost"] = _euros(question.budget)
    return limits


def _partial(outcome: Outcome) -> tuple[str, ...]:
    if not outcome.partial:
        return ()
    project, cents = outcome.partial
    return (f"What is left, {_euros(cents)}, is in part for {project}",)


def _by_lot(outcome: Outcome) -> tuple[str, ...]:
    """Return what a file says of projects that stood equal: another may decide otherwise."""
    if not outcome.ties:
        return ()
    equal = ", then ".join(" and ".join(among) for _round, among in outcome.ties)
    return (f"Equal, decided by lot from the published seed {outcome.seed}: {equal}",)


def _euros(cents: int) -> str:
    return f"{cents // EURO}.{cents % EURO:02}"
