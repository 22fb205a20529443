"""Where the reminder of a vote leads: to the page of its ballot."""

from __future__ import annotations

from django.urls import reverse

from parvis.budget.models import Edition
from parvis.budget.queries import ballots
from parvis.voting.public import BallotPage, ballot_pages


def _address(ref: str) -> str:
    found = (one for one in Edition.objects.only("slug") if ballots.ref_of(one) == ref)
    return next((reverse("budget:vote", args=[one.slug]) for one in found), "")


ballot_pages.declare(BallotPage(key="budget", address=_address))
