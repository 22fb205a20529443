"""Attaching FranceConnect to an account, proving oneself with it, leaving it."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils.html import escape

from config.fakes import franceconnect, openid
from parvis.account.models import Identity, MailedCode, Resident
from parvis.account.testing import OPEN_SESAME, a_person, alice, signed_in
from parvis.kernel import clock
from parvis.kernel.models import OutgoingMail
from parvis.openid.testing import Visit, a_key, a_service, agrees, answered, claims_of
from tests.outside.conftest import Browser, open_account, page, text_of, who

pytestmark = pytest.mark.django_db


def test_leaving_the_city_offers_to_leave_franceconnect_with_a_hint(fc, browser):
    open_account(browser)
    assert browser.city.post(page("account_logout"))["Location"] == page("leaving")
    assert who(browser.city) is None
    url = browser.city.get(page("leaving")).context["url"]
    asked = dict(parse_qsl(urlsplit(url).query))
    assert (
        openid.read_unverified(asked["id_token_hint"])["sub"] == franceconnect.PEOPLE["yasmine"].sub
    )
    back = browser.outside.get(url).headers["location"]
    assert back.startswith("http://testserver/mon-compte/franceconnect/au-revoir/?state=")
    assert len(fc.ended) == 1
    assert browser.come_back(back)["Location"] == "/"
    # Said once: the hint is gone.
    assert browser.city.get(page("leaving")).status_code == 302


def test_leaving_works_while_franceconnect_is_down(fc, settings, browser):
    open_account(browser)
    settings.PARVIS_FRANCECONNECT_URL = "http://localhost:9/api/v2"
    browser.city.post(page("account_logout"))
    shown = browser.city.get(page("leaving"))
    assert (shown.status_code, shown.context["url"]) == (200, "")
    assert who(browser.city) is None


def test_who_has_no_password_shows_again_that_it_is_them_outside(fc, browser, settings):
    open_account(browser)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    asked = browser.city.get(page("close"))
    assert asked["Location"] == f"{page('franceconnect')}?" + urlencode(
        {"process": "prove", "next": page("close"), "led": 1}
    )
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    address = browser.city.get(asked["Location"])["Location"]
    assert "prompt=login" in address
    assert browser.come_back(browser.choose(address, "paul")).status_code == 403
    address = browser.city.get(asked["Location"])["Location"]
    assert browser.come_back(browser.choose(address, "yasmine"))["Location"] == page("close")
    assert browser.city.get(page("close")).status_code == 200


def test_a_signed_in_person_attaches_and_takes_off(fc, browser):
    person = alice()
    signed_in(browser.city, person)
    begun = browser.city.get("/mon-compte/franceconnect/?process=connect")
    assert begun["Location"].startswith(page("account_reauthenticate"))
    browser.city.post(page("account_reauthenticate"), {"password": OPEN_SESAME})
    browser.go("alice", process="connect")
    row = Identity.objects.get()
    assert row.person_id == person.id
    assert "MARTIN" in text_of(browser.city.get(page("identities")))
    browser.city.post(page("detach", row.public_id))
    row.refresh_from_db()
    assert (row.person_id, row.linked_at) == (None, None)


FROM_A_PAGE_OF_OURS = {"Sec-Fetch-Site": "same-origin"}


def test_who_types_the_password_again_first_is_led_out_by_a_page(fc, browser):
    """A browser ends the way of a form at the edge of our site (`form-action`)."""
    signed_in(browser.city, alice())
    begun = browser.city.get("/mon-compte/franceconnect/?process=connect")
    typed = {"password": OPEN_SESAME}
    shown = browser.city.post(begun["Location"], typed, headers=FROM_A_PAGE_OF_OURS)
    led = browser.city.get(shown["Location"], headers=FROM_A_PAGE_OF_OURS)
    assert led.status_code == 200
    out = led.context["url"]
    assert out.startswith(fc.issuer)
    assert f'href="{escape(out)}"' in led.text
    assert browser.come_back(browser.choose(out, "alice")).status_code == 302
    assert Identity.objects.get().person_id is not None


def test_a_link_leads_straight_out(fc, browser):
    went = browser.city.get("/mon-compte/franceconnect/", headers=FROM_A_PAGE_OF_OURS)
    assert went["Location"].startswith(fc.issuer)


def test_who_sent_a_form_too_late_comes_back_to_its_page(fc, browser, settings):
    open_account(browser)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    headers = FROM_A_PAGE_OF_OURS | {"Referer": f"http://testserver{page('identities')}"}
    row = Identity.objects.get()
    late = browser.city.post(page("detach", row.public_id), headers=headers)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    led = browser.city.get(late["Location"], headers=FROM_A_PAGE_OF_OURS)
    back = browser.come_back(browser.choose(led.context["url"], "yasmine"))
    assert back["Location"] == page("identities")


def test_the_only_way_in_is_not_taken_off(fc, browser):
    open_account(browser)
    row = Identity.objects.get()
    answer = browser.city.post(page("detach", row.public_id))
    assert (answer.status_code, answer.context["refusal"].code) == (409, "last_way_in")
    row.refresh_from_db()
    assert row.person_id is not None


def test_an_identity_of_another_account_is_not_taken_over(fc, browser):
    open_account(browser)
    owner = who(browser.city)
    chloe = Browser(Client())
    signed_in(chloe.city, a_person("Chloé", email="chloe@parvis.example"))
    chloe.city.post(page("account_reauthenticate"), {"password": OPEN_SESAME})
    answer = chloe.go("yasmine", process="connect")
    assert (answer.status_code, answer.context["why"]) == (403, "another_account")
    assert Identity.objects.get().person_id == owner.id


def test_mail_alone_does_not_open_an_account_without_a_password(fc, browser):
    open_account(browser)
    person = who(browser.city)
    stranger = Client()
    for name, sent in (("account_reset_password", 1), ("ask_code", 2)):
        stranger.post(page(name), {"email": person.email})
        mails = OutgoingMail.objects.filter(recipient=person.email).order_by("-pk")
        assert mails.count() == 1 + sent
        assert page("account_login") in mails[0].text
        assert "/password/" not in mails[0].text
    assert MailedCode.objects.get().person_id is None


def test_who_enters_from_outside_may_choose_a_password_and_then_leave_outside(fc, browser):
    open_account(browser)
    row = Identity.objects.get()
    assert browser.city.get(page("set_password")).status_code == 200
    browser.city.post(page("set_password"), {"password1": OPEN_SESAME})
    assert Resident.objects.get().check_password(OPEN_SESAME)
    assert who(browser.city) is not None
    proof = {"password": OPEN_SESAME}
    browser.city.post(page("account_reauthenticate"), proof)
    browser.city.post(page("detach", row.public_id))
    row.refresh_from_db()
    assert row.person_id is None


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "0"}])
def test_an_application_that_wants_a_fresh_proof_of_who_has_no_password_gets_one(
    fc, browser, asked
):
    a_key()
    with time_machine.travel(clock.now() - dt.timedelta(minutes=1)):
        open_account(browser)
    visit = Visit(browser.city, a_service())
    agrees(who(browser.city), visit.registered)
    leads = visit.authorize(**asked)["Location"]
    assert leads.startswith(f"{page('franceconnect')}?process=prove&next=")
    address = browser.city.get(leads)["Location"]
    assert "prompt=login" in address
    back = browser.come_back(browser.choose(address, "yasmine"))["Location"]
    code = answered(browser.city.get(back))["code"]
    claims = claims_of(visit.redeem(code).json()["id_token"])
    assert claims["auth_time"] >= claims["iat"] - 5
