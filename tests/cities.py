"""The real program, started once for all tests that knock at its doors, and its mail box."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import httpx
import psycopg
import pytest

from bench import city as cities

Mails = list[dict[str, str]]


@pytest.fixture(scope="session")
def city() -> Iterator[cities.City]:
    """Open a city as `make demo` does; everything it started is stopped at the end."""
    with cities.folder() as home:
        home.mkdir(mode=0o755)
        with cities.running(home) as running:
            _rest(running)
            yield running


def _rest(city: cities.City) -> None:
    """Wait until the worker has done what a city that opens gives it to do: it is not counted as
    what a visitor did."""
    with psycopg.connect(city.database_url, autocommit=True) as connection:
        for _time in range(600):
            if connection.execute(_OPEN_JOBS).fetchone() == (0,):
                return
            time.sleep(0.1)


_OPEN_JOBS = """SELECT count(*) FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing') AND (scheduled_at IS NULL OR scheduled_at <= now())"""


@pytest.fixture
def mailbox(city: cities.City) -> Callable[[str], Mails]:
    """Read the mail the city sent to an address, newest first."""

    def read(address: str) -> Mails:
        listed = httpx.get(f"{city.address}/demo/courrier.json", timeout=10).raise_for_status()
        return [mail for mail in listed.json()["mails"] if address in mail["to"]]

    return read
