"""Nothing tells whether an address has an account: same status, same page, same questions, same
hashes. Time itself is measured by bench/known_addresses.py."""

from __future__ import annotations

import re
import uuid

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parvis.account.testing import OPEN_SESAME, alice
from parvis.kernel.models import OutgoingMail

KNOWN, UNKNOWN = "alice@parvis.example", "nobody@parvis.example"
WRONG = "un-mauvais-mot-de-passe"


def signing_in(client, email):
    return client.post(reverse("account_login"), {"login": email, "password": WRONG})


def signing_in_without_password(client, email):
    return client.post(reverse("account_login"), {"login": email, "password": ""})


def signing_up(client, email):
    typed = {"email": email, "usual_name": "Élise", "password": OPEN_SESAME}
    return client.post(reverse("account_signup"), typed | {"attempt": str(uuid.uuid4())})


def forgetting(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def asking_a_code(client, email):
    return client.post(reverse("account:ask_code"), {"email": email})


def typing_a_wrong_code(client, email):
    client.post(reverse("account:ask_code"), {"email": email})
    return client.post(reverse("account:type_code"), {"code": "abcdef"})


ASKED = [
    signing_in,
    signing_in_without_password,
    signing_up,
    forgetting,
    asking_a_code,
    typing_a_wrong_code,
]


@pytest.fixture
def hashed(settings, monkeypatch):
    """Count the passwords that are hashed, as in service."""
    settings.PASSWORD_HASHERS = ["parvis.account.adapters.hashing.CityArgon2Hasher"]
    weighed = []
    for name in ("encode", "verify"):
        plain = getattr(Argon2PasswordHasher, name)

        def counted(hasher, *args, plain=plain):
            weighed.append(1)
            return plain(hasher, *args)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    return weighed


def shape(sql):
    """Return a question without what it asks about."""
    return re.sub(r"(?:'(?:[^']|'')*'|\b\d+\b|NULL)(?:::\w+)?|s\d+_x\d+", "…", sql)


@pytest.mark.django_db
@pytest.mark.parametrize("ask", ASKED, ids=lambda ask: ask.__name__)
def test_a_known_and_an_unknown_address_get_one_answer_at_one_price(ask, hashed):
    alice()
    told = []
    for email in (KNOWN, UNKNOWN):
        hashed.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = ask(Client(), email)
        page = re.sub(r'name="(csrfmiddlewaretoken|attempt)" value="[^"]*"', "", _text(answer))
        told.append(
            {
                "status": answer.status_code,
                "leads to": answer.get("Location"),
                "page": page.replace(email, "…"),
                "hashes": len(hashed),
                "questions": [shape(query["sql"]) for query in asked],
            }
        )
    assert told[0] == told[1]


def _text(answer):
    return re.sub(r"id_attempt[^>]*", "", answer.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ask", "mails"), [(signing_up, 1), (forgetting, 1), (asking_a_code, 1), (signing_in, 0)]
)
def test_each_gets_as_many_mails_as_the_other(ask, mails):
    alice()
    for email in (KNOWN, UNKNOWN):
        ask(Client(), email)
        assert OutgoingMail.objects.filter(recipient=email).count() == mails
