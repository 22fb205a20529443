"""Connections to the database under a crowd: shared by the threads of a process, and given back."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from config import environment

THREADS = 40
NAME = "parvis-threads"


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
