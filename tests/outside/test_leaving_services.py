"""A service asks to sign out somebody who came from FranceConnect or ProConnect: they may leave it
as well, and come back to the service whatever they choose."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.actions import inviting
from parvis.account.testing import bachir, signed_in
from parvis.kernel import clock
from parvis.openid.models import Login
from parvis.openid.testing import LEFT, Visit, a_key, a_service, agrees
from tests.outside.conftest import Browser, open_account, page, text_of, who

pytestmark = pytest.mark.django_db

THERE = f"{LEFT}?state=so+long"


@pytest.fixture
def visit(fc, browser):
    """Let Yasmine come from FranceConnect and enter a library."""
    open_account(browser)
    a_key()
    library = a_service(post_logout_redirect_uris=LEFT)
    agrees(who(browser.city), library)
    return Visit(browser.city, library)


def leave(visit, **changes):
    """Ask to sign out, as the library has a browser do."""
    asked = {
        "id_token_hint": visit.tokens()["id_token"],
        "post_logout_redirect_uri": LEFT,
        "state": "so long",
    }
    return visit.client.get(reverse("oidc:logout"), asked | changes)


def followed(client, address):
    """Return where a browser is led in the end, our own addresses aside."""
    while address.startswith(("/", "http://testserver/")):
        parts = urlsplit(address)
        answer = client.get(f"{parts.path}?{parts.query}")
        if answer.status_code != 302:
            return answer
        address = answer["Location"]
    return address


def test_they_leave_franceconnect_too_and_come_back_to_the_service(fc, browser, visit):
    gone = leave(visit)
    assert gone["Location"] == page("leaving")
    assert who(browser.city) is None
    assert not Login.objects.filter(ended_at=None).exists()
    offered = browser.city.get(page("leaving"))
    asked = dict(parse_qsl(urlsplit(offered.context["url"]).query))
    assert len(asked["state"]) >= 32
    assert asked["id_token_hint"]
    back = browser.outside.get(offered.context["url"]).headers["location"]
    assert len(fc.ended) == 1
    assert followed(browser.city, back) == THERE


def test_they_may_go_straight_back_to_the_service(fc, browser, visit):
    leave(visit)
    offered = browser.city.get(page("leaving"))
    assert "Retour à La bibliothèque" in text_of(offered)
    assert followed(browser.city, offered.context["onward"].path) == THERE
    assert fc.ended == []


def test_while_franceconnect_is_down_they_are_signed_out_and_go_back(settings, browser, visit):
    asked = leave(visit)
    settings.PARVIS_FRANCECONNECT_URL = "http://localhost:9/api/v2"
    offered = browser.city.get(asked["Location"])
    assert (offered.status_code, offered.context["url"]) == (200, "")
    assert who(browser.city) is None
    assert followed(browser.city, offered.context["onward"].path) == THERE


def test_a_page_that_is_loaded_again_still_leads_back_to_the_service(browser, visit):
    leave(visit)
    browser.city.get(page("leaving"))
    assert followed(browser.city, page("leaving")) == THERE


def test_who_pressed_the_button_is_offered_it_too(browser, visit):
    asks = leave(visit, id_token_hint="", client_id=visit.registered.client_id)
    gone = browser.city.post(asks.context["going_on"], headers={"Sec-Fetch-Site": "same-origin"})
    assert gone["Location"] == page("leaving")
    offered = browser.city.get(page("leaving"))
    back = browser.outside.get(offered.context["url"]).headers["location"]
    assert followed(browser.city, back) == THERE


def test_a_service_without_an_address_to_come_back_to_gets_our_page(browser, visit):
    leave(visit, post_logout_redirect_uri="", state="")
    offered = browser.city.get(page("leaving"))
    back = browser.outside.get(offered.context["url"]).headers["location"]
    last = followed(browser.city, back)
    assert last.status_code == 200
    assert last.context["service"] == visit.registered.service


def test_an_address_that_is_not_registered_leads_nowhere_and_signs_nobody_out(browser, visit):
    refused = leave(visit, post_logout_redirect_uri="https://evil.example/")
    assert refused.status_code == 400
    assert who(browser.city) is not None


def test_who_signs_out_of_the_city_itself_is_led_to_no_service(browser, visit):
    visit.tokens()
    browser.city.post(page("account_logout"))
    offered = browser.city.get(page("leaving"))
    back = browser.outside.get(offered.context["url"]).headers["location"]
    assert browser.come_back(back)["Location"] == "/"


def test_who_has_signed_in_again_in_between_is_led_to_no_service(browser, visit):
    leave(visit)
    browser.city.get(page("leaving"))
    browser.go("yasmine")
    assert browser.city.get(page("leaving"))["Location"] == "/"
    assert browser.city.get(page("franceconnect_left"))["Location"] == "/"


def test_who_came_from_proconnect_leaves_it_too(pc, client):
    person = bachir()
    signed_in(client, person)
    token = inviting.invite(person_id=person.id, by=person.id, now=clock.now())
    Browser(client).go("bachir", "proconnect", invitation=token)
    later = Browser(Client())
    later.go("bachir", "proconnect")
    a_key()
    library = a_service(post_logout_redirect_uris=LEFT)
    agrees(person, library)
    leave(Visit(later.city, library))
    offered = later.city.get(page("leaving"))
    back = later.outside.get(offered.context["url"]).headers["location"]
    assert len(pc.ended) == 1
    assert followed(later.city, back) == THERE
