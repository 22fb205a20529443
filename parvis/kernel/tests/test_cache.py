"""The cache in the database keeps what Django's own keeps."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection

from parvis.kernel import cache as caches, clock
from parvis.kernel.cache import PostgresCache

TABLE = "cache_of_a_test"


@pytest.fixture
def cache(transactional_db, settings):
    params = {"OPTIONS": {"MAX_ENTRIES": 10}}
    settings.CACHES = {
        "default": {
            "BACKEND": "parvis.kernel.cache.PostgresCache",
            "LOCATION": TABLE,
            **params,
        }
    }
    call_command("createcachetable", TABLE, verbosity=0)
    yield PostgresCache(TABLE, params)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def test_values_come_back_and_end(cache, monkeypatch):
    cache.set("one", {"a": [1, None]}, 60)
    cache.set("ever", "é", None)
    assert cache.get("one") == {"a": [1, None]}
    assert cache.get("ever") == "é"
    cache.set("one", 2, 60)
    assert cache.get("one") == 2
    assert cache.touch("one", 120)
    assert cache.incr("one") == 3
    cache.delete("one")
    assert cache.get("one", "gone") == "gone"
    cache.set("past", 1, -1)
    assert cache.get("past") is None


def test_an_entry_that_has_ended_can_be_added_again(cache):
    assert cache.add("lock", 1, 60) is True
    assert cache.add("lock", 2, 60) is False
    assert cache.get("lock") == 1
    cache.set("old", 1, -5)
    assert cache.add("old", 2, 60) is True
    assert cache.get("old") == 2


def test_of_many_who_add_at_once_one_does(cache):
    def add(rank):
        try:
            return cache.add("lock", rank, 60)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(add, range(32))) == 1


def test_past_its_size_what_would_end_first_goes(cache, monkeypatch):
    monkeypatch.setattr(caches, "_LOOKS", 1)
    for rank in range(30):
        cache.set(f"key{rank:02}", rank, 100 + rank)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_of_a_test")
        assert cursor.fetchone()[0] == 11
    assert cache.get("key29") == 29
    assert cache.get("key00") is None
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(days=1))
    cache.set("after", 1, 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_of_a_test")
        assert cursor.fetchone()[0] == 1
