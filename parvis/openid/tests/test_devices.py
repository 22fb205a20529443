"""A device without a keyboard: its code is typed by a person elsewhere (RFC 8628)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from parvis.account import testing as cast
from parvis.kernel import clock
from parvis.kernel.models import Count
from parvis.openid import testing
from parvis.openid.actions import device as actions
from parvis.openid.actions.logins import end_logins
from parvis.openid.models import AccessToken, DeviceGrant, Login
from parvis.openid.rules.secrets import fingerprint
from parvis.openid.testing import claims_of

pytestmark = pytest.mark.django_db

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def screen(client):
    """Register a screen; Alice, signed in on her telephone, has agreed to tell it who she is."""
    testing.a_key()
    registered = testing.a_service(
        public=True, name="L'écran", authorization_grant_type=GRANT, redirect_uris=""
    )
    testing.agrees(cast.alice(), registered)
    return testing.Visit(cast.signed_in(client, cast.alice()), registered)


def begin(screen, scope="openid email"):
    form = {"client_id": screen.registered.client_id, "scope": scope}
    given = Client().post(reverse("oidc:device_authorization"), form)
    assert given.status_code == 200
    return given.json()


def poll(screen, codes):
    return screen.token(grant_type=GRANT, device_code=codes["device_code"])


def decide(screen, codes, decision):
    form = {"user_code": codes["user_code"].lower().replace("-", " "), "decision": decision}
    return screen.client.post(reverse("oidc:device"), form)


def error(response):
    return response.status_code, response.json()["error"]


def test_a_screen_is_let_in(screen):
    codes = begin(screen)
    assert codes["verification_uri"] == "http://localhost:8000/openid/device"
    assert codes["verification_uri_complete"].endswith(f"?user_code={codes['user_code']}")
    assert (codes["expires_in"], codes["interval"]) == (600, 5)
    assert DeviceGrant.objects.get().device_code == fingerprint(codes["device_code"])
    assert error(poll(screen, codes)) == (400, "authorization_pending")
    assert error(poll(screen, codes)) == (400, "slow_down")
    page = screen.client.get(
        codes["verification_uri_complete"].removeprefix("http://localhost:8000")
    )
    assert codes["user_code"] in page.content.decode()
    assert decide(screen, codes, "allow").context["allowed"] is True
    tokens = poll(screen, codes).json()
    assert claims_of(tokens["id_token"])["aud"] == screen.registered.client_id
    assert screen.userinfo(tokens["access_token"]).json()["email"] == "alice@parvis.example"
    assert error(poll(screen, codes)) == (400, "expired_token")
    renewed = screen.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert renewed.status_code == 200


def test_the_screen_stays_connected_when_the_telephone_signs_out(screen):
    codes = begin(screen)
    decide(screen, codes, "allow")
    tokens = poll(screen, codes).json()
    ref = screen.client.session["parvis_session_ref"]
    assert end_logins(now=clock.now(), session_ref=ref) == 0
    assert screen.userinfo(tokens["access_token"]).status_code == 200


def test_a_screen_is_turned_away(screen):
    codes = begin(screen)
    decide(screen, codes, "deny")
    assert error(poll(screen, codes)) == (400, "access_denied")
    assert AccessToken.objects.count() == Login.objects.count() == 0


def test_a_code_is_good_for_ten_minutes(screen):
    codes = begin(screen)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11)):
        assert error(poll(screen, codes)) == (400, "expired_token")
        assert decide(screen, codes, "allow").status_code == 400


def test_a_person_agrees_first_to_what_the_screen_asks(screen):
    screen.registered.service.consents.all().delete()
    codes = begin(screen)
    page = screen.client.get(reverse("oidc:device"), {"user_code": codes["user_code"]})
    assert page["Location"].startswith(reverse("openid:consent"))
    no = screen.client.post(page["Location"], {"no": "1"})
    screen.client.get(no["Location"])
    assert error(poll(screen, codes)) == (400, "access_denied")


def test_who_tries_many_codes_is_stopped(screen):
    url = reverse("oidc:device")
    statuses = [screen.client.get(url, {"user_code": "BBBB-BBBB"}).status_code for _ in range(11)]
    assert statuses == [400] * 10 + [429]


def begins(screen, **where):
    form = {"client_id": screen.registered.client_id, "scope": "openid"}
    return Client(**where).post(reverse("oidc:device_authorization"), form)


def test_who_begins_many_times_waits_a_minute(screen):
    statuses = [begins(screen).status_code for _time in range(actions.MOST_BEGUN)]
    assert set(statuses) == {200}
    refused = begins(screen)
    assert error(refused) == (429, "temporarily_unavailable")
    assert refused["Retry-After"] == "60"
    assert refused["Cache-Control"] == "no-store"
    assert DeviceGrant.objects.count() == actions.MOST_BEGUN
    # Elsewhere, and for another service, it goes on; and here after a minute.
    assert begins(screen, REMOTE_ADDR="192.0.2.7").status_code == 200
    other = testing.a_service(public=True, name="Une borne", authorization_grant_type=GRANT)
    assert begins(testing.Visit(Client(), other)).status_code == 200
    with time_machine.travel(clock.now() + dt.timedelta(seconds=61)):
        assert begins(screen).status_code == 200


def test_one_home_is_one_place_however_many_addresses_it_has(screen):
    for number in range(actions.MOST_BEGUN):
        assert begins(screen, REMOTE_ADDR=f"2001:db8::{number + 1:x}").status_code == 200
    assert begins(screen, REMOTE_ADDR="2001:db8::ffff").status_code == 429
    assert begins(screen, REMOTE_ADDR="2001:db8:0:1::1").status_code == 200


def test_what_is_counted_names_nobody(screen):
    begins(screen)
    [key] = Count.objects.values_list("key", flat=True)
    assert screen.registered.client_id not in key
    assert "127.0.0.1" not in key


def test_only_a_service_for_devices_is_given_codes(library):
    headers = {"Authorization": library.basic}
    refused = Client().post(reverse("oidc:device_authorization"), headers=headers)
    assert error(refused) == (400, "unauthorized_client")
    assert error(Client().post(reverse("oidc:device_authorization"))) == (401, "invalid_client")
    assert DeviceGrant.objects.count() == 0


def test_a_device_code_of_another_service_is_worth_nothing(screen):
    codes = begin(screen)
    decide(screen, codes, "allow")
    other = testing.a_service(public=True, name="Une borne", authorization_grant_type=GRANT)
    theirs = testing.Visit(Client(), other)
    assert error(poll(theirs, codes)) == (400, "invalid_grant")
    assert poll(screen, codes).status_code == 200


def test_the_page_asks_who_is_signed_out_to_sign_in():
    page = Client().get(reverse("oidc:device"))
    assert page["Location"] == "/mon-compte/connexion/?next=/openid/device"


def test_and_asks_in_the_language_of_their_browser_and_comes_back_with_the_code():
    shown = {"user_code": "BCDF-GHJK"}
    page = Client(headers={"Accept-Language": "en-GB"}).get(reverse("oidc:device"), shown)
    back = "/openid/device%3Fuser_code%3DBCDF-GHJK"
    assert page["Location"] == f"/en/my-account/sign-in/?next={back}"


def test_a_page_whose_address_is_french_asks_in_french_whatever_the_browser_speaks():
    page = Client(headers={"Accept-Language": "en-GB"}).get("/services-connectes/")
    assert page["Location"] == "/mon-compte/connexion/?next=/services-connectes/"
    there = Client(headers={"Accept-Language": "fr"}).get("/en/connected-services/")
    assert there["Location"] == "/en/my-account/sign-in/?next=/en/connected-services/"
