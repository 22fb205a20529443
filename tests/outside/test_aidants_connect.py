"""A professional of Aidants Connect signs in for somebody, by FranceConnect: within their scope."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.models import Resident
from parvis.kernel.models import RegisterEntry
from tests.outside.conftest import Browser, text_of

pytestmark = pytest.mark.django_db


def opened(browser):
    """Let Yasmine open her account with FranceConnect, by herself."""
    welcome = browser.go("yasmine")["Location"]
    browser.city.post(welcome, {"usual_name": "Yasmine"})
    return Resident.objects.get().pk


def with_scope(provider, scope, *, told_in="userinfo"):
    """Let the provider hand on a `rep_scope`."""
    provider.spoil = lambda what, claims: (
        claims | {"rep_scope": scope} if what == told_in else claims
    )


@pytest.mark.parametrize("scope", [["logement", "loisirs"], "logement loisirs"])
@pytest.mark.parametrize("told_in", ["userinfo", "id_token"])
def test_they_act_for_the_person_and_nothing_beyond_their_scope(fc, browser, scope, told_in):
    opened(browser)
    with_scope(fc, scope, told_in=told_in)
    helper = Browser(Client())
    assert helper.go("yasmine").status_code == 302
    page = text_of(helper.city.get("/en/"))
    assert "A professional is helping you, through Aidants Connect." in page
    before = RegisterEntry.objects.count()
    answer = helper.city.post(
        reverse("account:profile"),
        {"usual_name": "Somebody", "language": "fr"},
        headers={"accept": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "not_for_another")
    assert Resident.objects.get().usual_name == "Yasmine"
    assert RegisterEntry.objects.count() == before


@pytest.mark.parametrize("scope", [["tout"], "everything", {"logement": True}])
def test_a_scope_nobody_knows_signs_nobody_in(fc, browser, scope):
    opened(browser)
    with_scope(fc, scope)
    helper = Browser(Client())
    assert helper.go("yasmine").status_code == 403
    assert "_auth_user_id" not in helper.city.session


def test_a_professional_opens_no_account_for_somebody(fc, browser):
    with_scope(fc, ["logement"])
    assert browser.go("yasmine").status_code == 403
    assert Resident.objects.count() == 0
