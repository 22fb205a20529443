"""The books are never rewritten: who brought two accounts together finds in them what was written
of both."""

from __future__ import annotations

import pytest
from django.urls import reverse

from parvis.account.actions import closing, merging
from parvis.account.actions.merging import Cause
from parvis.account.queries import rights
from parvis.account.testing import MORNING, a_person, alice, mona, signed_in
from parvis.kernel import holdings, reading, register
from parvis.kernel.declarations import keeps
from parvis.kernel.models import FactRecord, RegisterEntry

pytestmark = pytest.mark.django_db
DEED = "relation.mail_stopped"


DEED_IN_WORDS = ("Vous", "courriels d\u2019un sujet arrêtés")


def two_accounts(moderator):
    """Save Alice, and another account of hers of which something is written in every book."""
    stays, goes = alice(), a_person("Lili", email="lili@parvis.example")
    ref = f"person:{goes.id}"
    register.record(
        register.Entry(
            action=DEED,
            object_ref=ref,
            actor_ref=ref,
            personal={"topic": "Lili's own"},
            recorded_at=MORNING,
        )
    )
    reading.note(
        reading.Reading(
            reader_ref=f"person:{moderator.id}", person_ref=ref, what="account.recovery"
        ),
        now=MORNING,
    )
    return stays, goes


def merge(stays, goes):
    return merging.merge_accounts(stays=stays.id, goes=goes.id, cause=Cause(), now=MORNING)


def on_the_page(client, person):
    page = signed_in(client, person).get(reverse("portal:register"))
    return [(deed.who, deed.what) for deed in page.context["deeds"]]


def held(model):
    (found,) = [one for keep in keeps for one in keep.held if one.model == model]
    return found


def test_the_lines_of_both_are_read_on_the_page_of_the_one_that_stays(client):
    moderator = mona()
    stays, goes = two_accounts(moderator)
    before = on_the_page(client, stays)
    assert len(rights.readings_of(stays.id)) == 0
    merge_id = merge(stays, goes)
    after = on_the_page(client, stays)
    assert DEED_IN_WORDS not in before
    assert DEED_IN_WORDS in after
    assert {who for who, _what in after} == {"Vous"}
    assert [line.who for line in rights.readings_of(stays.id)] == [moderator.usual_name]
    assert rights.reading_count(stays.id) == 1

    merging.undo_merge(merge_id, cause=Cause(), now=MORNING)
    actions = [line.action for line in register.concerning(f"person:{stays.id}")]
    assert DEED not in actions
    assert DEED in [line.action for line in register.concerning(f"person:{goes.id}")]
    assert rights.readings_of(stays.id) == []


def test_an_account_that_was_brought_into_one_that_was_is_found_too():
    stays, goes = two_accounts(mona())
    last = a_person("Ali", email="ali@parvis.example")
    merge(stays, goes)
    merge(last, stays)
    assert DEED in [line.action for line in register.concerning(f"person:{last.id}")]


def test_the_archive_holds_the_lines_of_both_and_says_you():
    stays, goes = two_accounts(mona())
    count = {name: holdings.count(held(name), stays.id) for name in BOOKS}
    theirs = {name: holdings.count(held(name), goes.id) for name in BOOKS}
    assert all(theirs.values())
    merge(stays, goes)
    # One line of the merge for each of the two.
    added = {"kernel.RegisterEntry": 2, "kernel.FactRecord": 1, "kernel.ReadingEntry": 0}
    now = {name: holdings.count(held(name), stays.id) for name in BOOKS}
    assert now == {name: count[name] + theirs[name] + added[name] for name in BOOKS}
    rows = list(holdings.given(held("kernel.RegisterEntry"), stays.id))
    (line,) = [row for row in rows if row["action"] == DEED]
    assert (line["actor_ref"], line["object_ref"]) == ("you", "you")


BOOKS = ("kernel.RegisterEntry", "kernel.FactRecord", "kernel.ReadingEntry")


def test_closing_the_account_shreds_what_was_written_of_both():
    stays, goes = two_accounts(mona())
    merge(stays, goes)
    closing.close_account(person_id=stays.id, now=MORNING)
    line = RegisterEntry.objects.get(action=DEED)
    assert (line.personal, line.shredded_at) == ({}, MORNING)
    assert FactRecord.objects.filter(aggregate=f"person:{goes.id}").exists()
