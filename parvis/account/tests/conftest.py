"""What every test of the account starts from."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_french():
    """Speak French, and forget who tried what before."""
    cache.clear()
    with translation.override("fr"):
        yield
