"""The account is back at a new address: the old ones hear of it, strangers keep nobody out."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from parvis.account.actions import counter
from parvis.account.models import Phone
from parvis.account.testing import MORNING, alice
from parvis.account.tests.at_the_counter import HERS, opened, reached_in_many_ways
from parvis.account.tests.test_recovery_counter import DAY, NEW, link_token
from parvis.kernel import clock
from parvis.kernel.models import OutgoingMail, OutgoingText

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator")]


def test_every_old_address_and_phone_hears_that_the_account_has_left_it():
    person = reached_in_many_ways()
    opened(person)
    counter.send_due_links(now=MORNING + DAY)
    counter.recover(token=link_token(), password=NEW, now=MORNING + DAY)
    told = OutgoingMail.objects.filter(subject="Votre compte a une nouvelle adresse")
    assert sorted(mail.recipient for mail in told) == [
        "a.martin@parvis.example",
        "alice@parvis.example",
        "ecole@parvis.example",
    ]
    text = OutgoingText.objects.get(recipient="+33612345678", text__contains="mot de passe")
    assert text.message_key.startswith("account.recovered")
    assert Phone.objects.count() == 0


def test_who_keeps_one_of_several_addresses_has_that_one_only():
    person = alice()
    EmailAddress.objects.create(user_id=person.id, email="ecole@parvis.example", verified=True)
    opened(person, email=person.email)
    counter.send_due_links(now=MORNING + DAY)
    mail = OutgoingMail.objects.get(message_key__startswith="account.recovery_link")
    token = re.search(r"/([\w-]{43})/", mail.text).group(1)
    counter.recover(token=token, password=NEW, now=MORNING + DAY)
    kept = EmailAddress.objects.filter(user_id=person.id)
    assert [one.email for one in kept] == [person.email]
    told = OutgoingMail.objects.get(subject="Votre compte a une nouvelle adresse")
    assert told.recipient == "ecole@parvis.example"


def test_while_strangers_try_the_password_chosen_behind_the_link_opens(client):
    person = alice()
    now = clock.now()
    opened(person, now=now - DAY)
    counter.send_due_links(now=now)
    path = reverse("account:recover_at_counter", args=[link_token()])
    client.post(path, {"password1": NEW})
    for rank in range(21):
        typed = {"login": HERS, "password": "un-mauvais-mot-de-passe"}
        Client().post(reverse("account_login"), typed, REMOTE_ADDR=f"192.0.2.{rank}")
    typed = {"login": HERS, "password": NEW}
    assert Client().post(reverse("account_login"), typed).status_code == 429
    assert client.post(reverse("account_login"), typed).status_code == 302
