"""Where one votes and reads what came of it: whoever asks people to vote says its pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from parvis.kernel.declarations.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPages:
    """What turns the name of a vote into the address of its ballot and into that of its results,
    both "" if the vote is another's."""

    key: str
    ballot: Callable[[str], str]
    results: Callable[[str], str]


poll_pages: Registry[PollPages] = Registry("pages of a vote")


def ballot_page(ref: str) -> str:
    """Return where one votes, "" if nobody says."""
    return next(filter(None, (one.ballot(ref) for one in poll_pages)), "")


def results_page(ref: str) -> str:
    """Return where what came of a vote is read, "" if nobody says."""
    return next(filter(None, (one.results(ref) for one in poll_pages)), "")
