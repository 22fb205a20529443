"""A passkey is one of the two proofs of who has forgotten the password."""

from __future__ import annotations

import pytest
from django.urls import reverse

from parvis.account.models import Recovery, Resident
from parvis.account.testing import alice, chloe
from parvis.account.tests.passkey import Passkey
from parvis.account.tests.recovering import NEW, follow_link, protected, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator")]


def ask_passkey(client):
    return client.get(reverse("account:recover_passkey")).json()


def show(client, answer):
    return client.post(reverse("account:recover_passkey"), {"credential": answer})


def test_link_and_passkey_open_an_account(client):
    person = alice()
    key = Passkey()
    key.add_to(person.id)
    page = client.get(follow_link(client)["Location"]).content.decode()
    assert "data-passkey" in page
    assert "kept_code" not in page, "she has no codes"
    asked = ask_passkey(client)
    assert [one["type"] for one in asked["publicKey"]["allowCredentials"]] == ["public-key"]
    show(client, key.answer(asked))
    assert Recovery.objects.get().passkey_at is not None
    client.post(reverse("account:recover_choose"), {"password1": NEW})
    assert Resident.objects.get().check_password(NEW)


def test_passkey_and_text_open_an_account_whose_mailbox_is_lost(client):
    person, _codes = protected()
    key = Passkey()
    key.add_to(person.id)
    client.post(reverse("account:recover"), {"email": "alice@parvis.example"})
    asked = ask_passkey(client)
    assert asked["publicKey"]["allowCredentials"] == [], "nothing tells whose it may be"
    show(client, key.answer(asked, as_person=person.id))
    attempt = Recovery.objects.get()
    code = text(attempt.public_id, attempt.begun_at)
    client.post(reverse("account:recover_proofs"), {"text_code": code})
    client.post(reverse("account:recover_choose"), {"password1": NEW})
    assert Resident.objects.get().check_password(NEW)


def test_a_passkey_that_answers_another_question_or_site_or_person_is_no_proof(client):
    person = alice()
    key = Passkey()
    key.add_to(person.id)
    chloe()
    client.post(reverse("account:recover"), {"email": "chloe@parvis.example"})
    old, asked = ask_passkey(client), ask_passkey(client)
    wrong = [
        key.answer(asked, as_person=person.id),
        key.answer(old, as_person=chloe().id),
        key.answer(asked, as_person=chloe().id, origin="https://evil.example"),
        Passkey().answer(asked, as_person=chloe().id),
        "",
        "{}",
        "[]",
        "\x00",
    ]
    for answer in wrong:
        show(client, answer)
    assert Recovery.objects.get().passkey_at is None
