"""What the title of a page says when it comes back with something to mend."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.testing import OPEN_SESAME, a_person, alice, signed_in

pytestmark = pytest.mark.django_db
FOR_EVERYBODY = ("account_login", "account_signup", "account_reset_password")
FOR_ALICE = ("account_change_password", "account_reauthenticate")


def title(page) -> str:
    found = re.search(r"<title>(.*?)</title>", page.content.decode(), re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("name", [*FOR_EVERYBODY, *FOR_ALICE])
def test_a_form_that_is_refused_says_so_first(client: Client, name: str):
    if name in FOR_ALICE:
        signed_in(client, alice())
    address = reverse(name)
    asked = title(client.get(address))
    refused = title(client.post(address, {"csrfmiddlewaretoken": "x"}))
    assert (asked.startswith("Erreur"), refused) == (False, f"Erreur\u00a0: {asked}")


def test_a_role_that_is_refused_says_so_first(client: Client):
    ada = signed_in(client, a_person("Ada", "administrator"))
    ada.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    address = reverse("account:agent", args=[alice().id])
    assert not title(ada.get(address)).startswith("Erreur")
    assert title(ada.post(address, {"role": "mayor"})).startswith("Erreur\u00a0: Alice")
