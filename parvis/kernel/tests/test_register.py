"""The register: written once, readable by the person, shredded by declared field."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from parvis.kernel import register
from parvis.kernel.models import RegisterEntry

NOON = dt.datetime(2015, 6, 25, 10, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def an_entry(**changes):
    given = {
        "action": "ideas.hidden",
        "object_ref": "ideas.idea:1",
        "actor_ref": "person:mona",
        "on_behalf_of_ref": "person:alice",
        "recorded_at": NOON,
        "details": {"reason": "insult"},
        "personal": {"message": "Dear Alice"},
    }
    return register.Entry(**given | changes)


def test_an_entry_is_read_by_actor_by_person_concerned_and_by_object():
    register.record(an_entry())
    for lines in (
        register.concerning("person:alice"),
        register.concerning("person:mona"),
        register.about("ideas.idea:1"),
    ):
        assert lines == [an_entry()]
    assert register.concerning("person:chloe") == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_register SET actor_ref = 'person:nobody'",
        "UPDATE kernel_register SET personal = '{}'",
        "UPDATE kernel_register SET details = '{}', shredded_at = now()",
        "DELETE FROM kernel_register",
        "ALTER TABLE kernel_register ENABLE TRIGGER kernel_register_no_truncate;"
        "TRUNCATE kernel_register",
    ],
)
def test_the_database_refuses_to_rewrite_the_register(statement):
    register.record(an_entry())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert register.about("ideas.idea:1") == [an_entry()]


def test_shredding_keeps_what_was_done_and_forgets_what_was_personal():
    register.record(an_entry())
    register.record(an_entry(on_behalf_of_ref="", actor_ref="person:chloe"))
    assert register.shred("person:alice", now=NOON) == 1
    assert [line.personal for line in register.about("ideas.idea:1")] == [
        {"message": "Dear Alice"},
        {},
    ]
    assert register.shred("person:alice", now=NOON) == 0
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        RegisterEntry.objects.filter(shredded_at__isnull=False).update(personal={"again": 1})
