"""What the tests of the budget share: what a refusal leaves as it was."""

from __future__ import annotations

import pytest
from django.apps import apps

from parvis.kernel.errors import Refused
from parvis.kernel.models import FactRecord, RegisterEntry


def everything():
    """Return every row of the module, to compare."""
    models = apps.get_app_config("budget").get_models()
    rows = {one.__name__: list(one.objects.order_by("pk").values()) for one in models}
    return rows | {"facts": FactRecord.objects.filter(name__startswith="budget.").count()}


def lines():
    """Return how many lines of the register are the module's own."""
    return RegisterEntry.objects.filter(action__startswith="budget.").count()


def refused(code, act, *, leaves_a_line=False):
    """Assert that an act is refused by this code, and that nothing changed."""
    before, written = everything(), lines()
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert everything() == before
    assert lines() == written + leaves_a_line
    return refusal.value
