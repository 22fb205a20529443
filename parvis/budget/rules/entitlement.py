"""Who may propose, and who may vote: age, and a tie with the area, declared on one's honour.

No nationality is asked for, and no paper: « Je certifie sur l'honneur » (City of Paris, 2014 on).
Living, working, or having one's heart in an arrondissement counts since 2017.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Tie(StrEnum):
    """What ties a person to an arrondissement."""

    RESIDENCE = "residence"
    WORK = "work"
    HEART = "heart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """The arrondissements of a person, each a number or None."""

    residence: int | None = None
    work: int | None = None
    heart: int | None = None

    def to(self, arrondissement: int | None) -> frozenset[Tie]:
        """Return what ties a person to an arrondissement; to the city (None), any one of it."""
        held = {
            Tie.RESIDENCE: self.residence,
            Tie.WORK: self.work,
            Tie.HEART: self.heart,
        }
        return frozenset(
            tie
            for tie, number in held.items()
            if number is not None and arrondissement in (None, number)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an area asks of who proposes or votes in it."""

    arrondissement: int | None
    min_age: int
    ties: frozenset[Tie]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a person says of themselves: their ties, that they declare it on their honour, and the
    day of their birth where somebody vouches for it."""

    ties: Ties
    declares: bool
    born_on: dt.date | None = None


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Return how old somebody is on a day, in whole years."""
    had_no_birthday = (day.month, day.day) < (born_on.month, born_on.day)
    return day.year - born_on.year - had_no_birthday


def why_not(terms: Terms, claim: Claim, *, day: dt.date) -> str:
    """Return "" for who is entitled on a day, else `no_tie`, `too_young` or `not_declared`.

    A birth that is vouched for weighs more than a declaration; without it, the declaration is the
    proof.
    """
    if not claim.ties.to(terms.arrondissement) & terms.ties:
        return "no_tie"
    if claim.born_on is not None and age_on(claim.born_on, day) < terms.min_age:
        return "too_young"
    return "" if claim.declares else "not_declared"
