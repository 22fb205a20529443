"""Changing the profile and the address."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from parvis.account.actions import changing, opening
from parvis.account.models import Resident
from parvis.account.queries import people
from parvis.account.testing import MORNING, OPEN_SESAME, alice, chloe, signed_in
from parvis.kernel.errors import Refused
from parvis.kernel.models import FactRecord, OutgoingMail, RegisterEntry

PROFILE = {
    "usual_name": "Alice",
    "civil_name": "Alice Martin-Durand",
    "language": "fr",
    "residence": "",
    "work": "",
    "heart": "",
}


def proven(client, person):
    """Sign in and type the password again, as a sensitive page asks."""
    signed_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    return client


def link(email):
    mail = OutgoingMail.objects.filter(recipient=email).latest("pk")
    return re.search(r"http://localhost:8000(/\S+)", mail.text).group(1)


@pytest.mark.django_db
def test_alice_says_more_of_herself(client):
    person = alice()
    signed_in(client, person)
    answer = client.post(reverse("account:profile"), PROFILE)
    assert answer["Location"] == reverse("account:known")
    after = people.person(person.id)
    assert (after.civil_name, after.residence) == ("Alice Martin-Durand", None)
    line = RegisterEntry.objects.get(action="account.profile_changed")
    assert line.details == {"fields": ["civil_name", "residence"]}
    assert line.personal == {}


@pytest.mark.django_db
def test_choosing_english_turns_the_pages_english(client):
    person = alice()
    signed_in(client, person)
    answer = client.post(reverse("account:profile"), PROFILE | {"language": "en"})
    assert answer["Location"] == "/en/my-account/my-data/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("usual_name", ""),
        ("usual_name", "A\u202eB"),
        ("civil_name", "A" * 121),
        ("civil_name", "A\x00B"),
        ("language", "xx"),
        ("residence", "21000"),
        ("heart", "onze"),
    ],
)
def test_a_refused_profile_is_given_back_and_changes_nothing(client, field, value):
    person = alice()
    signed_in(client, person)
    answer = client.post(reverse("account:profile"), PROFILE | {field: value})
    assert answer.status_code == 400
    assert answer.context["form"].errors[field]
    assert people.person(person.id) == person


@pytest.mark.django_db
def test_the_address_changes_when_the_new_one_is_confirmed_and_the_old_one_is_told(client):
    person = alice()
    proven(client, person)
    answer = client.post(reverse("account_email"), {"email": "Alice.Martin@parvis.example"})
    assert answer["Location"] == reverse("account_email")
    assert people.person(person.id).email == "alice@parvis.example"
    assert "alice.martin@parvis.example" in client.get(reverse("account:known")).content.decode()

    Client().post(link("alice.martin@parvis.example"))
    assert people.person(person.id).email == "alice.martin@parvis.example"
    assert people.person_by_email("alice@parvis.example") is None
    told = OutgoingMail.objects.get(recipient="alice@parvis.example")
    assert told.subject == "Votre compte a une nouvelle adresse"
    assert FactRecord.objects.filter(name="account.email_changed").count() == 1


@pytest.mark.django_db
def test_changing_the_address_asks_for_the_password_again(client):
    signed_in(client, alice())
    answer = client.get(reverse("account_email"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    answer = client.post(reverse("account_email"), {"email": "new@parvis.example"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
def test_a_wrong_password_proves_nothing(client):
    signed_in(client, alice())
    client.post(reverse("account_reauthenticate"), {"password": "un-mauvais-mot-de-passe"})
    assert client.get(reverse("account_email")).status_code == 302


@pytest.mark.django_db
def test_an_address_of_someone_else_gets_the_same_answer_and_its_owner_a_mail(client):
    chloe()
    person = alice()
    proven(client, person)
    answer = client.post(reverse("account_email"), {"email": "chloe@parvis.example"})
    assert answer["Location"] == reverse("account_email")
    told = OutgoingMail.objects.get(recipient="chloe@parvis.example")
    assert told.subject == "Votre adresse reste celle de votre compte"
    assert "/confirmer/" not in told.text
    assert people.person(person.id).email == "alice@parvis.example"


@pytest.mark.django_db
def test_ones_own_address_is_refused_with_a_sentence(client):
    proven(client, alice())
    answer = client.post(reverse("account_email"), {"email": "ALICE@parvis.example"})
    assert answer.status_code == 400
    assert "utilise déjà cette adresse" in answer.content.decode()
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
def test_asking_twice_is_one_mail_and_asking_for_another_kills_the_first_link(client):
    person = alice()
    for email in ("a@parvis.example", "a@parvis.example", "b@parvis.example"):
        changing.ask_new_address(person_id=person.id, email=email, now=MORNING)
    assert list(OutgoingMail.objects.order_by("pk").values_list("recipient", flat=True)) == [
        "a@parvis.example",
        "b@parvis.example",
    ]
    assert client.get(link("a@parvis.example")).status_code == 410


@pytest.mark.django_db
def test_an_address_confirmed_elsewhere_meanwhile_is_refused():
    person = alice()
    changing.ask_new_address(person_id=person.id, email="new@parvis.example", now=MORNING)
    opening.create_confirmed_account(
        email="new@parvis.example", password=OPEN_SESAME, usual_name="Autre", now=MORNING
    )
    key = link("new@parvis.example").rstrip("/").rsplit("/", 1)[-1]
    with pytest.raises(Refused) as refused:
        opening.confirm_address(key, now=MORNING)
    assert refused.value.code == "link_too_old"
    assert people.person(person.id).email == "alice@parvis.example"


@pytest.mark.django_db(transaction=True)
def test_a_link_pressed_while_another_address_is_asked_for_waits_for_it():
    person = alice()
    changing.ask_new_address(person_id=person.id, email="a@parvis.example", now=MORNING)
    key = link("a@parvis.example").rstrip("/").rsplit("/", 1)[-1]
    outcomes = []

    def press():
        try:
            outcomes.append(opening.confirm_address(key, now=MORNING))
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    pressing = threading.Thread(target=press)
    with transaction.atomic():
        Resident.objects.select_for_update().get(pk=person.id)
        pressing.start()
        while not somebody_waits_for_us():
            time.sleep(0.01)
        changing.ask_new_address(person_id=person.id, email="b@parvis.example", now=MORNING)
    pressing.join()
    assert outcomes == ["link_too_old"]
    assert people.person(person.id).email == "alice@parvis.example"
    assert people.awaited_address(person.id) == "b@parvis.example"


def somebody_waits_for_us():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db
def test_an_address_that_nobody_confirms_is_forgotten_after_three_days():
    person = alice()
    changing.ask_new_address(person_id=person.id, email="a@parvis.example", now=MORNING)
    opening.forget_unconfirmed(now=MORNING + dt.timedelta(days=3))
    assert people.awaited_address(person.id) == "a@parvis.example"
    opening.forget_unconfirmed(now=MORNING + dt.timedelta(days=3, seconds=1))
    assert people.awaited_address(person.id) == ""
    assert [row.email for row in EmailAddress.objects.all()] == ["alice@parvis.example"]


@pytest.mark.django_db
def test_someone_elses_profile_cannot_be_reached(client):
    other = chloe()
    signed_in(client, alice())
    client.post(reverse("account:profile"), PROFILE | {"id": str(other.id), "person_id": other.id})
    assert people.person(other.id) == other
    assert Resident.objects.get(pk=other.id).civil_name == ""
