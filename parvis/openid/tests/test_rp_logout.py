"""The modules of oidcc-rp-initiated-logout-certification-test-plan, each under its name; discovery
is in test_discovery.py."""

from __future__ import annotations

import base64
import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from django.urls import reverse

from parvis.account import testing as cast
from parvis.openid import testing
from parvis.openid.models import Login
from parvis.openid.testing import LEFT, claims_of

pytestmark = pytest.mark.django_db


def leave(visit, **query):
    """Ask to sign out, as a service has a browser do."""
    return visit.client.get(reverse("oidc:logout"), query)


def is_signed_in(visit):
    """Tell whether Alice's session is still open."""
    return visit.answer(prompt="none").get("error") != "login_required"


def confirmed(visit, page):
    """Press the button of the page that asks."""
    assert page.status_code == 200
    assert is_signed_in(visit)
    return visit.client.post(page.context["going_on"])


def test_oidcc_rp_initiated_logout(visit):
    tokens = visit.tokens()
    gone = leave(
        visit,
        id_token_hint=tokens["id_token"],
        post_logout_redirect_uri=LEFT,
        state="so long",
    )
    assert gone["Location"] == f"{LEFT}?state=so+long"
    assert not is_signed_in(visit)
    assert Login.objects.filter(ended_at=None).count() == 0
    assert visit.userinfo(tokens["access_token"]).status_code == 401
    again = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.json()["error"] == "invalid_grant"


def test_who_is_no_longer_signed_in_reads_the_language_of_their_browser(client):
    said = {"accept-language": "en-GB,en;q=0.9"}
    gone = client.get(reverse("oidc:logout"), headers=said)
    assert "You are signed out" in gone.content.decode()
    assert gone["Content-Language"] == "en"
    wrong = client.get(reverse("oidc:leave"), headers=said)
    assert wrong.status_code == 405
    assert wrong["Allow"] == "POST"
    assert "This address only answers a form" in wrong.content.decode()
    wished = client.get(reverse("oidc:leave"), {"ui_locales": "fr"}, headers=said)
    assert "Cette adresse ne répond" in wished.content.decode()


def refused(visit, page):
    """A page says no; nobody is signed out, nobody is sent anywhere."""
    assert page.status_code == 400
    assert "Location" not in page
    assert is_signed_in(visit)
    assert Login.objects.exclude(ended_at=None).count() == 0


def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(visit):
    hint = visit.tokens()["id_token"]
    for uri in ("https://evil.example/", LEFT.upper(), f"{LEFT}/x"):
        refused(visit, leave(visit, id_token_hint=hint, post_logout_redirect_uri=uri))


def test_oidcc_rp_initiated_logout_modified_id_token_hint(visit):
    header, payload, _signature = visit.tokens()["id_token"].split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for hint in (f"{none}.{payload}.", f"{header}.{payload}.", f"{header}.{payload}.AAAA", "x"):
        page = leave(visit, id_token_hint=hint, post_logout_redirect_uri=LEFT)
        refused(visit, page)


def test_oidcc_rp_initiated_logout_bad_id_token_hint(visit):
    claims = claims_of(visit.tokens()["id_token"])
    kid = testing.a_key().kid
    other = generate_private_key(public_exponent=65537, key_size=2048)
    hint = jwt.encode(claims, other, algorithm="RS256", headers={"kid": kid})
    refused(visit, leave(visit, id_token_hint=hint, post_logout_redirect_uri=LEFT))


def test_oidcc_rp_initiated_logout_no_id_token_hint(visit):
    page = leave(visit, post_logout_redirect_uri=LEFT, state="x")
    gone = confirmed(visit, page)
    assert gone.status_code == 200
    assert LEFT not in gone.content.decode()
    assert not is_signed_in(visit)


def test_oidcc_rp_initiated_logout_no_params(visit):
    gone = confirmed(visit, leave(visit))
    assert gone.status_code == 200
    assert not is_signed_in(visit)


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(visit):
    gone = leave(visit, id_token_hint=visit.tokens()["id_token"], state="x")
    assert gone.status_code == 200
    assert not is_signed_in(visit)


def test_oidcc_rp_initiated_logout_no_state(visit):
    hint = visit.tokens()["id_token"]
    gone = leave(visit, id_token_hint=hint, post_logout_redirect_uri=LEFT)
    assert gone["Location"] == LEFT


def test_oidcc_rp_initiated_logout_only_state(visit):
    gone = confirmed(visit, leave(visit, state="x"))
    assert gone.status_code == 200
    assert not is_signed_in(visit)


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(visit):
    hint = visit.tokens()["id_token"]
    uri = f"{LEFT}?foo=bar"
    refused(visit, leave(visit, id_token_hint=hint, post_logout_redirect_uri=uri))


# --- beyond the plan ------------------------------------------------------------------------------


def test_a_service_that_only_says_its_name_is_believed_once_the_person_agrees(visit):
    query = {"client_id": visit.registered.client_id, "post_logout_redirect_uri": LEFT}
    gone = confirmed(visit, leave(visit, **query))
    assert gone["Location"] == LEFT


def test_a_hint_of_another_session_asks_first(visit, client):
    hint = visit.tokens()["id_token"]
    cast.signed_in(client, cast.alice())
    page = client.get(reverse("oidc:logout"), {"id_token_hint": hint})
    assert page.status_code == 200
    assert "going_on" in page.context or page.context.get("service")


def test_a_hint_and_a_name_that_disagree_are_refused(visit):
    hint = visit.tokens()["id_token"]
    museum = testing.a_service(name="Le musée", post_logout_redirect_uris=LEFT)
    query = {"id_token_hint": hint, "client_id": museum.client_id}
    refused(visit, leave(visit, **query, post_logout_redirect_uri=LEFT))


def test_a_form_of_another_site_is_taken_over_by_get(visit):
    hint = visit.tokens()["id_token"]
    sent = visit.client.post(reverse("oidc:logout"), {"id_token_hint": hint})
    assert sent.status_code == 303
    assert visit.client.get(sent["Location"]).status_code == 200
    assert not is_signed_in(visit)


def test_nobody_signs_alice_out_with_a_picture(visit):
    """Only a form with our own token does it where the service shows no hint."""
    browser = type(visit.client)(enforce_csrf_checks=True)
    browser.cookies = visit.client.cookies
    assert browser.post(reverse("oidc:leave")).status_code == 403
    assert is_signed_in(visit)


def test_whoever_is_signed_out_already_goes_straight_back(visit):
    hint = visit.tokens()["id_token"]
    visit.client.logout()
    gone = leave(visit, id_token_hint=hint, post_logout_redirect_uri=LEFT, state="x")
    assert gone["Location"] == f"{LEFT}?state=x"


def test_a_browser_that_comes_from_our_form_gets_a_page_that_goes_on_by_itself(visit):
    wish = {"client_id": visit.registered.client_id, "post_logout_redirect_uri": LEFT}
    page = leave(visit, **wish)
    gone = visit.client.post(page.context["going_on"], headers={"Sec-Fetch-Site": "same-origin"})
    assert gone.status_code == 200
    assert f'content="0;url={LEFT}"' in gone.content.decode()


def test_the_claims_of_a_hint_may_have_run_out_long_ago(visit):
    first = visit.tokens()
    assert json.dumps(claims_of(first["id_token"]))
    Login.objects.update(ended_at=None)
    gone = leave(visit, id_token_hint=first["id_token"], post_logout_redirect_uri=LEFT)
    assert gone["Location"] == LEFT
