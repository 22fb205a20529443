"""What relation keeps about a person is exported on request and leaves with the account."""

from __future__ import annotations

import pytest

from parvis.kernel.declarations import keeps
from parvis.kernel.holdings import everything
from parvis.kernel.models import OutgoingMail
from parvis.relation.models import Preference, TimelineEntry
from parvis.relation.testing import deliver_everything
from parvis.relation.tests.conftest import NOON, answered, stop_kites


@pytest.fixture
def told(the_cast, kites):
    """Alice and Chloé, who were told of one answer and then stopped the topic."""
    answered(1, *the_cast)
    deliver_everything()
    for person in the_cast:
        stop_kites(person)
    return the_cast


def test_alice_is_given_everything_about_her_and_nothing_about_chloe(told):
    alice, _ = told
    [line] = everything(keeps["relation.timeline"], alice.id)
    assert (line["person"], line["notice_key"]) == ("you", "test.kite_answered")
    assert line["mailed"] is True
    [choice] = everything(keeps["relation.choices"], alice.id)
    assert choice == {
        "model": "relation.Preference",
        "person": "you",
        "topic": "test.kites",
        "mail": False,
        "chosen_at": NOON.isoformat(),
    }
    [mail] = everything(keeps["relation.mails"], alice.id)
    assert (mail["recipient"], mail["subject"]) == ("alice@parvis.example", "Votre cerf-volant 1")


def test_everything_about_alice_leaves_and_chloe_keeps_hers(told):
    alice, chloe = told
    for key in ("relation.timeline", "relation.choices", "relation.mails"):
        assert keeps[key].erase(alice.id, NOON) == 1
        assert everything(keeps[key], alice.id) == []
    assert TimelineEntry.objects.get().person_id == chloe.id
    assert Preference.objects.get().person_id == chloe.id
    assert OutgoingMail.objects.get().person_id == chloe.id
