"""Showing once more at FranceConnect or ProConnect that it is oneself: an earlier sign-in there is
no proof, whatever the browser left out of the question."""

from __future__ import annotations

import datetime as dt
import json
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import time_machine
from django.contrib.auth import get_user
from django.test import Client, RequestFactory

from parvis.account.queries.sessions import proof_of
from parvis.account.testing import bachir, signed_in
from parvis.kernel import clock
from parvis.openid.testing import Visit, a_key, a_service, agrees, answered, claims_of
from tests.outside.conftest import Browser, open_account, page, text_of, who
from tests.outside.test_proconnect import invited

pytestmark = pytest.mark.django_db


def without(address, *names):
    """Return an address that lacks some parameters, as a browser's owner may have it."""
    parts = urlsplit(address)
    asked = {name: value for name, value in parse_qsl(parts.query) if name not in names}
    return parts._replace(query=urlencode(asked)).geturl()


def ago(**how_long):
    """Do what follows some time ago."""
    return time_machine.travel(clock.now() - dt.timedelta(**how_long), tick=True)


def shown_at(browser):
    """Return when the person of a browser last showed who they are."""
    request = RequestFactory().get("/")
    request.session, request.user = browser.city.session, get_user(browser.city)
    return proof_of(request).auth_time


def leaves_to_close(browser):
    """Open the page that closes an account, and go where it sends who must prove it again."""
    leads = browser.city.get(page("close"))["Location"]
    return browser.city.get(leads)["Location"]


@pytest.fixture
def yasmine(fc, browser):
    """Sign Yasmine in with FranceConnect, twenty minutes ago; her session there is open still."""
    with ago(minutes=20):
        open_account(browser)
    return browser


def test_who_is_asked_again_there_has_proved_it(yasmine):
    address = leaves_to_close(yasmine)
    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked["prompt"] == "login"
    # Neither of the two takes it.
    assert "max_age" not in asked
    assert yasmine.outside.get(address).status_code == 200
    back = yasmine.come_back(yasmine.choose(address, "yasmine"))
    assert back["Location"] == page("close")
    assert yasmine.city.get(page("close")).status_code == 200


def test_who_leaves_the_question_out_of_the_address_has_proved_nothing(yasmine):
    answer = yasmine.outside.get(without(leaves_to_close(yasmine), "prompt"))
    assert answer.status_code == 303  # FranceConnect asked nothing: its session is open.
    before = shown_at(yasmine)
    back = yasmine.come_back(answer.headers["location"])
    assert (back.status_code, back.context["why"]) == (403, "not_proven")
    assert shown_at(yasmine) == before
    assert yasmine.city.get(page("close")).status_code == 302


def test_they_may_try_again_and_arrive_where_they_were_going(yasmine):
    answer = yasmine.outside.get(without(leaves_to_close(yasmine), "prompt"))
    shown = text_of(yasmine.come_back(answer.headers["location"]))
    assert "FranceConnect ne vous a pas redemandé qui vous êtes" in shown
    again = f"{page('franceconnect')}?process=prove&amp;next={page('close')}"
    assert f'href="{again}"' in shown
    back = yasmine.go("yasmine", process="prove", next=page("close"))
    assert back["Location"] == page("close")


@pytest.mark.parametrize("told", [None, "now", True, -1])
def test_a_token_that_does_not_say_when_proves_nothing(fc, yasmine, told):
    address = leaves_to_close(yasmine)
    fc.spoil = lambda kind, claims: claims | ({"auth_time": told} if kind == "id_token" else {})
    back = yasmine.come_back(yasmine.choose(address, "yasmine"))
    assert (back.status_code, back.context["why"]) == (403, "not_proven")
    assert yasmine.city.get(page("close")).status_code == 302


def test_a_moment_that_has_not_come_yet_is_not_believed(fc, yasmine):
    address, soon = leaves_to_close(yasmine), int(time.time()) + 3600
    fc.spoil = lambda kind, claims: claims | ({"auth_time": soon} if kind == "id_token" else {})
    back = yasmine.come_back(yasmine.choose(address, "yasmine"))
    assert (back.status_code, back.context["why"]) == (403, "not_believed")


@pytest.mark.parametrize("seconds", [0, 25])
def test_clocks_of_two_parties_may_differ_a_little(fc, yasmine, seconds):
    address, told = leaves_to_close(yasmine), int(time.time()) - seconds
    fc.spoil = lambda kind, claims: claims | ({"auth_time": told} if kind == "id_token" else {})
    left = clock.now()
    back = yasmine.come_back(yasmine.choose(address, "yasmine"))
    assert back["Location"] == page("close")
    assert shown_at(yasmine) >= left - dt.timedelta(seconds=1)


# --- ProConnect -----------------------------------------------------------------------------------


@pytest.fixture
def agent(pc):
    """Sign Bachir in with ProConnect, twenty minutes ago."""
    inviting = Browser(Client())
    with ago(minutes=30):
        token = invited(inviting, bachir())
        inviting.go("bachir", "proconnect", invitation=token)
    browser = Browser(Client())
    with ago(minutes=20):
        browser.go("bachir", "proconnect")
    return browser


def test_proconnect_is_asked_to_say_when(agent):
    asked = dict(parse_qsl(urlsplit(agent.leave("proconnect", process="prove")).query))
    assert json.loads(asked["claims"])["id_token"]["auth_time"] == {"essential": True}
    assert "max_age" not in asked
    assert agent.go("bachir", "proconnect", process="prove").status_code == 302
    assert shown_at(agent) > clock.now() - dt.timedelta(minutes=1)


@pytest.mark.parametrize("dropped", [("prompt",), ("prompt", "claims")])
def test_what_a_browser_leaves_out_proves_nothing_to_proconnect_either(agent, dropped):
    before = shown_at(agent)
    answer = agent.outside.get(without(agent.leave("proconnect", process="prove"), *dropped))
    assert answer.status_code == 303
    back = agent.come_back(answer.headers["location"])
    assert (back.status_code, back.context["why"]) == (403, "not_proven")
    assert shown_at(agent) == before


# --- signing in with a session that is open there -------------------------------------------------


def test_a_sign_in_is_as_old_as_the_one_outside_that_it_rests_on(yasmine):
    later = Browser(Client())
    later.outside = yasmine.outside
    answer = later.outside.get(later.leave())
    assert answer.status_code == 303
    later.come_back(answer.headers["location"])
    assert who(later.city) == who(yasmine.city)
    assert dt.timedelta(minutes=19) < clock.now() - shown_at(later) < dt.timedelta(minutes=21)
    assert later.city.get(page("close")).status_code == 302


def test_signing_in_once_more_with_an_open_session_there_proves_nothing_either(yasmine):
    answer = yasmine.outside.get(yasmine.leave(next=page("close")))
    yasmine.come_back(answer.headers["location"])
    assert yasmine.city.get(page("close")).status_code == 302


def test_who_does_not_say_when_is_taken_to_have_signed_in_long_ago(agent):
    later = Browser(Client())
    later.outside = agent.outside
    answer = later.outside.get(without(later.leave("proconnect"), "claims"))
    later.come_back(answer.headers["location"])
    assert who(later.city).id == bachir().id
    assert clock.now() - shown_at(later) > dt.timedelta(hours=11)


def test_a_service_that_asks_for_a_fresh_sign_in_is_not_told_of_an_old_one(yasmine):
    a_key()
    library = a_service()
    agrees(who(yasmine.city), library)
    visit = Visit(yasmine.city, library)
    leads = visit.authorize(prompt="login")["Location"]
    address = yasmine.city.get(leads)["Location"]
    answer = yasmine.outside.get(without(address, "prompt"))
    assert yasmine.come_back(answer.headers["location"]).status_code == 403
    back = yasmine.come_back(yasmine.choose(yasmine.city.get(leads)["Location"], "yasmine"))
    code = answered(yasmine.city.get(back["Location"]))["code"]
    claims = claims_of(visit.redeem(code).json()["id_token"])
    assert claims["iat"] - claims["auth_time"] < 60


def test_a_city_session_that_began_before_is_no_proof_for_another_person(yasmine):
    signed_in(yasmine.city, bachir())
    back = yasmine.go("yasmine", process="prove")
    assert (back.status_code, back.context["why"]) == (403, "another_account")
