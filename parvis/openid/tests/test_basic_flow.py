"""The good ways of the Basic OP profile, each under its name in the conformance suite
(oidcc-basic-certification-test-plan). All use PKCE: we accept nothing else."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client
from django.urls import reverse

from parvis.account import testing as cast
from parvis.openid import testing
from parvis.openid.testing import BACK, LEFT, VERIFIER, answered, claims_of

pytestmark = pytest.mark.django_db

ALL = "openid profile email address phone"


def test_oidcc_server(visit):
    answer = visit.answer()
    assert answer.keys() == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("a-state", "http://localhost:8000")
    response = visit.redeem(answer["code"])
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    tokens = response.json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)
    assert tokens["scope"] == "openid profile email"
    claims = claims_of(tokens["id_token"], client_id=visit.registered.client_id)
    assert claims["iss"] == "http://localhost:8000"
    assert claims["nonce"] == "a-nonce"
    assert claims["exp"] - claims["iat"] == 600
    assert claims["acr"] == "https://refeds.org/profile/sfa"
    known = visit.userinfo(tokens["access_token"])
    assert known.status_code == 200
    assert known.json()["sub"] == claims["sub"]
    assert known.json()["email"] == "alice@parvis.example"


def test_oidcc_idtoken_signature(visit):
    token = visit.tokens()["id_token"]
    header = jwt.get_unverified_header(token)
    published = visit.client.get(reverse("oidc:jwks")).json()["keys"]
    assert header["alg"] == "RS256"
    assert [key["kid"] for key in published] == [header["kid"]]
    key = jwt.PyJWK(published[0])
    assert jwt.decode(token, key, algorithms=["RS256"], audience=visit.registered.client_id)
    assert not {"d", "p", "q", "dp", "dq", "qi"} & published[0].keys()


def test_oidcc_idtoken_unsigned(visit):
    offered = visit.client.get(reverse("well_known:openid_configuration")).json()
    assert offered["id_token_signing_alg_values_supported"] == ["RS256"]


def test_oidcc_userinfo_get(visit):
    known = visit.userinfo(visit.tokens()["access_token"])
    assert known.status_code == 200
    assert known["Content-Type"] == "application/json"


def test_oidcc_userinfo_post_header(visit):
    token = visit.tokens()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    known = Client().post(reverse("oidc:userinfo"), headers=headers)
    assert known.json() == visit.userinfo(token).json()


def test_oidcc_userinfo_post_body(visit):
    token = visit.tokens()["access_token"]
    known = Client().post(reverse("oidc:userinfo"), {"access_token": token})
    assert known.json() == visit.userinfo(token).json()


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(visit):
    assert "nonce" not in claims_of(visit.tokens(nonce=None)["id_token"])


def test_oidcc_scope_profile(visit):
    known = visit.userinfo(visit.tokens(scope="openid profile")["access_token"]).json()
    assert known.keys() == {"sub", "name", "nickname", "locale"}
    assert (known["name"], known["nickname"]) == ("Alice Martin", "Alice")


def test_oidcc_scope_email(visit):
    known = visit.userinfo(visit.tokens(scope="openid email")["access_token"]).json()
    assert known.keys() == {"sub", "email", "email_verified"}
    assert known["email_verified"] is True


def test_oidcc_scope_address(visit):
    """The City knows no postal address: the scope is not offered, and asking for it is no error."""
    offered = visit.client.get(reverse("well_known:openid_configuration")).json()
    assert "address" not in offered["scopes_supported"]
    assert visit.tokens(scope="openid address")["scope"] == "openid"


def test_oidcc_scope_phone(visit):
    theatre = testing.a_service(name="Le théâtre", claims=["phone_number"])
    testing.agrees(cast.alice(), theatre, scope="openid phone")
    cast.with_phone(cast.alice(), "+33612345678")
    theirs = testing.Visit(visit.client, theatre)
    known = visit.userinfo(theirs.tokens(scope="openid phone")["access_token"]).json()
    assert known.keys() == {"sub", "phone_number", "phone_number_verified"}
    assert (known["phone_number"], known["phone_number_verified"]) == ("+33612345678", True)


def test_oidcc_scope_phone_where_the_contract_names_no_number(visit):
    cast.with_phone(cast.alice(), "+33612345678")
    known = visit.userinfo(visit.tokens(scope="openid phone")["access_token"]).json()
    assert known.keys() == {"sub"}


def test_oidcc_scope_all(visit):
    tokens = visit.tokens(scope=ALL)
    assert tokens["scope"] == "openid profile email phone"
    known = visit.userinfo(tokens["access_token"]).json()
    assert {"sub", "nickname", "email"} <= known.keys()


def test_oidcc_alternate_happy_flow(visit):
    """The scopes, and all parameters of the address, the other way round."""
    asked = visit.request(scope="email openid")
    backwards = dict(sorted(asked.items(), reverse=True))
    assert [*backwards] != [*asked]
    sent = visit.client.get(reverse("oidc:authorize"), backwards)
    assert sent.wsgi_request.get_full_path().startswith("/openid/authorize?state=a-state&scope=")
    answer = answered(sent)
    assert answer["state"] == "a-state"
    tokens = visit.redeem(answer["code"]).json()
    assert tokens["scope"] == "openid email"
    assert claims_of(tokens["id_token"])["nonce"] == "a-nonce"
    known = visit.userinfo(tokens["access_token"]).json()
    assert known.keys() == {"sub", "email", "email_verified"}


def test_oidcc_display_page(visit):
    assert "code" in visit.answer(display="page")


def test_oidcc_display_popup(visit):
    assert "code" in visit.answer(display="popup")


def test_oidcc_ensure_request_with_unknown_parameter_succeeds(visit):
    assert "code" in visit.answer(extra="foobar")


def test_oidcc_login_hint(visit):
    assert "code" in visit.answer(login_hint="alice@parvis.example")


def test_oidcc_ui_locales(visit):
    assert "code" in visit.answer(ui_locales="en fr")


def test_oidcc_ui_locales_choose_the_language_of_our_pages(client, library):
    page = testing.Visit(client, library).authorize(ui_locales="en-GB")
    assert page["Location"].startswith("/en/my-account/sign-in/?next=%2Fopenid%2Fauthorize")


def test_without_a_wish_our_pages_speak_the_language_of_the_browser(client, library):
    visit = testing.Visit(client, library)
    asked = client.get(
        reverse("oidc:authorize"), visit.request(), headers={"accept-language": "en-GB"}
    )
    assert asked["Location"].startswith("/en/my-account/sign-in/?next=%2Fopenid%2Fauthorize")


def test_oidcc_claims_locales(visit):
    assert "code" in visit.answer(claims_locales="fr en")


def test_oidcc_ensure_request_with_acr_values_succeeds(visit):
    tokens = visit.tokens(acr_values="https://refeds.org/profile/sfa another")
    assert claims_of(tokens["id_token"])["acr"] == "https://refeds.org/profile/sfa"


def test_a_wish_for_a_second_factor_is_fulfilled_as_far_as_it_can_be(visit):
    tokens = visit.tokens(acr_values="https://refeds.org/profile/mfa")
    assert claims_of(tokens["id_token"])["acr"] == "https://refeds.org/profile/sfa"


def test_oidcc_ensure_post_request_succeeds(visit):
    sent = visit.client.post(reverse("oidc:authorize"), visit.request())
    assert sent.status_code == 303
    assert parse_qs(urlsplit(sent["Location"]).query)["state"] == ["a-state"]
    assert "code" in answered(visit.client.get(sent["Location"]))


def test_oidcc_server_client_secret_post(visit):
    given = visit.redeem(
        visit.answer()["code"],
        client_id=visit.registered.client_id,
        client_secret=visit.registered.secret,
    )
    assert given.status_code == 200


def test_oidcc_claims_essential(visit):
    wish = {"userinfo": {"name": {"essential": True}}, "id_token": {"email": None}}
    tokens = visit.tokens(scope="openid", claims=json.dumps(wish))
    assert visit.userinfo(tokens["access_token"]).json()["name"] == "Alice Martin"
    in_token = claims_of(tokens["id_token"])
    assert in_token["email"] == "alice@parvis.example"
    assert "name" not in in_token


def test_oidcc_claims_essential_for_a_claim_that_is_not_known(visit):
    wish = {"userinfo": {"given_name": {"essential": True}, "website": None}}
    tokens = visit.tokens(scope="openid", claims=json.dumps(wish))
    assert visit.userinfo(tokens["access_token"]).json().keys() == {"sub"}


def test_oidcc_ensure_request_with_valid_pkce_succeeds(visit):
    assert visit.redeem(visit.answer()["code"]).status_code == 200


def test_oidcc_refresh_token(visit):
    first = visit.tokens()
    second = visit.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    before, after = claims_of(first["id_token"]), claims_of(second["id_token"])
    for name in ("iss", "sub", "aud", "auth_time", "sid"):
        assert after[name] == before[name]
    assert "nonce" not in after
    assert second["refresh_token"] != first["refresh_token"]
    assert visit.userinfo(second["access_token"]).json()["sub"] == before["sub"]


def test_oidcc_refresh_token_of_another_client(visit):
    first = visit.tokens()
    other = testing.a_service(name="Le musée")
    theirs = testing.Visit(visit.client, other)
    refused = theirs.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    again = visit.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert again.status_code == 200


def test_a_public_client_needs_no_secret(client, library):
    del library
    page = testing.a_service(public=True, name="Une page")
    alice = cast.alice()
    testing.agrees(alice, page)
    visit = testing.Visit(cast.signed_in(client, alice), page)
    tokens = visit.tokens()
    assert claims_of(tokens["id_token"])["aud"] == page.client_id


def test_two_sectors_know_a_person_by_two_names_and_one_sector_by_one(visit):
    museum = testing.a_service(name="Le musée", sector="museum.example")
    branch = testing.a_service(name="L'annexe", post_logout_redirect_uris=LEFT)
    subs = [claims_of(visit.tokens()["id_token"])["sub"]]
    for registered in (museum, branch):
        testing.agrees(cast.alice(), registered)
        theirs = testing.Visit(visit.client, registered)
        subs.append(claims_of(theirs.tokens()["id_token"])["sub"])
    assert subs[0] != subs[1]
    assert subs[0] == subs[2]
    assert str(cast.alice().id) not in subs[0]


def test_a_redirect_uri_keeps_the_query_it_was_registered_with(client, library):
    del library
    uri = f"{BACK}?from=paris"
    museum = testing.a_service(name="Le musée", redirect_uris=uri)
    testing.agrees(cast.alice(), museum)
    visit = testing.Visit(cast.signed_in(client, cast.alice()), museum, {"redirect_uri": uri})
    answer = visit.answer()
    assert answer["from"] == "paris"
    given = visit.token(
        grant_type="authorization_code",
        code=answer["code"],
        redirect_uri=uri,
        code_verifier=VERIFIER,
    )
    assert given.status_code == 200


def test_the_token_endpoint_asks_the_database_ten_times_at_most(
    visit, django_assert_max_num_queries
):
    visit.tokens()
    code = visit.answer()["code"]
    # A code comes with its service and the name of the key; then it is spent and tokens are kept.
    with django_assert_max_num_queries(2):
        tokens = visit.redeem(code).json()
    # All that a service is told is one question.
    with django_assert_max_num_queries(1):
        visit.userinfo(tokens["access_token"])
    with django_assert_max_num_queries(10):
        visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
