"""Where one votes, and where one reads what came of it: whoever asks people to vote says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from parvis.kernel.declarations.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotPage:
    """What turns the name of a vote into the address of its ballot, and into that of its results;
    both give "" if the vote is another's."""

    key: str
    address: Callable[[str], str]
    results: Callable[[str], str]


ballot_pages: Registry[BallotPage] = Registry("ballot page")


def ballot_page(ref: str) -> str:
    """Return where one votes, "" if nobody says."""
    return next(filter(None, (one.address(ref) for one in ballot_pages)), "")


def results_page(ref: str) -> str:
    """Return where one reads what came of a vote, "" if nobody says."""
    return next(filter(None, (one.results(ref) for one in ballot_pages)), "")
