"""Passkeys: what a device is asked, and answers that open nothing. The ceremony itself is made in a
real browser, in tests/journeys/test_a_passkey_opens_the_account.py."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode

from parvis.account.rules import opening
from parvis.account.testing import OPEN_SESAME, alice, signed_in


def proven(client, person):
    signed_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    return client


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{}",
        '"x"',
        "{",
        '{"id": 1}',
        '{"response": {"userHandle": null}}',
        '{"response": {"userHandle": "4pyT"}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "@"}}',
        '{"response": []}',
        "9" * 400,
    ],
)
@pytest.mark.parametrize("page", ["account:sign_in_by_passkey", "account:add_passkey"])
def test_what_is_no_passkey_is_refused_and_opens_nothing(client, page, answer):
    if page == "account:add_passkey":
        proven(client, alice())
        client.get(reverse("account:passkey_options"))
    else:
        client.get(reverse(page))
    refused = client.post(reverse(page), {"credential": answer, "name": "x"})
    assert refused.status_code == 400
    assert not Authenticator.objects.exists()


@pytest.mark.django_db
def test_the_passkey_of_nobody_with_the_name_of_alice_opens_nothing(client):
    person = alice()
    client.get(reverse("account:sign_in_by_passkey"))
    handle = websafe_encode(person.id.hex.encode())
    answer = {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "response": {
            "clientDataJSON": "e30",
            "authenticatorData": "AA",
            "signature": "AA",
            "userHandle": handle,
        },
    }
    page = client.post(reverse("account:sign_in_by_passkey"), {"credential": json.dumps(answer)})
    assert page.status_code == 400
    assert not is_signed_in(client)


@pytest.mark.django_db
def test_a_device_is_asked_for_a_key_of_this_site_that_finds_its_person_by_itself(client, settings):
    settings.PARVIS_SITE_URL = "https://parvis.example"
    person = alice()
    proven(client, person)
    asked = client.get(reverse("account:passkey_options")).json()["publicKey"]
    assert asked["rp"] == {"id": "parvis.example", "name": settings.PARVIS_CITY_NAME}
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert "alice" not in asked["user"]["id"]
    shown = Client().get(reverse("account:sign_in_by_passkey")).json()["publicKey"]
    assert shown["userVerification"] == "required"
    assert not shown.get("allowCredentials")


@pytest.mark.django_db
def test_who_tries_passkeys_from_one_place_is_slowed_down_there_only(client, monkeypatch):
    monkeypatch.setitem(opening.PACE, "login_failed", opening.Pace(from_place=2))
    page = reverse("account:sign_in_by_passkey")
    forged = {"credential": '{"id": "AA"}'}
    tries = [client.post(page, forged).status_code for _rank in range(3)]
    assert tries == [400, 400, 429]
    elsewhere = client.post(page, forged, REMOTE_ADDR="192.0.2.8")
    assert elsewhere.status_code == 400


@pytest.mark.django_db
def test_who_is_signed_in_is_not_signed_in_as_somebody_else_by_a_passkey(client):
    signed_in(client, alice())
    for ask in (client.get, client.post):
        assert ask(reverse("account:sign_in_by_passkey"))["Location"] == reverse("portal:mine")
