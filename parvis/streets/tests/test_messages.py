"""Every message of the City reaches everybody who reported the case, once each, in their language,
by their account or by a letter with the link that only they know."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from parvis.account.testing import a_person, alice
from parvis.kernel.models import OutgoingMail
from parvis.relation.public import unread_count
from parvis.relation.testing import deliver_everything
from parvis.streets import testing
from parvis.streets.actions import merging, telling, withdrawing
from parvis.streets.models import Case, Message, Report
from parvis.streets.queries import access
from parvis.streets.tests.life_cases import (
    AGENT,
    DAY,
    HERE,
    HOUR,
    NOON,
    a_case,
    a_report,
    closed,
    moved,
    refused,
)


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()


def delivered():
    """Deliver all, and return the letters that left, by address."""
    mail.outbox.clear()
    deliver_everything()
    letters = {}
    for letter in mail.outbox:
        letters.setdefault(letter.to[0], []).append(letter)
    return letters


def unread_by(*people):
    """Deliver all, and return how much each has not read."""
    deliver_everything()
    return [unread_count(person_id=one.id) for one in people]


def test_everybody_who_reported_gets_exactly_one_message_on_closing():
    person, english = alice(), a_person("Emma", email="emma@parvis.example", language="en")
    case = a_case()
    a_report(case, person=person)
    a_report(case, person=english)
    french = a_report(case, email="paul@exemple.fr")
    a_report(case, email="jane@example.org", language="en")
    a_report(case, email="nobody@exemple.fr", email_confirmed_at=None)
    a_report(case, email="quiet@exemple.fr", wants_messages=False)
    a_report(case, email="gone@exemple.fr", withdrawn_at=NOON)
    # Alice's own address, given without signing in: she is told once.
    a_report(case, email=person.email)
    a_report(case, email="late@exemple.fr", now=NOON + DAY)
    unread = unread_by(person, english)
    closed(case, public_note="Rien ce matin.")
    letters = delivered()
    people = {person.email, english.email, "paul@exemple.fr", "jane@example.org"}
    assert {to: len(ones) for to, ones in letters.items()} == dict.fromkeys(people, 1)
    assert unread_by(person, english) == [number + 1 for number in unread]
    [letter] = letters["paul@exemple.fr"]
    assert case.code in letter.subject
    assert letter.subject.startswith("Service fait")
    assert "rendu sur place et n" in letter.body
    assert "Rien ce matin." in letter.body
    assert access.link_of(french) in letter.body
    [to_jane] = letters["jane@example.org"]
    assert to_jane.subject.startswith("Done: ")
    assert "/en/" in to_jane.body
    assert letters[english.email][0].subject.startswith("Done: ")
    # Nobody's secret is in another's letter.
    secrets = [re.findall(r"[\w-]{43}", one.body) for ones in letters.values() for one in ones]
    found = [secret for one in secrets for secret in one]
    assert len(found) == len(set(found))


def test_a_message_delivered_twice_is_one_letter():
    case = a_case()
    a_report(case, email="paul@exemple.fr")
    closed(case)
    [message] = Message.objects.all()
    assert len(delivered()["paul@exemple.fr"]) == 1
    assert telling.write_to_addresses(message.pk, now=NOON + DAY) == 1
    assert delivered() == {}
    keys = OutgoingMail.objects.values_list("message_key", flat=True)
    assert len(keys) == 1
    assert all(key.startswith("streets.told:") for key in keys)


def test_who_was_merged_is_told_that_and_all_that_follows():
    person = alice()
    root, case = a_case(), a_case((HERE[0] + 20, HERE[1]))
    a_report(root, person=person)
    a_report(case, person=person)
    a_report(case, email="paul@exemple.fr")
    merging.merge(case_id=case.pk, into=root.pk, actor=AGENT["actor"], now=NOON + HOUR)
    letters = delivered()
    assert {to: len(ones) for to, ones in letters.items()} == {
        person.email: 1,
        "paul@exemple.fr": 1,
    }
    assert root.code in letters["paul@exemple.fr"][0].body
    closed(Case.objects.get(pk=root.pk), now=NOON + DAY)
    assert {to: len(ones) for to, ones in delivered().items()} == {
        person.email: 1,
        "paul@exemple.fr": 1,
    }


def test_the_city_writes_to_all_and_asks_all():
    person = alice()
    case = a_case()
    a_report(case, person=person)
    leaving = a_report(case, email="paul@exemple.fr")
    how = {"case_id": case.pk, "actor": AGENT["actor"], "now": NOON + HOUR}
    refused("text_missing", telling.tell, text="  ", **how)
    refused("text_too_long", telling.tell, text="x" * 1001, **how)
    telling.tell(text="Le camion passe demain.", **how)
    letters = delivered()
    assert set(letters) == {person.email, "paul@exemple.fr"}
    assert "Le camion passe demain." in letters["paul@exemple.fr"][0].body
    moved(case, "waiting_reporter", public_note="Quel étage ?", now=NOON + 2 * HOUR)
    letters = delivered()
    assert {to: len(ones) for to, ones in letters.items()} == {
        person.email: 1,
        "paul@exemple.fr": 1,
    }
    assert "Quel étage ?" in letters[person.email][0].body
    withdrawing.withdraw(report_id=leaving.pk, now=NOON + 3 * HOUR)
    withdrawing.choose_messages(report_id=Report.objects.get(person_id=person.id).pk, wanted=False)
    moved(case, "to_do", now=NOON + 4 * HOUR)
    assert delivered() == {}
