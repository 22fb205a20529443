"""Where a vote and its reminder lead: to the ballot of its edition, later to its results."""

from __future__ import annotations

from django.urls import reverse

from parvis.budget.queries import ballots
from parvis.voting.public import PollPages, poll_pages


def _ballot(ref: str) -> str:
    return _page("vote", ref)


def _results(ref: str) -> str:
    return _page("results", ref)


def _page(name: str, ref: str) -> str:
    slug = ballots.slug_of(ref)
    return reverse(f"budget:{name}", args=[slug]) if slug else ""


poll_pages.declare(PollPages(key="budget", ballot=_ballot, results=_results))
