"""A city for the tests of pages: its territory and its plan, loaded once for each file."""

from __future__ import annotations

import pytest
from django.db import transaction

from parvis.plan.testing import the_real_plan
from parvis.territory.testing import the_city


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    """Load the city in a transaction that is given up at the end of the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        the_city()
        the_real_plan()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def paris(_loaded, db):
    """The territory and the plan of Paris."""
