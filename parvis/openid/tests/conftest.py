"""What every test of the provider stands on."""

from __future__ import annotations

import pytest

from parvis.account import testing as cast
from parvis.openid import testing


@pytest.fixture
def library(db):
    """Register a library that has a key to trust, and Alice, who agreed to tell it who she is."""
    testing.a_key()
    registered = testing.a_service()
    testing.agrees(cast.alice(), registered)
    return registered


@pytest.fixture
def visit(client, library):
    """Sign Alice in, on her way to the library."""
    return testing.Visit(cast.signed_in(client, cast.alice()), library)
