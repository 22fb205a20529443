"""Connections to the database under a crowd: shared by the threads of a process, and given back."""

from __future__ import annotations

import os
import threading

import psycopg
import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler, OperationalError

from config import environment

THREADS = 40
# Tests of another process hang up on connections of their own alone.
NAME = f"parvis-threads-{os.getpid()}"
_HANG_UP = """SELECT pid, pg_terminate_backend(pid, 30000) FROM pg_stat_activity
    WHERE application_name = %s"""
_STAYING = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)"


def open_connections(settings):
    """Let threads come and go, each of which asks once as a web request does; return how many
    connections stay open after them."""
    handler = ConnectionHandler({"default": settings})
    # A thread's own is part of rings that stay until garbage is collected: so long at least.
    left: list[BaseDatabaseWrapper] = []
    try:
        for _rank in range(THREADS):
            thread = threading.Thread(target=lambda: left.append(_asked(handler)))
            thread.start()
            thread.join()
        return _counted()
    finally:
        for one in left:
            one.close()
        handler["default"].close_pool()


def _asked(handler):
    one = handler["default"]
    one.inc_thread_sharing()
    with one.cursor() as cursor:
        cursor.execute("SELECT 1")
    one.close_if_unusable_or_obsolete()
    return one


def _counted():
    with psycopg.connect(**_address()) as watcher:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
        row = watcher.execute(asked, [NAME]).fetchone()
    return row[0] if row else 0


def _address():
    said = connection.settings_dict
    found = {"dbname": said["NAME"], "host": said["HOST"], "user": said["USER"]}
    return {**found, "port": said["PORT"] or None, "password": said["PASSWORD"] or None}


def _settings(**changes):
    said = connection.settings_dict
    return {**said, **changes, "OPTIONS": {**said["OPTIONS"], "application_name": NAME}}


@pytest.mark.django_db(transaction=True)
def test_threads_that_end_leave_no_connection_open():
    # Without the guard each thread keeps its own, and nobody closes it.
    assert open_connections(_settings(CONN_MAX_AGE=60)) == THREADS
    pooled = environment.pooled(_settings(CONN_MAX_AGE=0))
    assert 1 <= open_connections(pooled) <= environment.CONNECTIONS


class Borrower:
    """Somebody who takes a connection from the pool, asks, and gives it back."""

    def __init__(self, settings):
        self.handler = ConnectionHandler({"default": settings})

    def asks(self, question):
        one = self.handler["default"]
        with one.cursor() as cursor:
            cursor.execute(question)
            found = cursor.fetchone()
        one.close()
        return found[0]

    def is_cut_off(self):
        """Have the server hang up on all that rests in the pool."""
        self.asks("SELECT 1")
        with psycopg.connect(**_address(), autocommit=True) as other:
            told = [pid for pid, _heard in other.execute(_HANG_UP, [NAME])]
            assert told
            # One that was on its way out already is no process that could be told to go.
            assert other.execute(_STAYING, [told]).fetchone() == (0,)

    def leaves(self):
        self.handler["default"].close()
        self.handler["default"].close_pool()


@pytest.fixture
def borrower():
    """Give back every connection."""
    made = []

    def borrow(**changes):
        made.append(Borrower(environment.pooled(_settings(CONN_MAX_AGE=0, **changes))))
        return made[-1]

    yield borrow
    for one in made:
        one.leaves()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_off_while_it_rested_is_not_lent(borrower):
    # Without the guard, whoever comes next gets it.
    unguarded = borrower(CONN_HEALTH_CHECKS=False)
    unguarded.is_cut_off()
    with pytest.raises(OperationalError):
        unguarded.asks("SELECT 1")
    unguarded.leaves()
    guarded = borrower()
    guarded.is_cut_off()
    assert guarded.asks("SELECT 1") == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_stands_is_lent_without_a_question(borrower, monkeypatch):
    asked, ask = [], psycopg.Connection.execute
    monkeypatch.setattr(
        psycopg.Connection,
        "execute",
        lambda *what, **how: asked.append(what[1]) or ask(*what, **how),
    )
    one = borrower()
    assert [one.asks("SELECT 1") for _time in range(3)] == [1, 1, 1]
    assert asked == []
    one.is_cut_off()
    assert one.asks("SELECT 1") == 1
    assert "" in asked
