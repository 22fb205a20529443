"""A professional of Aidants Connect signs in for somebody, by FranceConnect: within their scope."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account.models import Resident
from parvis.account.queries import people
from parvis.budget.tests.ballot_pages import CHOSEN, at, vote
from parvis.budget.tests.polls import an_open_vote
from parvis.kernel.models import FactRecord, RegisterEntry
from parvis.mandates.public import done_for, refs_of
from parvis.openid.models import Subject
from parvis.openid.testing import Visit, a_key, a_service, agrees, claims_of
from parvis.relation.testing import deliver_everything
from tests.addresses import address_of, addresses, needs_sign_in
from tests.outside.conftest import Browser, text_of

pytestmark = pytest.mark.django_db
BY_REF = "mandates.aidant:logement loisirs"


def opened(browser):
    """Let Yasmine open her account with FranceConnect, by herself."""
    welcome = browser.go("yasmine")["Location"]
    browser.city.post(welcome, {"usual_name": "Yasmine"})
    return Resident.objects.get().pk


def asked_of(browser):
    """Return what FranceConnect is asked by name."""
    query = parse_qs(urlsplit(browser.leave()).query)
    return json.loads(query["claims"][0]) if "claims" in query else None


def helped():
    """Let the professional of the demonstration come, as FranceConnect says of its own accord."""
    helper = Browser(Client())
    assert helper.go("aidant").status_code == 302
    return helper


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


# What leads into a service of the city's and out again: it is why a professional comes.
READ_FOR_THE_PERSON = {"mandates:leave", "openid:consent"} | {
    *("oidc:choose", "oidc:stronger", "oidc:other_account"),
}


def test_they_read_what_everybody_reads_and_no_page_of_the_persons_own(fc, browser):
    opened(browser)
    helper, own = helped().city, [name for name, view in addresses() if needs_sign_in(view)]
    assert len(own) > 200

    def is_read(name):
        answer = helper.get(address_of(name), headers={"accept": "application/json"})
        return answer.status_code != 403 or answer.json()["code"] != "not_for_another"

    helper.raise_request_exception = False
    assert {name for name in own if is_read(name)} == READ_FOR_THE_PERSON
    assert "A professional is helping you" in text_of(helper.get("/en/"))


def test_they_read_neither_whether_the_person_voted_nor_who_they_are(fc, browser):
    opened(browser)
    edition, _key = an_open_vote()
    page = at(edition)
    assert "FranceConnect says" in text_of(browser.city.get(page))
    vote(browser.city, edition, **CHOSEN)
    own, helper = browser.city.get(page), helped().city
    assert "You stand in the register of the vote" in text_of(own)
    read = text_of(helper.get(page))
    assert "One votes alone." in read
    assert not re.search("FranceConnect says|You stand in the register|See my receipts", read)
    assert helper.post(page, {"arrondissement": "11"}).status_code == 403


def test_they_land_where_everybody_may_and_are_led_to_no_page_of_hers(fc, browser):
    opened(browser)
    assert browser.go("yasmine")["Location"] == "/mon-compte/"
    helper = Browser(Client())
    assert helper.go("aidant")["Location"] == "/"
    assert 'href="/mon-compte/"' not in helper.city.get("/").text
    assert 'href="/mon-compte/"' in browser.city.get("/").text
    refused = helper.city.get("/en/my-account/")
    assert refused.status_code == 403
    assert "Only Yasmine can read this page, without a professional." in text_of(refused)


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


def test_franceconnect_is_asked_by_name_and_franceconnect_plus_is_not(fc, browser, settings):
    nothing_needed = {"rep_scope": None}
    assert asked_of(browser) == {"id_token": nothing_needed, "userinfo": nothing_needed}
    settings.PARVIS_FRANCECONNECT_AIDANTS = False
    assert asked_of(browser) is None
    settings.PARVIS_FRANCECONNECT_AIDANTS = True
    settings.PARVIS_FRANCECONNECT_LEVEL = "eidas2"
    assert asked_of(browser) is None


def test_who_comes_alone_acts_for_herself_although_it_was_asked(fc, browser):
    opened(browser)
    browser.go("yasmine")
    assert "Aidants Connect" not in text_of(browser.city.get("/en/"))
    assert not FactRecord.objects.filter(name="account.helper_came").exists()


def test_the_person_reads_that_a_professional_came_and_what_they_may_do(fc, browser):
    person_id = opened(browser)
    page = text_of(helped().city.get("/en/"))
    assert "A professional is helping you, through Aidants Connect." in page
    (line,) = RegisterEntry.objects.filter(action="account.helper_came")
    assert (line.actor_ref, line.on_behalf_of_ref, line.object_ref) == (
        "aidants_connect:professional",
        f"person:{person_id}",
        f"person:{person_id}",
    )
    assert line.details == {"domains": ["housing", "leisure"], "by": BY_REF}
    with translation.override("en"):
        (deed,) = done_for(refs_of(person_id))
        assert deed.who == "A professional, through Aidants Connect"
        assert deed.what == "signed in for the person"
    deliver_everything()
    thread = text_of(browser.city.get("/en/my-account/"))
    assert "A professional signed in for you, through Aidants Connect" in thread
    assert "They may act for you in: Housing, Leisure" in thread.replace("&amp;", "&")


def test_a_service_reads_in_the_token_who_acts_and_for_whom(fc, browser):
    person_id = opened(browser)
    a_key()
    library = a_service()
    agrees(people.person(person_id), library)
    own = claims_of(Visit(browser.city, library).tokens()["id_token"])
    assert "act" not in own
    visit = Visit(helped().city, library)
    tokens = visit.tokens()
    claims = claims_of(tokens["id_token"])
    assert claims["sub"] == own["sub"]
    assert claims["act"]["domains"] == ["housing", "leisure"]
    professional = Subject.objects.get(sub=claims["act"]["sub"])
    assert professional.ref == "aidants_connect:professional"
    assert visit.userinfo(tokens["access_token"]).json()["act"] == claims["act"]


def test_a_professional_without_an_account_to_help_reads_what_to_do(fc, browser):
    answer = browser.go("aidant")
    assert answer.status_code == 403
    assert answer.context["why"] == "nobody_to_help"
    assert Resident.objects.count() == 0
    assert not RegisterEntry.objects.exists()
