"""What every test of the account starts from."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import translation

from tests import sms_operator


@pytest.fixture(autouse=True)
def _in_french():
    """Speak French, and forget who tried what before."""
    cache.clear()
    with translation.override("fr"):
        yield


@pytest.fixture
def operator(settings):
    """An operator to which the city's text messages go."""
    with sms_operator.running(settings) as operator:
        yield operator
