"""A statement that does not wait for the disk: alone, never for what others write beside it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction

from parvis.kernel import pace
from parvis.kernel.hurrying import Hurried

NOW = dt.datetime(2015, 6, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOW = Hurried("SELECT {hurried}")


def asked(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def waits():
    return asked("SHOW synchronous_commit") == "on"


@pytest.mark.django_db(transaction=True)
def test_alone_it_does_not_wait_and_the_next_one_does():
    assert asked(HOW.now()) == "off"
    assert waits()


@pytest.mark.django_db(transaction=True)
def test_in_a_transaction_all_of_it_waits():
    alone = HOW.now()
    with transaction.atomic():
        assert asked(HOW.now()) is None
        pace.count("door", lasts=MINUTE, now=NOW)
        pace.count_unless("door", full={"hall": 1}, lasts=MINUTE, now=NOW)
        pace.take_back("door")
        assert waits()
        # Without the guard nothing of it would.
        asked(alone)
        assert not waits()


def test_the_place_of_the_column_is_said_once():
    for statement in ("SELECT 1", "SELECT {hurried}, {hurried}"):
        with pytest.raises(ValueError, match="says once"):
            Hurried(statement)
