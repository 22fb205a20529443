"""What the provider says about itself: oidcc-discovery-endpoint-verification, and the flags the
logout plans read."""

from __future__ import annotations

import pytest
from django.urls import resolve, reverse

from parvis.openid import testing
from parvis.openid.rules.claims import SCOPES

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(client, settings):
    settings.PARVIS_SITE_URL = "https://parvis.example/"
    return client.get("/.well-known/openid-configuration")


def test_oidcc_discovery_endpoint_verification(told, client):
    assert told.status_code == 200
    assert told["Content-Type"] == "application/json"
    known = told.json()
    assert known["issuer"] == "https://parvis.example"
    assert known["response_types_supported"] == ["code"]
    assert known["subject_types_supported"] == ["pairwise"]
    assert known["id_token_signing_alg_values_supported"] == ["RS256"]
    assert known["code_challenge_methods_supported"] == ["S256"]
    assert known["scopes_supported"] == list(SCOPES)
    assert known["claims_parameter_supported"] is True
    assert known["request_parameter_supported"] is False
    assert known["request_uri_parameter_supported"] is False
    assert known["authorization_response_iss_parameter_supported"] is True
    assert "password" not in known["grant_types_supported"]
    addresses = [value for name, value in known.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(addresses) == 8
    for address in addresses:
        assert address.startswith("https://parvis.example/openid/")
        assert resolve(address.removeprefix("https://parvis.example")).namespace == "oidc"
    testing.a_key()
    keys = client.get(reverse("oidc:jwks")).json()["keys"]
    assert len({key["kid"] for key in keys}) == len(keys) == 1


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(told):
    assert told.json()["end_session_endpoint"] == "https://parvis.example/openid/logout"


def test_oidcc_backchannel_logout_discovery_endpoint_verification(told):
    assert told.json()["backchannel_logout_supported"] is True
    assert told.json()["backchannel_logout_session_supported"] is True


def test_the_same_is_told_under_the_name_of_oauth(told, client):
    assert client.get("/.well-known/oauth-authorization-server").json() == told.json()


def test_any_page_may_read_it_and_keep_it_for_an_hour(told):
    assert told["Access-Control-Allow-Origin"] == "*"
    assert told["Cache-Control"] == "public, max-age=3600"


def test_the_first_key_is_made_when_it_is_first_asked_for(client):
    published = client.get(reverse("oidc:jwks"))
    assert published["Access-Control-Allow-Origin"] == "*"
    assert len(published.json()["keys"]) == 1
    assert client.get(reverse("oidc:jwks")).json() == published.json()
