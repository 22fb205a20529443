"""What a valid ballot is, and how it is written so that its hash is its receipt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parvis.kernel.canonical import canonical, digest
from parvis.voting.rules.plans import BallotKind, ContestPlan

BEST_GRADE = 3  # « coup de cœur »; 2 « j'aime bien », 1 « pourquoi pas », 0 « pas convaincu »
_STEP = 64  # Sizes of ballots are rounded up to this many bytes.
_HEX = "f" * 64
_WEIGHTED = {BallotKind.POINTS, BallotKind.GRADES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody wants in one contest: ids of options, or pairs of an id and a whole number
    (points, grades). Nothing at all is a blank ballot."""

    contest: str
    value: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A ballot as it is published: the contest, the choice as lists, and what it replaces."""

    contest: str
    choice: list[Any]
    replaces: str
    receipt: str
    line: str


def why_refused(contest: ContestPlan, value: Sequence[Any]) -> str | None:
    """Return why a choice is no ballot of this contest (`unknown_option`, `twice`, `bad_grade`,
    `too_many_points`, `too_many_options`, `over_budget`), None if it is one."""
    is_weighted = contest.kind in _WEIGHTED
    if not all(_is_pair(one) if is_weighted else isinstance(one, str) for one in value):
        return "bad_grade" if is_weighted else "unknown_option"
    ids = [one[0] for one in value] if is_weighted else list(value)
    known = {option.id: option.cost for option in contest.options}
    if not known.keys() >= set(ids):
        return "unknown_option"
    if len(set(ids)) < len(ids):
        return "twice"
    if is_weighted:
        why = _why_weights_refused(contest, [one[1] for one in value])
        if why:
            return why
    return _why_too_much(contest, [known[one] for one in _given(contest, value)])


def tidied(contest: ContestPlan, value: Sequence[Any]) -> list[Any]:
    """Return a valid choice as it is written: sorted where the order says nothing."""
    if contest.kind is BallotKind.RANKING:
        return list(value)
    if contest.kind in _WEIGHTED:
        given = set(_given(contest, value))
        return sorted([one[0], one[1]] for one in value if one[0] in given)
    return sorted(value)


def written(*, contest: str, choice: list[Any], nonce: str, replaces: str = "") -> bytes:
    """Return a ballot as canonical bytes; their SHA-256 is its receipt."""
    return canonical(
        {"contest": contest, "choice": choice, "nonce": nonce, "replaces": replaces, "v": 1}
    )


def read(data: bytes) -> Ballot:
    """Return the ballot that `written` wrote.

    :raises ValueError: if it is none
    """
    loaded = json.loads(data)
    if canonical(loaded) != data or loaded.get("v") != 1:
        raise ValueError("these bytes are no ballot")
    return Ballot(
        contest=loaded["contest"],
        choice=loaded["choice"],
        replaces=loaded["replaces"],
        receipt=digest(data),
        line=data.decode(),
    )


def room(contest: ContestPlan) -> int:
    """Return the size, in bytes, to which every ballot of a contest is filled up: no sealed ballot
    tells by its length what is in it."""
    weight = max(contest.points or 0, BEST_GRADE)
    each = sorted(
        (
            len(canonical([one.id, weight] if contest.kind in _WEIGHTED else one.id)) + 1
            for one in contest.options
        ),
        reverse=True,
    )
    empty = written(contest=contest.key, choice=[], nonce=_HEX, replaces=_HEX)
    needed = len(empty) + sum(each[: contest.max_options])
    return -(-needed // _STEP) * _STEP


def _is_pair(one: Any) -> bool:
    match one:
        # In Python a truth value is a number too.
        case [str(), bool()]:
            return False
        case [str(), int()]:
            return True
    return False


def _given(contest: ContestPlan, value: Sequence[Any]) -> list[str]:
    """Return the options that a choice says something about: no points is nothing said."""
    if contest.kind is BallotKind.POINTS:
        return [one[0] for one in value if one[1]]
    return [one[0] if contest.kind in _WEIGHTED else one for one in value]


def _why_weights_refused(contest: ContestPlan, weights: list[int]) -> str | None:
    if contest.kind is BallotKind.GRADES:
        return None if all(0 <= one <= BEST_GRADE for one in weights) else "bad_grade"
    if any(one < 0 for one in weights):
        return "bad_grade"
    return "too_many_points" if sum(weights) > (contest.points or 0) else None


def _why_too_much(contest: ContestPlan, costs: list[int]) -> str | None:
    most = 1 if contest.kind is BallotKind.CHOOSE_ONE else contest.max_options
    if most is not None and len(costs) > most:
        return "too_many_options"
    if contest.kind is BallotKind.KNAPSACK and sum(costs) > contest.budget:
        return "over_budget"
    return None
