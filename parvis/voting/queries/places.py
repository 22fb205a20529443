"""Where one votes, where one reads what came of it, and which ballots exclude each other: whoever
asks people to vote says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parvis.kernel.declarations.registry import Registry


def _none_excluded(_ref: str, _contests: Sequence[str]) -> frozenset[str]:
    return frozenset()


def _old_enough(_ref: str, _contests: Sequence[str], _born: dt.date, _day: dt.date) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotPage:
    """What turns the name of a vote into the address of its ballot, and into that of its results;
    both give "" if the vote is another's.

    `one_of` is given that name and the keys of all contests, and returns those of which everybody
    votes in one at most. `too_young` is given the keys of the ballots somebody asks for, the day of
    their birth and today, and tells whether they are too young for one of them. Who declares
    neither excludes nobody.
    """

    key: str
    address: Callable[[str], str]
    results: Callable[[str], str]
    one_of: Callable[[str, Sequence[str]], frozenset[str]] = _none_excluded
    too_young: Callable[[str, Sequence[str], dt.date, dt.date], bool] = _old_enough


ballot_pages: Registry[BallotPage] = Registry("ballot page")


def ballot_page(ref: str) -> str:
    """Return where one votes, "" if nobody says."""
    return next(filter(None, (one.address(ref) for one in ballot_pages)), "")


def results_page(ref: str) -> str:
    """Return where one reads what came of a vote, "" if nobody says."""
    return next(filter(None, (one.results(ref) for one in ballot_pages)), "")


def one_of(ref: str, contests: Sequence[str]) -> frozenset[str]:
    """Return those of all contests of a vote of which everybody votes in one at most."""
    return frozenset().union(*(one.one_of(ref, contests) for one in ballot_pages))


def too_young(ref: str, contests: Sequence[str], *, born_on: dt.date, day: dt.date) -> bool:
    """Tell whether somebody is too young, on a day, for one of these ballots."""
    return any(one.too_young(ref, contests, born_on, day) for one in ballot_pages)
