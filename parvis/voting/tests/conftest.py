"""What tests of votes stand on."""

from __future__ import annotations

import pytest

from parvis.kernel import clock
from parvis.voting.testing import NOON


@pytest.fixture
def at(monkeypatch):
    """Stand at a moment."""

    def stand(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    stand(NOON)
    return stand
