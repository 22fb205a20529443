"""Strangers try at an account: its owner finds a way in at once, on a new device too."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.actions import changing
from parvis.account.testing import OPEN_SESAME, alice, bachir, signed_in
from parvis.account.tests.test_signing_in import WRONG, sign_in
from parvis.kernel import clock
from parvis.kernel.models import OutgoingMail

pytestmark = pytest.mark.django_db


def strangers_try(email="alice@parvis.example"):
    """Try wrong passwords from all over until nobody from elsewhere may."""
    for rank in range(21):
        sign_in(Client(), email, WRONG, REMOTE_ADDR=f"192.0.2.{rank}")


def test_while_strangers_try_a_mailed_code_opens_alices_account_on_a_new_device(client):
    alice()
    strangers_try()
    assert sign_in(client).status_code == 429
    client.post(reverse("account:ask_code"), {"email": "alice@parvis.example"})
    code = re.search(r"\b\d{6}\b", OutgoingMail.objects.get().subject).group()
    assert client.post(reverse("account:type_code"), {"code": code}).status_code == 302
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert sign_in(client).status_code == 302, "it is her device from then on"


def test_while_strangers_go_on_a_new_password_opens_where_it_was_chosen(client):
    alice()
    strangers_try()
    client.post(reverse("account_reset_password"), {"email": "alice@parvis.example"})
    link = re.search(r"http://localhost:8000(/\S+)", OutgoingMail.objects.get().text).group(1)
    client.post(client.get(link)["Location"], {"password1": "tasse-girafe-horizon"})
    strangers_try()
    assert sign_in(Client(), password="tasse-girafe-horizon").status_code == 429
    # What was shown for one account says nothing for another.
    strangers_try("bachir@parvis.example")
    assert sign_in(client, "bachir@parvis.example").status_code == 429
    assert sign_in(client, password="tasse-girafe-horizon").status_code == 302


def test_an_address_one_only_asked_for_opens_no_way_to_try_at_the_account_it_belongs_to(client):
    person, victim = alice(), bachir()
    changing.ask_new_address(person_id=person.id, email=victim.email, now=clock.now())
    strangers_try(victim.email)
    client.post(reverse("account_reset_password"), {"email": person.email})
    mail = OutgoingMail.objects.get(subject="Choisir un nouveau mot de passe")
    link = re.search(r"http://localhost:8000(/\S+)", mail.text).group(1)
    client.post(client.get(link)["Location"], {"password1": "tasse-girafe-horizon"})
    assert sign_in(client, victim.email).status_code == 429
    assert sign_in(Client(), victim.email, REMOTE_ADDR="192.0.2.99").status_code == 429


def test_the_way_round_a_wait_leads_on_to_where_the_person_was_going(client):
    alice()
    page = f"{reverse('account_login')}?next={reverse('account:known')}"
    for _rank in range(5):
        sign_in(client, password=WRONG, path=page)
    way = sign_in(client, path=page).context["refusal"].way[1]
    assert way == f"{reverse('account:ask_code')}?{urlencode({'next': reverse('account:known')})}"


def test_who_is_signed_in_and_has_to_wait_is_led_to_a_new_password(client):
    signed_in(client, alice())
    page = reverse("account_reauthenticate")
    for _rank in range(5):
        assert client.post(page, {"password": WRONG}).status_code == 200
    refused = client.post(page, {"password": OPEN_SESAME})
    assert refused.status_code == 429
    assert refused.context["refusal"].way[1] == reverse("account_reset_password")
