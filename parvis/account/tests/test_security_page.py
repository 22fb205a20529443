"""« Security » names everything that opens an account, and nothing that does not."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.account.actions import identities
from parvis.account.models import Resident
from parvis.account.testing import MORNING, alice
from parvis.account.tests.test_matching import opened, told

pytestmark = pytest.mark.django_db
PAGE = "/en/my-account/security/"


def page_of(person_id):
    client = Client()
    client.force_login(Resident.objects.get(pk=person_id))
    return client.get(PAGE).content.decode()


def test_who_has_a_password_and_nothing_else_reads_of_nothing_else():
    page = page_of(alice().id)
    assert "Change my password" in page
    assert "Sent to alice@parvis.example when you ask for it" in page
    assert "FranceConnect" not in page


def test_an_identity_that_opens_the_account_stands_among_what_does():
    person = alice()
    seen = identities.see(told(email=person.email), now=MORNING)
    identities.attach(seen.identity_id, person_id=person.id, now=MORNING)
    page = page_of(person.id)
    assert "<strong>FranceConnect</strong>" in page
    assert "Change my password" in page


def test_who_enters_from_outside_only_is_offered_a_password_and_no_code_by_mail():
    person_id = opened(identities.see(told(), now=MORNING))
    page = page_of(person_id)
    assert "<strong>FranceConnect</strong>" in page
    assert "Change my password" not in page
    assert "Choose a password" in page
    assert "It opens your account once you have chosen a password." in page
    assert "when you ask for it, instead of your password" not in page
