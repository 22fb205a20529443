"""Who read what about whom: written once a look, never rewritten, gone after a year."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from parvis.kernel import clock, reading
from parvis.kernel.declarations import Reads, reads
from parvis.kernel.models import ReadingEntry
from parvis.kernel.reading import Reading

NOON = dt.datetime(2015, 7, 14, 10, tzinfo=dt.UTC)
ALICE, BACHIR, CHLOE = "person:alice", "person:bachir", "person:chloe"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _declared(monkeypatch):
    letter = Reads(key="test.letter", what="read your letter", why="to answer it")
    monkeypatch.setitem(reads._declared, "test.letter", letter)


def a_look(**changes) -> Reading:
    given = {"reader_ref": BACHIR, "person_ref": ALICE, "what": "test.letter", "object_ref": "a:1"}
    return Reading(**{**given, **changes})


def test_alice_reads_who_read_her_letter_and_why():
    assert reading.note(a_look(reason="  Elle a appelé.  "), now=NOON) == 1
    [line] = reading.concerning(ALICE)
    assert (line.reader_ref, line.what, line.reason) == (BACHIR, "test.letter", "Elle a appelé.")
    assert line.read_at == NOON
    assert (reading.count_concerning(ALICE), reading.count_concerning(CHLOE)) == (1, 0)


def test_a_page_turned_back_and_forth_is_read_once_an_hour():
    for minutes, new in ((0, 1), (59, 0), (60, 1)):
        moment = NOON + dt.timedelta(minutes=minutes)
        assert reading.note(a_look(), a_look(), now=moment) == new
    assert reading.note(a_look(object_ref="a:2"), now=NOON) == 1
    assert reading.note(a_look(reason="Autre chose"), now=NOON) == 1


def test_many_are_noted_by_one_question_and_one_write(django_assert_num_queries):
    looks = [a_look(person_ref=f"person:{n}") for n in range(50)]
    with django_assert_num_queries(2):
        assert reading.note(*looks, now=NOON) == 50


def test_what_is_ones_own_or_nobodys_is_not_written(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert reading.note(a_look(reader_ref=ALICE), a_look(person_ref=""), now=NOON) == 0


def test_what_nobody_declared_cannot_be_read_in_silence():
    with pytest.raises(KeyError):
        reading.note(a_look(what="test.diary"), now=NOON)
    assert not ReadingEntry.objects.exists()


def test_the_database_knows_no_line_about_nobody_or_oneself():
    for person_ref in ("", BACHIR):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReadingEntry.objects.create(
                reader_ref=BACHIR, person_ref=person_ref, what="test.letter", read_at=NOON
            )


def test_a_line_is_not_rewritten_and_only_its_reason_is_taken_out_once():
    reading.note(a_look(reason="Elle a appelé."), now=NOON)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReadingEntry.objects.update(reader_ref=CHLOE)
    assert reading.shred(ALICE, now=NOON) == 1
    assert reading.shred(ALICE, now=NOON) == 0
    assert ReadingEntry.objects.get().reason == ""
    assert ReadingEntry.objects.get().reader_ref == BACHIR


def test_a_line_goes_after_a_year_and_no_sooner():
    present = clock.now()
    for days in (364, 367):
        reading.note(a_look(object_ref=f"a:{days}"), now=present - dt.timedelta(days=days))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        reading.forget_old(present, present)
    assert ReadingEntry.objects.count() == 2
    assert reading.forget_old(present - dt.timedelta(days=366), present) == 1
    assert ReadingEntry.objects.get().object_ref == "a:364"
