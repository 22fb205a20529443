"""What a request that is not right gets: the error of the specifications where the service can be
answered safely, a page without a redirect where it cannot. Names as in the conformance suite."""

from __future__ import annotations

import base64
import datetime as dt
import json
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from parvis.account import testing as cast
from parvis.kernel import clock
from parvis.openid import testing
from parvis.openid.models import AccessToken, Grant, RefreshToken
from parvis.openid.testing import BACK, VERIFIER

pytestmark = pytest.mark.django_db


def refused(response):
    """Return the code of a page that sends nobody anywhere."""
    assert response.status_code == 400
    assert "Location" not in response
    assert Grant.objects.count() == 0
    return response.context["refusal"].code


def test_oidcc_response_type_missing(visit):
    assert visit.answer(response_type=None)["error"] == "invalid_request"
    for other in ("token", "id_token", "code id_token", "none"):
        assert visit.answer(response_type=other)["error"] == "unsupported_response_type"
    assert Grant.objects.count() == 0


def test_oidcc_codereuse(visit):
    code = visit.answer()["code"]
    tokens = visit.redeem(code).json()
    again = visit.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert visit.userinfo(tokens["access_token"]).status_code == 401
    refresh = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refresh.json()["error"] == "invalid_grant"


def test_oidcc_codereuse_30seconds(visit):
    code = visit.answer()["code"]
    tokens = visit.redeem(code).json()
    with time_machine.travel(clock.now() + dt.timedelta(seconds=30)):
        assert visit.redeem(code).json()["error"] == "invalid_grant"
        assert visit.userinfo(tokens["access_token"]).status_code == 401


def test_a_code_is_good_for_a_minute(visit):
    code = visit.answer()["code"]
    with time_machine.travel(clock.now() + dt.timedelta(seconds=61)):
        assert visit.redeem(code).json()["error"] == "invalid_grant"
    assert AccessToken.objects.count() == 0


def test_oidcc_ensure_registered_redirect_uri(visit):
    page = visit.authorize(redirect_uri="https://evil.example/back")
    assert refused(page) == "openid_unknown_address"
    assert "evil.example" not in page.content.decode()


@pytest.mark.parametrize(
    "uri",
    [
        f"{BACK}?a=1",
        f"{BACK}/",
        f"{BACK}#x",
        BACK.upper(),
        BACK.replace("https", "http"),
        BACK.replace("/back", "/./back"),
        BACK.replace("library", "user@library"),
        BACK.replace(".example", ".example:443"),
        "",
    ],
)
def test_an_address_is_compared_letter_by_letter(visit, uri):
    assert refused(visit.authorize(redirect_uri=uri)) == "openid_unknown_address"


def test_without_an_address_nobody_is_answered(visit):
    assert refused(visit.authorize(redirect_uri=None)) == "openid_unknown_address"


def test_an_unknown_or_closed_service_is_never_answered(visit):
    assert refused(visit.authorize(client_id="nobody")) == "openid_unknown_service"
    assert refused(visit.authorize(client_id=None)) == "openid_unknown_service"
    assert refused(visit.authorize(client_id="a\x00b")) == "openid_broken_request"
    visit.registered.service.closed_at = clock.now()
    visit.registered.service.save()
    assert refused(visit.authorize()) == "openid_unknown_service"


def test_a_service_named_twice_is_not_answered(visit):
    query = f"client_id={visit.registered.client_id}&client_id=x&redirect_uri={BACK}"
    assert refused(visit.client.get(f"/openid/authorize?{query}")) == "openid_broken_request"


@pytest.mark.parametrize(
    "sub", [r"a\u0000b", r"\ud800", "é", "x" * 8000], ids=["nul", "half", "accent", "long"]
)
def test_a_person_nobody_could_be_is_not_signed_in(visit, sub):
    claims = f'{{"id_token": {{"sub": {{"value": "{sub}"}}}}}}'
    assert visit.answer(claims=claims, prompt="none")["error"] == "login_required"


def test_any_other_parameter_twice_is_an_error_the_service_is_told(visit):
    url = visit.authorize().wsgi_request.get_full_path()
    answer = testing.answered(visit.client.get(f"{url}&scope=email"))
    assert answer["error"] == "invalid_request"


def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(visit):
    answer = visit.answer(request_uri="https://library.example/request.jwt")
    assert answer["error"] == "request_uri_not_supported"


def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(visit):
    assert visit.answer(request="eyJhbGciOiJub25lIn0.e30.")["error"] == "request_not_supported"


def test_oidcc_ensure_request_object_with_redirect_uri(visit):
    request = "eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJodHRwczovL2V2aWwuZXhhbXBsZSJ9."
    assert visit.answer(request=request)["error"] == "request_not_supported"
    page = visit.authorize(request=request, redirect_uri="https://evil.example")
    assert refused(page) == "openid_unknown_address"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"registration": "{}"}, "registration_not_supported"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"scope": "unknown"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"claims": "[" * 4000}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"claims": '{"id_token": 1}'}, "invalid_request"),
        ({"nonce": "n" * 256}, "invalid_request"),
        ({"nonce": "a\x00b"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
    ],
)
def test_the_service_is_told_what_is_wrong(visit, changes, error):
    answer = visit.answer(**changes)
    assert answer["error"] == error
    assert answer["state"] == "a-state"
    assert answer["iss"] == "http://localhost:8000"
    assert answer["error_description"]
    assert Grant.objects.count() == 0


# --- the token endpoint ---------------------------------------------------------------------------


def error_of(response):
    """Return the status and the error of an answer."""
    assert response["Cache-Control"] == "no-store"
    return response.status_code, response.json()["error"]


def test_a_wrong_secret_gets_nothing(visit):
    code = visit.answer()["code"]
    answer = visit.redeem(code, client_id=visit.registered.client_id, client_secret="wrong")
    assert error_of(answer) == (401, "invalid_client")
    assert answer["WWW-Authenticate"] == 'Basic realm="openid"'
    assert AccessToken.objects.count() == 0
    assert visit.redeem(code).status_code == 200


def test_a_secret_sent_both_ways_is_refused(visit, client):
    form = {
        "grant_type": "authorization_code",
        "code": visit.answer()["code"],
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": visit.registered.client_id,
        "client_secret": visit.registered.secret,
    }
    headers = {"Authorization": visit.registered.basic}
    answer = client.post(reverse("oidc:token"), form, headers=headers)
    assert error_of(answer) == (401, "invalid_client")


def test_a_service_with_a_secret_has_to_show_it(visit, client):
    form = {
        "grant_type": "authorization_code",
        "code": visit.answer()["code"],
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": visit.registered.client_id,
    }
    assert error_of(client.post(reverse("oidc:token"), form)) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "unknown"}, "invalid_grant"),
        ({"code": None}, "invalid_request"),
        ({"redirect_uri": "https://library.example/other"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"grant_type": "password", "username": "a", "password": "b"}, "unsupported_grant_type"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
    ],
)
def test_what_is_not_right_gets_no_token(visit, changes, error):
    good = {
        "grant_type": "authorization_code",
        "code": visit.answer()["code"],
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    answer = visit.token(**good | changes)
    assert error_of(answer) == (400, error)
    assert AccessToken.objects.count() == RefreshToken.objects.count() == 0


def test_a_token_without_saying_how_is_a_request_that_misses_something(visit):
    assert error_of(visit.token()) == (400, "invalid_request")


@pytest.mark.parametrize("twice", ["grant_type=implicit", "code=unknown", "client_id=other"])
def test_a_parameter_that_is_there_twice_gets_no_token(visit, client, twice):
    good = {
        "client_id": visit.registered.client_id,
        "grant_type": "authorization_code",
        "code": visit.answer()["code"],
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    kind, headers = "application/x-www-form-urlencoded", {"Authorization": visit.registered.basic}
    address, form = reverse("oidc:token"), f"{twice}&{urlencode(good)}"
    answer = client.post(address, form, content_type=kind, headers=headers)
    assert error_of(answer) == (400, "invalid_request")
    assert visit.redeem(good["code"]).status_code == 200


def test_nothing_is_asked_of_the_token_endpoint_in_its_address(visit, client):
    address = f"{reverse('oidc:token')}?grant_type=authorization_code"
    answer = client.post(address, {"grant_type": "authorization_code", "code": "é %"})
    assert error_of(answer) == (400, "invalid_request")


@pytest.mark.parametrize("door", ["token", "introspect", "revoke", "device_authorization"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=utf-16", b"grant_type=a"),
        ("multipart/form-data; boundary=x", b"--y"),
        ("multipart/form-data", b"--y"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=%d" % n for n in range(1500))),
    ],
    ids=["charset", "cut short", "no boundary", "too many fields"],
)
def test_a_body_that_is_no_form_is_answered_to_the_program(client, door, kind, body):
    answer = client.post(reverse(f"oidc:{door}"), body, content_type=kind)
    assert error_of(answer)[0] in (400, 401)
    assert error_of(answer)[1] in ("invalid_request", "invalid_client")


def test_a_token_sent_both_ways_is_a_bad_request(visit, client):
    token = visit.tokens()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post(reverse("oidc:userinfo"), {"access_token": token}, headers=headers)
    assert error_of(answer) == (400, "invalid_request")
    assert answer["WWW-Authenticate"] == 'Bearer realm="openid", error="invalid_request"'


@pytest.mark.parametrize("kid", ["a\x00", "\ud800", "", ["a"]])
def test_a_hint_under_a_name_no_key_could_have_is_none_of_ours(visit, client, kid):
    head = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", "kid": kid}).encode())
    hint = f"{head.rstrip(b'=').decode()}.e30.e30"
    assert visit.answer(id_token_hint=hint)["error"] == "invalid_request"
    assert client.get(reverse("oidc:logout"), {"id_token_hint": hint}).status_code == 400


def test_a_code_of_another_service_is_worth_nothing(visit):
    museum = testing.a_service(name="Le musée")
    code = visit.answer()["code"]
    answer = testing.Visit(visit.client, museum).redeem(code)
    assert error_of(answer) == (400, "invalid_grant")
    assert visit.redeem(code).status_code == 200


def test_a_secret_in_the_address_is_refused(visit, client):
    query = f"client_id={visit.registered.client_id}&client_secret={visit.registered.secret}"
    answer = client.post(f"{reverse('oidc:token')}?{query}", {"grant_type": "authorization_code"})
    assert error_of(answer) == (400, "invalid_request")


def test_a_token_is_asked_for_by_post(client):
    assert client.get(reverse("oidc:token")).status_code == 405


def test_a_closed_account_gets_nothing(visit):
    tokens = visit.tokens()
    visit.client.post(reverse("account_reauthenticate"), {"password": cast.OPEN_SESAME})
    assert visit.client.post(reverse("account:close"))["Location"] == reverse("account:closed")
    assert visit.userinfo(tokens["access_token"]).status_code == 401
    answer = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert error_of(answer) == (400, "invalid_grant")
