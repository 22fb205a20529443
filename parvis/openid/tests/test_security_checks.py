"""The security checks that django-allauth or django-oauth-toolkit fail out of the box, under their
numbers in conformance.py; one more about each is elsewhere where it is a module of the conformance
suite."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from parvis.openid import testing
from parvis.openid.models import AccessToken, Grant, Login, RefreshToken
from parvis.openid.rules.secrets import fingerprint
from parvis.openid.testing import BACK, LEFT, claims_of

pytestmark = pytest.mark.django_db


def test_1_no_code_without_consent_however_quietly_asked(visit):
    other = testing.Visit(visit.client, testing.a_service(name="Le musée"))
    assert other.answer(prompt="none")["error"] == "consent_required"


def test_2_prompt_none_with_openid_is_answered(visit):
    assert "code" in visit.answer(prompt="none")


def test_3_the_claims_parameter_without_sub_is_no_error(visit):
    assert "code" in visit.answer(claims=json.dumps({"userinfo": {"email": None}}))


def test_4_auth_time_is_always_told(visit):
    assert claims_of(visit.tokens(max_age="300")["id_token"])["auth_time"] > 0


def test_5_a_spent_code_stays_spent(visit):
    """Two hundred at once: test_races.py."""
    code = visit.answer()["code"]
    assert [visit.redeem(code).status_code for _ in range(3)] == [200, 400, 400]


def test_6_codes_in_flight_lie_in_the_database_and_none_is_pushed_out(visit):
    codes = [visit.answer()["code"] for _ in range(5)]
    assert Grant.objects.filter(spent_at=None).count() == 5
    assert visit.redeem(codes[0]).status_code == 200


def test_7_tokens_die_when_their_code_comes_again(visit):
    code = visit.answer()["code"]
    tokens = visit.redeem(code).json()
    renewed = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()
    visit.redeem(code)
    for token in (tokens["access_token"], renewed["access_token"]):
        assert visit.userinfo(token).status_code == 401
    again = visit.token(grant_type="refresh_token", refresh_token=renewed["refresh_token"])
    assert again.json()["error"] == "invalid_grant"


def test_8_a_refresh_token_that_comes_again_ends_its_family(visit):
    first = visit.tokens()
    second = visit.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    replayed = visit.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert replayed.json()["error"] == "invalid_grant"
    last = visit.token(grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert last.json()["error"] == "invalid_grant"
    assert visit.userinfo(second["access_token"]).status_code == 401


def test_9_an_added_query_makes_another_address(visit):
    assert visit.authorize(redirect_uri=f"{BACK}?a=b").status_code == 400
    hint = visit.tokens()["id_token"]
    query = {"id_token_hint": hint, "post_logout_redirect_uri": f"{LEFT}?a=b"}
    assert visit.client.get(reverse("oidc:logout"), query).status_code == 400


def test_10_without_a_registered_address_nobody_is_sent_away_after_signing_out(visit):
    visit.registered.service.post_logout_redirect_uris = ""
    visit.registered.service.save()
    hint = visit.tokens()["id_token"]
    query = {"id_token_hint": hint, "post_logout_redirect_uri": BACK}
    assert visit.client.get(reverse("oidc:logout"), query).status_code == 400
    assert Login.objects.filter(ended_at=None).count() == 1


def test_11_no_code_without_a_challenge_so_no_verifier_without_one(visit):
    assert visit.answer(code_challenge=None)["error"] == "invalid_request"
    assert visit.answer(code_challenge_method="plain")["error"] == "invalid_request"


def test_12_request_objects_are_refused_not_ignored(visit):
    assert visit.answer(request="x")["error"] == "request_not_supported"
    assert visit.answer(request_uri="https://x.example")["error"] == "request_uri_not_supported"


def test_13_the_authorization_endpoint_takes_a_form(visit):
    sent = visit.client.post(reverse("oidc:authorize"), visit.request())
    assert "code" in testing.answered(visit.client.get(sent["Location"]))


def test_14_a_token_in_the_address_is_no_token(visit):
    token = visit.tokens()["access_token"]
    answer = Client().get(reverse("oidc:userinfo"), {"access_token": token})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="openid"'


# --- beyond them ----------------------------------------------------------------------------------


def test_nothing_that_could_be_used_lies_in_the_database(visit):
    code = visit.answer()["code"]
    assert Grant.objects.get().code == fingerprint(code)
    tokens = visit.redeem(code).json()
    access, refresh = AccessToken.objects.get(), RefreshToken.objects.get()
    assert (access.token, refresh.token) == ("", "")
    assert access.token_checksum == fingerprint(tokens["access_token"])
    assert visit.registered.secret not in visit.registered.service.client_secret
    assert visit.registered.service.client_secret.startswith("sha256$")


def test_a_token_without_openid_knows_nobody(visit):
    tokens = visit.tokens(scope="email")
    assert "id_token" not in tokens
    answer = visit.userinfo(tokens["access_token"])
    assert answer.status_code == 403
    assert answer["WWW-Authenticate"] == 'Bearer realm="openid", error="insufficient_scope"'


def test_a_page_of_a_public_service_may_ask_from_where_it_was_registered(client, library):
    del library
    testing.a_service(public=True, name="Une page", allowed_origins="https://page.example")
    for origin, allowed in (("https://page.example", True), ("https://evil.example", False)):
        answer = client.options(reverse("oidc:token"), headers={"Origin": origin})
        assert answer.status_code == 204
        assert answer.get("Access-Control-Allow-Origin") == (origin if allowed else None)
        assert "Access-Control-Allow-Credentials" not in answer


def test_introspection_tells_a_service_about_tokens_of_its_sector_only(visit):
    tokens = visit.tokens()
    headers = {"Authorization": visit.registered.basic}
    url = reverse("oidc:introspect")
    told = Client().post(url, {"token": tokens["access_token"]}, headers=headers).json()
    assert told["active"] is True
    assert told["sub"] == claims_of(tokens["id_token"])["sub"]
    assert told["scope"] == "openid profile email"
    assert told["client_id"] == visit.registered.client_id
    told = Client().post(url, {"token": tokens["refresh_token"]}, headers=headers).json()
    assert (told["active"], told["token_type"]) == (True, "refresh_token")
    museum = testing.a_service(name="Le musée", sector="museum.example")
    theirs = {"Authorization": museum.basic}
    told = Client().post(url, {"token": tokens["access_token"]}, headers=theirs).json()
    assert told == {"active": False}
    assert Client().post(url, {"token": tokens["access_token"]}).status_code == 401


def test_revocation_takes_the_whole_family(visit):
    tokens = visit.tokens()
    headers = {"Authorization": visit.registered.basic}
    url = reverse("oidc:revoke")
    assert Client().post(url, {"token": tokens["access_token"]}).status_code == 401
    museum = testing.a_service(name="Le musée")
    theirs = {"Authorization": museum.basic}
    assert Client().post(url, {"token": tokens["access_token"]}, headers=theirs).status_code == 200
    assert visit.userinfo(tokens["access_token"]).status_code == 200
    assert (
        Client().post(url, {"token": tokens["refresh_token"]}, headers=headers).status_code == 200
    )
    assert visit.userinfo(tokens["access_token"]).status_code == 401
    again = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.json()["error"] == "invalid_grant"
    assert Client().post(url, {"token": "unknown"}, headers=headers).status_code == 200


def test_a_program_gets_a_token_for_itself_that_knows_nobody(db):
    program = testing.a_service(
        name="Le compteur", authorization_grant_type="client-credentials", redirect_uris=""
    )
    visit = testing.Visit(Client(), program)
    given = visit.token(grant_type="client_credentials", scope="openid email").json()
    assert given["scope"] == ""
    assert "refresh_token" not in given
    assert visit.userinfo(given["access_token"]).status_code == 401
    headers = {"Authorization": program.basic}
    told = Client().post(
        reverse("oidc:introspect"), {"token": given["access_token"]}, headers=headers
    )
    assert told.json()["active"] is True
    assert "sub" not in told.json()


def test_what_a_program_adds_to_its_request_is_not_taken_for_what_we_found_out(db):
    program = testing.a_service(
        name="Le compteur", authorization_grant_type="client-credentials", redirect_uris=""
    )
    visit = testing.Visit(Client(), program)
    given = visit.token(grant_type="client_credentials", city="Paris", grant="1", client="2")
    assert given.status_code == 200
    assert visit.userinfo(given.json()["access_token"]).status_code == 401
