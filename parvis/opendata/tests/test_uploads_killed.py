"""A worker killed on the way: what was served is served, and the run says that nobody works on
it."""

from __future__ import annotations

import pytest
from django.db import connection

from parvis.kernel import clock
from parvis.opendata.models import DatasetVersion
from parvis.opendata.queries import runs, versions
from parvis.opendata.queries.engine import files
from parvis.opendata.testing import a_dataset
from parvis.opendata.tests import processes
from parvis.opendata.tests.uploads_world import GOOD, as_, file, page, run, send, work

pytestmark = pytest.mark.django_db(transaction=True)
MORE = GOOD + "A3;Parcs;5,5\n"


def silence_the_dead():
    """Let half a minute pass, as the queue counts it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '31 s'"
        )


def killed_at(instant):
    """Start a worker, and kill it where it would call `instant`."""
    worker = processes.start("work", instant)
    try:
        processes.go(worker)
        assert worker.stdout.readline() == "there\n"
    finally:
        processes.end(worker)


@pytest.fixture
def bachir():
    """Return an agent's browser, once a first version is published."""
    a_dataset("depenses", title="Dépenses")
    browser = as_("bachir")
    send(browser)
    work()
    browser.post(page("publish", run().public_id))
    work()
    return browser


def test_killed_while_it_reads_it_says_so_and_is_read_again(bachir):
    first = versions.current("depenses")
    send(bachir, file=file(MORE))
    killed_at("actions.ingesting.disclosure.find")
    assert run().state == "reading"
    assert not runs.run(run().public_id, now=clock.now()).is_lost
    silence_the_dead()
    shown = bachir.get(page("run", run().public_id)).content.decode()
    assert "The work on this file was interrupted" in shown
    assert "what was served is served still" in shown
    assert versions.current("depenses") == first
    assert bachir.post(page("again", run().public_id)).status_code == 302
    work()
    assert run().state == "ready"


def test_killed_while_it_publishes_the_old_version_is_served(bachir):
    first, stored = versions.current("depenses"), files.stored_files("depenses")
    send(bachir, file=file(MORE))
    work()
    bachir.post(page("publish", run().public_id))
    killed_at("actions.publishing.facts.announce")
    silence_the_dead()
    assert (run().state, versions.current("depenses")) == ("accepted", first)
    assert runs.run(run().public_id, now=clock.now()).is_lost
    assert DatasetVersion.objects.count() == 1
    for verb in ("again", "publish"):
        bachir.post(page(verb, run().public_id))
        work()
    assert (run().state, versions.current("depenses").number) == ("published", 2)
    assert len(files.stored_files("depenses")) == 2 * len(stored)
