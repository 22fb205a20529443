"""Readers in other processes, while versions change under them: one answer, one version.

What is guarded against: a server that replaces a file in place gives answers of which one half is
older than the other. The first test shows it: every read is a correct one, the answer is not; with
four readers and a replacement each few milliseconds, a good part of the answers is mixed. Content
under its own name and a pointer that is read once per answer leave none.
"""

from __future__ import annotations

import json
import shutil
import time

import pytest

from parvis.opendata.queries.engine import files
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.testing import MONDAY, a_version
from parvis.opendata.tests import processes

pytestmark = pytest.mark.django_db(transaction=True)

READERS = 4
STAMPED = "estampilles"
SCHEMA = Schema((Field(name="n", type=FieldType.INT), Field(name="stamp", type=FieldType.INT)))
FIRST = 500


def stamped(number):
    """Publish a version of `number` rows, each of which says so."""
    rows = [{"n": n, "stamp": number} for n in range(number)]
    return a_version(rows, SCHEMA, dataset_id=STAMPED, now=MONDAY)


def read_meanwhile(swap, *, answers, file=""):
    """Let four processes read while `swap` is called again and again; return what they met."""
    readers = [processes.start("read", STAMPED, answers, file) for _reader in range(READERS)]
    try:
        for reader in readers:
            processes.go(reader)
        turn = 0
        while any(reader.poll() is None for reader in readers):
            turn += 1
            swap(turn)
        met = [json.loads(reader.stdout.readline()) for reader in readers]
    finally:
        for reader in readers:
            processes.end(reader)
    return {name: sum(one[name] for one in met) for name in ("mixed", "failed", "seen")}


def test_with_files_replaced_in_place_answers_are_mixed():
    kept = [files.local_path(stamped(FIRST + n).file) for n in range(2)]
    served = kept[0].with_name("current.parquet")
    shutil.copy(kept[0], served)

    def replace(turn):
        fresh = served.with_suffix(".new")
        shutil.copy(kept[turn % 2], fresh)
        fresh.replace(served)
        time.sleep(0.003)

    met = read_meanwhile(replace, answers=25, file=f"opendata/{STAMPED}/current.parquet")
    assert met["mixed"] + met["failed"] > 0


def test_ten_thousand_reads_during_publications_and_no_answer_of_two_versions():
    """Twenty-five hundred answers, each made of four reads."""
    stamped(FIRST)

    def publish(turn):
        stamped(FIRST + turn)
        time.sleep(0.3)

    met = read_meanwhile(publish, answers=10_000 // READERS // 4)
    assert (met["mixed"], met["failed"]) == (0, 0)
    # Every reader has seen more than one version.
    assert met["seen"] >= 2 * READERS
