"""When a person is asked something, and when nothing may be asked: the modules of the Basic OP
profile about prompt, max_age and hints, under their names."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from parvis.account import testing as cast
from parvis.kernel import clock
from parvis.openid import testing
from parvis.openid.models import Grant
from parvis.openid.testing import answered, claims_of

pytestmark = pytest.mark.django_db

PROVE = "/mon-compte/montrez-que-c-est-vous/"
MFA = "https://refeds.org/profile/mfa"


def proves_again(visit, page):
    """Type Alice's password where she is asked for it, and come back."""
    assert page.status_code == 302
    assert page["Location"].startswith(f"{PROVE}?next=%2Fopenid%2Fauthorize")
    back = visit.client.post(page["Location"], {"password": cast.OPEN_SESAME})
    assert back.status_code == 302
    return visit.client.get(back["Location"])


def test_oidcc_prompt_login(visit):
    before = claims_of(visit.tokens()["id_token"])
    with time_machine.travel(clock.now() + dt.timedelta(seconds=20)):
        page = visit.authorize(prompt="login")
        again = answered(proves_again(visit, page))
        after = claims_of(visit.redeem(again["code"]).json()["id_token"])
    assert after["auth_time"] >= before["auth_time"] + 20
    assert after["sub"] == before["sub"]


def test_prompt_login_is_asked_for_each_time(visit):
    answered(proves_again(visit, visit.authorize(prompt="login")))
    assert visit.authorize(prompt="login")["Location"].startswith(PROVE)


def test_oidcc_prompt_none_not_logged_in(client, library):
    answer = testing.Visit(client, library).answer(prompt="none")
    assert (answer["error"], answer["state"]) == ("login_required", "a-state")
    assert answer["iss"] == "http://localhost:8000"
    assert Grant.objects.count() == 0


def test_oidcc_prompt_none_logged_in(visit):
    before = claims_of(visit.tokens()["id_token"])
    after = claims_of(visit.tokens(prompt="none")["id_token"])
    assert [after[name] for name in ("sub", "auth_time")] == [
        before[name] for name in ("sub", "auth_time")
    ]


def test_prompt_none_for_a_service_the_person_never_agreed_to(visit):
    museum = testing.a_service(name="Le musée")
    answer = testing.Visit(visit.client, museum).answer(prompt="none")
    assert answer["error"] == "consent_required"
    assert Grant.objects.count() == 0


def test_prompt_none_goes_with_no_other_value(visit):
    assert visit.answer(prompt="none login")["error"] == "invalid_request"


def test_an_unknown_prompt_is_an_error(visit):
    assert visit.answer(prompt="create")["error"] == "invalid_request"


def test_oidcc_max_age_1(visit):
    before = claims_of(visit.tokens()["id_token"])
    with time_machine.travel(clock.now() + dt.timedelta(seconds=5)):
        again = answered(proves_again(visit, visit.authorize(max_age="1")))
        after = claims_of(visit.redeem(again["code"]).json()["id_token"])
        assert after["auth_time"] >= clock.now().timestamp() - 3
    assert after["auth_time"] > before["auth_time"]


def test_oidcc_max_age_10000(visit):
    first = claims_of(visit.tokens(max_age="15000")["id_token"])
    second = claims_of(visit.tokens(max_age="10000")["id_token"])
    assert second["auth_time"] == first["auth_time"]


def test_max_age_with_prompt_none_is_never_passed_over(visit):
    with time_machine.travel(clock.now() + dt.timedelta(seconds=5)):
        assert visit.answer(max_age="1", prompt="none")["error"] == "login_required"


def test_auth_time_is_the_session_s_not_the_account_s(visit, client_elsewhere):
    """Alice signs in with a second device: the first one's auth_time does not move."""
    before = claims_of(visit.tokens()["id_token"])["auth_time"]
    with time_machine.travel(clock.now() + dt.timedelta(minutes=5)):
        cast.signed_in(client_elsewhere, cast.alice())
        assert claims_of(visit.tokens()["id_token"])["auth_time"] == before


@pytest.fixture
def client_elsewhere():
    """Open a second browser."""
    return Client()


def test_oidcc_id_token_hint(visit):
    first = visit.tokens()
    second = visit.tokens(prompt="none", id_token_hint=first["id_token"])
    assert claims_of(second["id_token"])["sub"] == claims_of(first["id_token"])["sub"]


def test_a_hint_of_somebody_else_is_no_silent_sign_in(visit, client_elsewhere):
    testing.agrees(cast.chloe(), visit.registered)
    theirs = testing.Visit(cast.signed_in(client_elsewhere, cast.chloe()), visit.registered)
    hint = theirs.tokens()["id_token"]
    assert visit.answer(prompt="none", id_token_hint=hint)["error"] == "login_required"
    page = visit.authorize(id_token_hint=hint)
    assert page["Location"].startswith("/openid/choose?")
    sub = claims_of(hint)["sub"]
    wish = json.dumps({"id_token": {"sub": {"value": sub}}})
    assert visit.answer(prompt="none", claims=wish)["error"] == "login_required"


def test_a_hint_that_is_not_ours_is_an_error(visit):
    assert visit.answer(id_token_hint="a.b.c")["error"] == "invalid_request"


def test_prompt_consent_asks_again_whatever_was_agreed_before(visit):
    page = visit.authorize(prompt="consent")
    assert page["Location"].startswith(reverse("openid:consent"))
    assert visit.client.get(page["Location"]).status_code == 200


def test_whoever_says_no_sends_the_service_away(visit):
    page = visit.authorize(prompt="consent")
    no = visit.client.post(page["Location"], {"no": "1"})
    answer = answered(visit.client.get(no["Location"]))
    assert (answer["error"], answer["state"]) == ("access_denied", "a-state")


def test_prompt_select_account_shows_whose_account_is_open(visit):
    page = visit.authorize(prompt="select_account")
    shown = visit.client.get(page["Location"])
    assert "alice@parvis.example" in shown.content.decode()
    assert "code" in answered(visit.client.get(shown.context["going_on"]))


def test_another_account_is_signed_in_instead(visit):
    page = visit.authorize(prompt="select_account")
    query = page["Location"].partition("?")[2]
    away = visit.client.post(f"{reverse('oidc:other_account')}?{query}")
    page = visit.client.get(away["Location"])
    assert page["Location"].startswith("/mon-compte/connexion/?next=%2Fopenid%2Fauthorize")


def test_a_request_may_wait_an_hour_for_the_person(visit):
    page = visit.authorize(prompt="login")
    with time_machine.travel(clock.now() + dt.timedelta(minutes=61)):
        again = proves_again(visit, page)
        assert again["Location"].startswith(PROVE)


def test_a_stamp_of_another_request_proves_nothing(visit):
    page = visit.authorize(prompt="consent")
    stamp = parse_qs(urlsplit(page["Location"]).query)["asked"][0]
    with time_machine.travel(clock.now() + dt.timedelta(seconds=9)):
        cast.signed_in(visit.client, cast.alice())
    with time_machine.travel(clock.now() + dt.timedelta(seconds=20)):
        forged = visit.authorize(prompt="login", asked=stamp)
        assert forged["Location"].startswith(PROVE)


# --- how sure -------------------------------------------------------------------------------------


def gives_second_factor(person):
    """Give Alice an application that shows codes."""
    Authenticator.objects.create(
        user_id=person.id, type=Authenticator.Type.TOTP, data={"secret": "x", "public_id": "0" * 32}
    )


def test_a_second_factor_that_is_there_is_asked_for(visit):
    gives_second_factor(cast.alice())
    page = visit.authorize(acr_values=MFA)
    assert page["Location"].startswith(reverse("mfa_reauthenticate"))


def test_an_essential_acr_that_cannot_be_reached_is_an_error(visit):
    wish = json.dumps({"id_token": {"acr": {"essential": True, "values": [MFA]}}})
    assert visit.answer(claims=wish)["error"] == "unmet_authentication_requirements"
    wish = json.dumps({"id_token": {"acr": {"essential": True, "value": "urn:unknown"}}})
    assert visit.answer(claims=wish)["error"] == "unmet_authentication_requirements"
    assert Grant.objects.count() == 0


def test_a_service_that_needs_a_second_factor_has_the_person_add_one(visit):
    bank = testing.a_service(name="La caisse", least_acr=MFA)
    testing.agrees(cast.alice(), bank)
    theirs = testing.Visit(visit.client, bank)
    page = theirs.authorize()
    assert page["Location"].startswith("/openid/stronger?")
    assert "La caisse" in visit.client.get(page["Location"]).content.decode()
    assert theirs.answer(prompt="none")["error"] == "interaction_required"
