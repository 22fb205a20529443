"""Publishing with others about, and killed at any instant: one version is served, none is lost."""

from __future__ import annotations

import pytest

from parvis.kernel.testing import at_once
from parvis.opendata.actions.publishing import publish
from parvis.opendata.models import DatasetVersion
from parvis.opendata.queries import versions
from parvis.opendata.queries.engine import engine, files
from parvis.opendata.rules.odsql.tree import Query
from parvis.opendata.tasks import sweep
from parvis.opendata.testing import (
    BUDGET,
    BUDGET_ROWS,
    BUDGET_SCHEMA,
    TUESDAY,
    a_dataset,
    a_table,
    a_version,
)
from parvis.opendata.tests import processes

pytestmark = pytest.mark.django_db(transaction=True)

# Half written; named and sorted; one file stored of two; all stored and told, not committed.
INSTANTS = (
    "queries.engine.writing._arrange",
    "queries.engine.writing.sidecar.build",
    "actions.publishing.files.index_name",
    "actions.publishing.facts.announce",
)


def publishing(rows):
    return lambda: publish(
        dataset_id=BUDGET, table=a_table(rows), schema=BUDGET_SCHEMA, now=TUESDAY
    )


def work_folders():
    return sorted((files.local_path(files.FOLDER).parent / "opendata-work").iterdir())


def test_killed_at_any_instant_the_old_version_is_served_and_nothing_stays():
    first = a_version()
    assert len(engine().rows(first, Query(limit=100)).rows) == 6
    stored, at_work = files.stored_files(BUDGET), work_folders()
    publishers = [processes.start("publish", instant) for instant in INSTANTS]
    try:
        # One after the other: two of them wait while they hold the dataset.
        for publisher in publishers:
            processes.go(publisher)
            assert publisher.stdout.readline() == "there\n"
            assert versions.current(BUDGET) == first
            processes.end(publisher)
    finally:
        for publisher in publishers:
            processes.end(publisher)
    assert versions.current(BUDGET) == first
    assert len(work_folders()) == len(at_work) + len(INSTANTS)
    assert len(files.stored_files(BUDGET)) > len(stored)
    sweep(0)
    assert files.stored_files(BUDGET) == stored
    # Our own engine's folder is not abandoned.
    assert work_folders() == at_work
    assert len(engine().rows(first, Query(limit=100)).rows) == 6
    assert publishing(BUDGET_ROWS[:2])() == 2


def test_what_a_killed_one_left_half_written_is_written_anew():
    version = a_version()
    rows = BUDGET_ROWS[:3]
    second = a_version(rows, now=TUESDAY)
    # The same rows for another dataset, where its file lies cut in two.
    a_dataset("autre")
    half = files.local_path(second.file.replace(BUDGET, "autre"))
    half.parent.mkdir()
    half.write_bytes(files.local_path(second.file).read_bytes()[:100])
    again = a_version(rows, dataset_id="autre")
    assert files.local_path(again.file) == half
    assert len(engine().rows(again, Query(limit=10)).rows) == 3
    assert version.rows == 6


def test_two_who_publish_at_once_make_two_versions():
    a_version()
    halves = (BUDGET_ROWS[:3], BUDGET_ROWS[3:])
    assert sorted(at_once([publishing(rows) for rows in halves])) == [2, 3]
    assert versions.current(BUDGET).number == 3
    shown = {
        number: len(engine().rows(versions.numbered(BUDGET, number), Query(limit=9)).rows)
        for number in (1, 2, 3)
    }
    assert shown == {1: 6, 2: 3, 3: 3}


def test_two_who_publish_the_same_at_once_make_one():
    a_dataset()
    assert at_once([publishing(BUDGET_ROWS)] * 4) == [1, 1, 1, 1]
    assert DatasetVersion.objects.count() == 1
    assert len(files.stored_files(BUDGET)) == 2


def test_a_sweep_between_storing_and_committing_takes_nothing_that_becomes_a_version():
    a_version()
    met = at_once([publishing(BUDGET_ROWS[:3]), *[lambda: sweep(0)] * 3])
    assert met[0] == 2
    assert len(engine().rows(versions.current(BUDGET), Query(limit=9)).rows) == 3
    assert len(files.stored_files(BUDGET)) == 4
