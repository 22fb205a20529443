"""Where a vote leads: to the page of its ballot, and to what came of it; and who may have which
ballots."""

from __future__ import annotations

from django.urls import reverse

from parvis.budget.queries import ballots
from parvis.voting.public import BallotPage, ballot_pages


def _address(ref: str) -> str:
    slug = ballots.slug_of(ref)
    return reverse("budget:vote", args=[slug]) if slug else ""


def _results(ref: str) -> str:
    slug = ballots.slug_of(ref)
    return reverse("budget:results", args=[slug]) if slug else ""


ballot_pages.declare(
    BallotPage(
        key="budget",
        address=_address,
        results=_results,
        one_of=ballots.one_of,
        too_young=ballots.is_too_young,
    )
)
