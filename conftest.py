"""What every test stands on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, settings as limits
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from parvis.voting.testing import empty_voting

pytest_plugins = ["tests.browser", "tests.cities"]

# No test is judged by time: a busy machine is no fault.
limits.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
limits.load_profile("house")

# Tests that commit are cleaned up by TRUNCATE, which append-only tables refuse;
# test_register.py and test_facts.py switch the refusal on again to prove it.
_ALLOW_TRUNCATE = """
DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT tgrelid::regclass AS tbl, tgname FROM pg_trigger
        WHERE tgname LIKE '%\\_no\\_truncate'
    LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', t.tbl, t.tgname); END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let the tests' own cleaning pass."""
    del django_db_setup
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(_ALLOW_TRUNCATE)


@pytest.fixture(autouse=True)
def _city_files(settings: Settings, tmp_path: Path) -> None:
    """Give each test its own folder for the city's files."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.VOTING_KEYS = tmp_path / "voting-keys"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture(autouse=True)
def _french_first(settings: Settings) -> Iterator[None]:
    """Start each test in the city's first language, whatever the last one spoke."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _no_job_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the queue around tests that commit: its tables are not Django's to clean."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not commits and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    _empty_what_django_does_not()
    yield
    _empty_what_django_does_not()


def _empty_what_django_does_not() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    empty_voting()
