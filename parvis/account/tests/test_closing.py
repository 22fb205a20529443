"""Knowing, taking away and closing."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from parvis.account.actions import closing, opening
from parvis.account.models import Resident, RoleGrant
from parvis.account.queries import people
from parvis.account.testing import MORNING, OPEN_SESAME, alice, mona, signed_in
from parvis.kernel import register
from parvis.kernel.declarations import keeps
from parvis.kernel.models import FactRecord, MailState, OutgoingMail, RegisterEntry


def proven(client, person):
    signed_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    return client


@pytest.mark.django_db
def test_the_page_shows_what_every_module_keeps(client):
    signed_in(client, alice())
    assert "alice@<wbr>parvis.example" in client.get(reverse("account:known")).content.decode()
    page = client.get(reverse("account:data")).content.decode()
    page = without_fine_spaces(page.replace("&#x27;", "'"))
    for keep in keeps:
        told = without_fine_spaces(str(keep.retention))[:30]
        assert (told in page) == keep.about_people, keep.key


def without_fine_spaces(text):
    return text.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.django_db
def test_closing_asks_for_the_password_then_for_a_button(client):
    person = alice()
    signed_in(client, person)
    assert client.post(reverse("account:close"))["Location"].startswith(
        reverse("account_reauthenticate")
    )
    proven(client, person)
    assert client.get(reverse("account:close")).status_code == 200
    assert people.person(person.id) == person


@pytest.mark.django_db
def test_closing_erases_the_person_ends_every_session_and_frees_the_address(client):
    person = mona()
    tablet = signed_in(Client(), person)
    register.record(
        register.Entry(
            action="test.told",
            object_ref=f"person:{person.id}",
            personal={"name": "Mona"},
            recorded_at=MORNING,
        )
    )
    proven(client, person)
    answer = client.post(reverse("account:close"))
    assert answer["Location"] == reverse("account:closed")
    assert client.get(reverse("account:closed")).status_code == 200

    left = Resident.objects.get(pk=person.id)
    assert (left.email, left.usual_name, left.has_usable_password()) == (None, "", False)
    assert left.closed_at is not None
    assert (EmailAddress.objects.count(), RoleGrant.objects.count()) == (0, 0)
    assert people.person(person.id) is None
    assert people.persons([person.id]) == {}
    for device in (client, tablet):
        assert device.get(reverse("account:known")).status_code == 302
    assert RegisterEntry.objects.get(action="test.told").personal == {}
    assert RegisterEntry.objects.filter(action="account.closed").count() == 1
    assert FactRecord.objects.filter(name="account.closed").count() == 1
    told = OutgoingMail.objects.get(recipient="mona@parvis.example")
    assert told.subject == "Votre compte est fermé"

    opening.create_confirmed_account(
        email="mona@parvis.example", password=OPEN_SESAME, usual_name="Mona", now=MORNING
    )
    again = people.person_by_email("mona@parvis.example")
    assert (again.id != person.id, again.roles) == (True, frozenset())


@pytest.mark.django_db
def test_closing_empties_what_was_mailed_to_the_address_before_it_had_an_account(client):
    client.post(reverse("account_reset_password"), {"email": "alice@parvis.example"})
    OutgoingMail.objects.update(state=MailState.SENT)
    person = alice()
    closing.close_account(person_id=person.id, now=MORNING)
    earlier, goodbye = OutgoingMail.objects.order_by("pk")
    assert (earlier.recipient, earlier.subject, earlier.text) == ("", "", "")
    assert goodbye.recipient == "alice@parvis.example"


@pytest.mark.django_db
def test_closing_twice_closes_once():
    person = alice()
    assert closing.close_account(person_id=person.id, now=MORNING) is True
    assert closing.close_account(person_id=person.id, now=MORNING) is False
    assert FactRecord.objects.filter(name="account.closed").count() == 1


@pytest.mark.django_db
def test_if_one_module_fails_to_forget_nothing_is_forgotten(monkeypatch):
    person = alice()
    keep = keeps["account"]

    def broken(_person_id, _now):
        raise RuntimeError("no")

    spoiled = type(keep)(key="zz", personal="", retention="", erase=broken)
    monkeypatch.setitem(keeps._declared, "zz", spoiled)
    with pytest.raises(RuntimeError):
        closing.close_account(person_id=person.id, now=MORNING)
    assert people.person(person.id) == person
