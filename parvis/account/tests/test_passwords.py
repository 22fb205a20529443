"""Forgetting, choosing and changing a password."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parvis.account.models import Resident
from parvis.account.testing import OPEN_SESAME, alice, signed_in
from parvis.kernel.models import OutgoingMail, RegisterEntry

NEW = "tasse-girafe-horizon"


def ask(client, email="alice@parvis.example"):
    return client.post(reverse("account_reset_password"), {"email": email})


def link():
    mail = OutgoingMail.objects.latest("pk")
    return re.search(r"http://localhost:8000(/\S+)", mail.text).group(1)


@pytest.mark.django_db
def test_alice_chooses_a_new_password_by_mail_and_her_other_device_is_signed_out(client):
    person = alice()
    tablet = signed_in(Client(), person)
    ask(client)
    assert OutgoingMail.objects.get().subject == "Choisir un nouveau mot de passe"
    page = client.get(link())
    assert page.status_code == 302, "the key leaves the address bar"
    answer = client.post(page["Location"], {"password1": NEW})
    assert answer["Location"] == reverse("account_reset_password_from_key_done")
    assert Resident.objects.get().check_password(NEW)
    assert tablet.get(reverse("account:known")).status_code == 302
    told = OutgoingMail.objects.latest("pk")
    assert told.subject == "Votre mot de passe a été changé"
    assert RegisterEntry.objects.filter(action="account.password_changed").count() == 1


@pytest.mark.django_db
def test_the_link_works_once(client):
    alice()
    ask(client)
    client.post(client.get(link())["Location"], {"password1": NEW})
    used = re.search(r"/mon-compte/mot-de-passe/nouveau/\S+", OutgoingMail.objects.first().text)
    again = Client().get(used.group(0))
    assert "Ce lien ne fonctionne plus" in again.content.decode()


@pytest.mark.django_db
def test_a_link_that_was_only_looked_at_still_works(client):
    alice()
    ask(client)
    Client().get(link())
    assert client.post(client.get(link())["Location"], {"password1": NEW}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("forged", ["a" * 32 + "-abc-def", "0" * 32 + "-set-password"])
def test_a_forged_link_is_refused(client, forged):
    alice()
    page = client.get(f"/mon-compte/mot-de-passe/nouveau/{forged}/")
    assert page.status_code == 410
    assert "Ce lien ne fonctionne plus" in page.content.decode()


@pytest.mark.django_db
def test_a_weak_new_password_is_refused_and_the_old_one_stays(client):
    alice()
    ask(client)
    client.post(client.get(link())["Location"], {"password1": "court"})
    assert Resident.objects.get().check_password(OPEN_SESAME)


@pytest.mark.django_db
def test_known_and_unknown_addresses_get_the_same_answer_and_each_a_mail(client):
    alice()
    shapes = []
    for email in ("alice@parvis.example", "nobody@parvis.example"):
        with CaptureQueriesContext(connection) as asked:
            answer = ask(client, email)
        verbs = [re.sub(r"\W.*", "", query["sql"]) for query in asked]
        shapes.append((answer.status_code, answer["Location"], verbs))
    assert shapes[0] == shapes[1]
    told = OutgoingMail.objects.get(recipient="nobody@parvis.example")
    assert told.subject == "Aucun compte n\u2019utilise cette adresse"


@pytest.mark.django_db
def test_alice_changes_her_password_and_stays_signed_in_here(client):
    signed_in(client, alice())
    typed = {"oldpassword": OPEN_SESAME, "password1": NEW}
    answer = client.post(reverse("account_change_password"), typed)
    assert answer["Location"] == reverse("account:security")
    assert client.get(reverse("account:known")).status_code == 200
    assert Resident.objects.get().check_password(NEW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        {"oldpassword": "un-mauvais-mot-de-passe", "password1": NEW},
        {"oldpassword": OPEN_SESAME, "password1": "court"},
        {"oldpassword": OPEN_SESAME, "password1": "alice@parvis.example"},
        {"oldpassword": "", "password1": NEW},
    ],
)
def test_a_refused_change_leaves_the_password(client, typed):
    signed_in(client, alice())
    client.post(reverse("account_change_password"), typed)
    assert Resident.objects.get().check_password(OPEN_SESAME)
    assert OutgoingMail.objects.count() == 0
