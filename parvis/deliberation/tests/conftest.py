"""What every test of deliberation starts from."""

from __future__ import annotations

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_french():
    """Speak French, as most residents do."""
    with translation.override("fr"):
        yield
