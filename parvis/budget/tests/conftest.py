"""A vote of the budget that is open, and Alice before it."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.account.testing import alice, signed_in
from parvis.budget.models import Edition
from parvis.budget.tests.polls import an_open_vote


@pytest.fixture
def edition() -> Edition:
    """Hold a vote that is open; a file of tests may hold another under this name."""
    held: Edition = an_open_vote()[0]
    return held


@pytest.fixture
def voter(edition: Edition) -> Client:
    """Sign Alice in, once the vote is there; no real browser (`chromium`), and without scripts."""
    del edition
    return signed_in(Client(), alice())
