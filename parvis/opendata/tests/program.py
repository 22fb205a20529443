"""What a process of its own does in the tests of many at once: read, or publish until killed."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from unittest import mock

import duckdb
from procrastinate.contrib.django import app

from parvis.kernel import clock
from parvis.opendata.actions.publishing import publish
from parvis.opendata.queries import versions
from parvis.opendata.queries.engine import engine
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.odsql.parsing import parse_select
from parvis.opendata.rules.odsql.tree import Query
from parvis.opendata.testing import BUDGET, BUDGET_ROWS, BUDGET_SCHEMA, a_table

FIGURES = Query(
    select=parse_select("count(*) as n, min(stamp) as low, max(stamp) as high"), limit=1
)
PAGES = tuple(
    Query(select=parse_select("stamp"), limit=20, offset=offset) for offset in (0, 200, 480)
)
_FOREVER = 600


def say(what):
    """Tell the test, at once."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def read(dataset_id, answers, file):
    """Answer so many questions about the current version, each by four reads, once told to.

    `file` names a file to read instead, as a server does whose files are replaced in place. Version
    `k` holds `k` rows, each stamped `k`: an answer is mixed if two numbers of version show in it.
    """
    say("ready")
    sys.stdin.readline()
    seen, mixed, failed = set(), 0, 0
    for _answer in range(int(answers)):
        version = versions.current(dataset_id)
        if file:
            version = dataclasses.replace(version, file=file)
        try:
            stamps = answer(version)
        except (QueryError, duckdb.Error):
            failed += 1
            continue
        seen |= stamps
        mixed += len(stamps) != 1
    say(json.dumps({"seen": len(seen), "mixed": mixed, "failed": failed}))


def answer(version):
    """Return the versions that show in one answer: a count, two ends, and three pages."""
    (figures,) = engine().rows(version, FIGURES).rows
    pages = [engine().rows(version, page).rows for page in PAGES]
    return set(figures.values()) | {row["stamp"] for page in pages for row in page}


def publish_until(instant):
    """Publish another version once told to, and stop for good where `instant` would be called."""
    rows = [{**row, "montant": 1.0} for row in BUDGET_ROWS]
    say("ready")
    sys.stdin.readline()
    with mock.patch(f"parvis.opendata.{instant}", side_effect=_stop):
        publish(dataset_id=BUDGET, table=a_table(rows), schema=BUDGET_SCHEMA, now=clock.now())


def work_until(instant):
    """Work as a worker does once told to, and stop for good where `instant` would be called."""
    say("ready")
    sys.stdin.readline()
    worker = app.with_connector(app.connector.get_worker_connector())
    with mock.patch(f"parvis.opendata.{instant}", side_effect=_stop), worker.open():
        worker.run_worker(queues=["files"], wait=False, install_signal_handlers=False)


def _stop(*_given, **_named):
    say("there")
    time.sleep(_FOREVER)


def main():
    """Do what the command line says."""
    what, *given = sys.argv[1:]
    acts = {"read": read, "publish": publish_until, "work": work_until}
    acts[what](*given)
