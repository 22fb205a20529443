"""The city is loaded once for all tests of a module that ask for it, and taken back afterwards."""

from __future__ import annotations

import pytest
from django.db import transaction

from parvis.territory.testing import the_city


@pytest.fixture(scope="module")
def paris(django_db_setup, django_db_blocker):
    """Load the whole territory inside a transaction that every test of the module stands in."""
    with django_db_blocker.unblock(), transaction.atomic():
        the_city()
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


@pytest.fixture
def parisian(paris, db):
    """Stand in the loaded city, each test in a transaction of its own."""
