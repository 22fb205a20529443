"""A killed server loses no fact; killed workers lose no fact and send no mail twice."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psutil
import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from parvis.kernel import outbox
from tests import mail_sink

MAILS = 60
KILLED_AT = 37
PATIENCE = 200.0
FACTS = "SELECT count(*) FROM kernel_fact WHERE name = 'rehearsal.rehearsed'"
TOLD = """SELECT count(*) FROM relation_timeline_entry
    WHERE notice_key = 'rehearsal.rehearsed'"""
TOLD_FACTS = """SELECT count(DISTINCT fact_id) FROM relation_timeline_entry
    WHERE notice_key = 'rehearsal.rehearsed'"""
MAILS_POSTED = """SELECT message_key, state FROM kernel_outgoing_mail
    WHERE message_key LIKE 'notice/rehearsal.rehearsed/%'"""
OPEN_JOBS = """SELECT count(*) FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing') AND queue_name IN ('facts', 'mail')"""


class City:
    """A database of its own, a relay, and processes that can be killed."""

    def __init__(self, url: str, sink: mail_sink.Sink, port: int, log: Path) -> None:
        self.url, self.sink, self._log = url, sink, log
        self._running: list[psutil.Popen] = []
        self._environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": url,
            "PARVIS_SMTP_PORT": str(port),
        }

    def start(self, *arguments: str) -> psutil.Popen:
        """Start a real process of the city."""
        with self._log.open("a") as log:
            process = psutil.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=settings.BASE_DIR,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._running.append(process)
        return process

    def worker(self) -> psutil.Popen:
        """Start a worker that does four things at once."""
        return self.start("procrastinate", "worker", "--concurrency", "4")

    def stop(self) -> None:
        """Kill what is still running."""
        for process in self._running:
            kill(process)

    def one(self, query: str) -> int:
        """Return the single figure a query answers."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0

    def states(self) -> dict[str, str]:
        """Return the state of each mail by its Message-ID."""
        with psycopg.connect(self.url) as connection:
            rows = connection.execute(MAILS_POSTED)
            return {outbox.message_id(key): state for key, state in rows}

    def is_settled(self) -> bool:
        """Say whether nothing waits any more, neither facts nor mails nor jobs."""
        return (
            self.one(OPEN_JOBS) == 0
            and set(self.states().values()) <= {"sent", "uncertain"}
            and len(self.states()) == self.one(FACTS)
        )


def kill(process: psutil.Popen) -> None:
    """Kill as a power cut does, and wait until it is gone."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


def until(what: Callable[[], bool], *, within: float = PATIENCE) -> None:
    """Wait for something to be true.

    :raises TimeoutError: if it does not come true in time
    """
    end = time.monotonic() + within
    while not what():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    """Start a relay and make a database on the tests' server; leave neither behind."""
    name = f"parvis_faults_{os.getpid()}"
    given = settings.DATABASES["default"]
    server = _url(given, "postgres")
    template = sql.Identifier(given.get("TEST", {}).get("TEMPLATE") or "template0")
    database = sql.Identifier(name)
    sink = mail_sink.Sink()
    controller = mail_sink.start(sink)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(database, template))
    city = City(_url(given, name), sink, controller.port, tmp_path / "processes.log")
    try:
        assert city.start("migrate", "--verbosity", "0").wait() == 0, city._log.read_text()
        yield city
    finally:
        city.stop()
        controller.stop()
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


def _url(given: dict[str, Any], name: str) -> str:
    who = quote(given["USER"]) + (f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else "")
    place = {key: given[key.upper()] for key in ("host", "port") if given.get(key.upper())}
    where = urlencode(place | given.get("OPTIONS", {}))
    return f"postgresql://{who}@/{name}?{where}" if who else f"postgresql:///{name}?{where}"


def test_killed_processes_lose_no_fact_and_send_no_mail_twice(city: City):
    committed = a_server_killed_after_a_commit(city)
    a_worker_killed_with_a_message_in_the_relays_hands(city)
    a_worker_killed_just_before_giving_the_message(city)
    workers_killed_at_random(city)
    city.worker()
    until(city.is_settled)

    states, arrived = city.states(), Counter(city.sink.message_ids)
    assert committed >= KILLED_AT
    assert city.one(FACTS) == MAILS
    assert city.one(TOLD) == MAILS
    assert city.one(TOLD_FACTS) == MAILS
    assert len(states) == MAILS
    assert max(arrived.values()) == 1
    assert arrived.keys() <= states.keys()
    for message_id, state in states.items():
        assert message_id in arrived or state == "uncertain"
    # At least the mail that was in the relay's hands; at most one per hand of each killed worker.
    assert 1 <= list(states.values()).count("uncertain") <= 4 * 5


def a_server_killed_after_a_commit(city: City) -> int:
    """Kill the announcing process in the middle; another one announces the rest."""
    server = city.start("rehearse", str(MAILS))
    assert server.stdout
    heard = 0
    for line in server.stdout:
        heard = int(line)
        if heard == KILLED_AT:
            break
    kill(server)
    committed = city.one(FACTS)
    assert heard <= committed
    assert city.start("rehearse", str(MAILS)).wait() == 0
    return committed


def a_worker_killed_with_a_message_in_the_relays_hands(city: City) -> None:
    """Kill while the relay has read a mail and has not answered yet."""
    victim = city.worker()
    city.sink.on_arrival = lambda count: kill(victim) if count == 5 else None
    until(lambda: victim.returncode is not None)
    city.sink.on_arrival = None


def a_worker_killed_just_before_giving_the_message(city: City) -> None:
    """Kill while the relay considers the addressee: nothing was given, so nothing is uncertain."""
    victim = city.worker()
    reached = len(city.sink.arrived) + 4
    city.sink.on_rcpt = lambda _: kill(victim) if len(city.sink.arrived) >= reached else None
    until(lambda: victim.returncode is not None)
    city.sink.on_rcpt = None


def workers_killed_at_random(city: City) -> None:
    """Kill three workers, each after a few more mails and a random moment."""
    city.sink.delay = 0.05
    for _ in range(3):
        victim = city.worker()
        reached = min(len(city.sink.arrived) + 1 + secrets.randbelow(7), MAILS - 8)
        until(partial(city.sink.has, reached))
        time.sleep(secrets.randbelow(200) / 1000)
        kill(victim)
