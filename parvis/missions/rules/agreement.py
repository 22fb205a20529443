"""When many people agree: enough of them, independent of each other, weighted by what they were
right about.

A weight is between a half and two: nobody decides alone, and nobody is nothing.
"""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LIGHTEST, HEAVIEST = 0.5, 2.0
WANTS, AGREED, DISPUTED = "wants", "agreed", "disputed"
_LEAST_WANTED, _HALF, _WHOLE = 2, 50, 100
# A newcomer is taken to be right four times out of five; this many answers of that kind are
# thought of before their own.
_RIGHT_BEFORE, _BEFORE = 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One person's answer that counts, and its weight."""

    person_id: uuid.UUID
    value: Any
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When a task is decided. `tolerance` is how far two numbers may be apart and still agree."""

    wanted: int
    most: int
    agree_percent: int
    tolerance: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How it stands: WANTS more answers, AGREED on `value`, or DISPUTED; `percent` of the weight
    says `value`, the most said so far."""

    standing: str
    value: Any
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One thing that can be said, and who says it."""

    value: Any
    people: int
    weight: float

    @property
    def rank(self) -> tuple[float, int, str]:
        """Return what the strongest side has least of."""
        return -self.weight, -self.people, _written(self.value)


def weight(*, agreed: int, contradicted: int) -> float:
    """Return the weight of a person who was so often right and wrong: 1 for who is new.

    The logarithm of the odds of being right is the weight under which a vote of independent people
    errs least (Nitzan and Paroush, 1982); it is kept between LIGHTEST and HEAVIEST.
    """
    right, wrong = agreed + _RIGHT_BEFORE, contradicted + _BEFORE - _RIGHT_BEFORE
    odds = math.log(right / wrong) / math.log(_RIGHT_BEFORE / (_BEFORE - _RIGHT_BEFORE))
    return min(HEAVIEST, max(LIGHTEST, odds))


def verdict(voices: Sequence[Voice], terms: Terms) -> Verdict:
    """Return what holds. The order of the answers does not matter; two of one person are one, and
    who says two different things says nothing.

    Of numbers that are near enough to agree, the middle one holds.

    :raises ValueError: if the terms ask for fewer than two, or for no majority
    """
    _check(terms)
    heard = _one_each(voices)
    if not heard:
        return Verdict(standing=WANTS, value=None, percent=0)
    strongest = min((_side(one.value, heard, terms) for one in heard), key=lambda one: one.rank)
    share = strongest.weight / sum(one.weight for one in heard)
    percent = math.floor(share * _WHOLE + 1e-9)
    is_agreed = percent >= terms.agree_percent and strongest.people >= _LEAST_WANTED
    return Verdict(
        standing=_standing(len(heard), terms, is_agreed=is_agreed),
        value=strongest.value,
        percent=percent,
    )


def overall(verdicts: Mapping[str, Verdict], required: Sequence[str]) -> Verdict:
    """Return how a task with several questions stands: agreed once each required one is, disputed
    as soon as one of them is. The value holds what was agreed, by question; None if nothing is.

    :raises ValueError: if no question is required
    """
    if not required:
        message = "a task without a required question is never decided"
        raise ValueError(message)
    asked = [verdicts[code] for code in required]
    standings = {one.standing for one in asked}
    percent = min(one.percent for one in asked)
    if standings != {AGREED}:
        standing = DISPUTED if DISPUTED in standings else WANTS
        return Verdict(standing=standing, value=None, percent=percent)
    value = {code: one.value for code, one in verdicts.items() if one.standing == AGREED}
    return Verdict(standing=AGREED, value=value, percent=percent)


def is_same(one: Any, other: Any, *, tolerance: float) -> bool:
    """Tell whether two answers say the same: numbers within the tolerance, words without regard to
    capitals and spaces."""
    if _is_number(one) and _is_number(other):
        return bool(abs(one - other) <= tolerance + 1e-9)
    return _written(one) == _written(other)


def why_set_aside(*, metres: float | None, near_m: int, is_own: bool) -> str:
    """Return "" for an answer that counts, else "too_far" or "own_find" (who found a thing does not
    confirm it); an answer without a position counts."""
    if metres is not None and metres > near_m:
        return "too_far"
    return "own_find" if is_own else ""


def _check(terms: Terms) -> None:
    if not _LEAST_WANTED <= terms.wanted <= terms.most:
        message = "a task wants two answers at least, and no more than it takes"
        raise ValueError(message)
    if not _HALF < terms.agree_percent <= _WHOLE:
        message = "what holds is what a majority says"
        raise ValueError(message)


def _one_each(voices: Sequence[Voice]) -> list[Voice]:
    heard: dict[uuid.UUID, Voice] = {}
    unsure: set[uuid.UUID] = set()
    for one in voices:
        before = heard.setdefault(one.person_id, one)
        if _written(before.value) != _written(one.value):
            unsure.add(one.person_id)
    return [one for key, one in heard.items() if key not in unsure]


def _side(value: Any, heard: Sequence[Voice], terms: Terms) -> _Side:
    same = [one for one in heard if is_same(one.value, value, tolerance=terms.tolerance)]
    return _Side(
        value=_middle([one.value for one in same]),
        people=len(same),
        weight=sum(one.weight for one in sorted(same, key=lambda one: one.weight)),
    )


def _middle(values: list[Any]) -> Any:
    if _is_number(values[0]):
        return sorted(values)[(len(values) - 1) // 2]
    return min(values, key=lambda one: json.dumps(one, sort_keys=True))


def _standing(people: int, terms: Terms, *, is_agreed: bool) -> str:
    if people < terms.wanted:
        return WANTS
    if is_agreed:
        return AGREED
    return DISPUTED if people >= terms.most else WANTS


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.casefold().split())
    return json.dumps(value, sort_keys=True)
