"""What every test of mandates starts from."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english():
    """Speak the language of the sources, and forget who tried what before."""
    cache.clear()
    with translation.override("en"):
        yield
