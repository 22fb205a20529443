"""Many at one moment: one code is exchanged once, one refresh token is renewed once."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import sys
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from parvis.account import testing as cast
from parvis.kernel import clock
from parvis.kernel.testing import at_once
from parvis.openid import testing
from parvis.openid.models import AccessToken, Grant, Login
from parvis.openid.testing import BACK, VERIFIER
from parvis.openid.tests import interop_world

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 200
PROCESSES, THREADS = 2, 12


@pytest.fixture
def visit(client):
    """Sign Alice in, on her way to the library."""
    testing.a_key()
    registered = testing.a_service()
    testing.agrees(cast.alice(), registered)
    return testing.Visit(cast.signed_in(client, cast.alice()), registered)


@contextlib.contextmanager
def a_city(folder, *, guarded):
    """Run the server on the database of this test, its threads all looking at a code before any of
    them spends it; yield where it answers."""
    address = interop_world.here()
    server = [sys.executable, "-m", "granian", "--interface", "wsgi"]
    server += ["parvis.openid.tests.everybody_looks:application", "--backlog", "1024"]
    server += ["--working-dir", str(settings.BASE_DIR), "--host", "127.0.0.1", "--no-ws"]
    server += ["--port", str(urlsplit(address).port), "--workers", str(PROCESSES)]
    server += ["--blocking-threads", str(THREADS)]
    known = interop_world.on_this_database()
    known |= {"LOOKING": str(THREADS), "UNGUARDED": "" if guarded else "yes"}
    with interop_world.running(folder, server, HERE=address, **known):
        yield address


def redemption(visit, code):
    """Return the request that exchanges a code, as it goes over the network."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    body = urlencode(form)
    lines = (
        f"POST {reverse('oidc:token')} HTTP/1.1",
        "Host: localhost",
        f"Authorization: {visit.registered.basic}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "",
        body,
    )
    return "\r\n".join(lines).encode()


def sent_at_once(address, request, times):
    """Send a request over as many sockets, its last letter over one right after the other, and only
    then read an answer; return the statuses."""
    to = ("127.0.0.1", urlsplit(address).port)
    with contextlib.ExitStack() as opened:
        lines = [opened.enter_context(socket.create_connection(to, 60)) for _time in range(times)]
        for line in lines:
            line.sendall(request[:-1])
        for line in lines:
            line.sendall(request[-1:])
        return [int(line.makefile("rb").readline().split()[1]) for line in lines]


def test_of_two_hundred_redemptions_of_one_code_at_once_one_succeeds(visit, tmp_path):
    code = visit.answer()["code"]
    with a_city(tmp_path, guarded=True) as address:
        statuses = sent_at_once(address, redemption(visit, code), MANY)
    assert len(statuses) == MANY
    assert (statuses.count(200), statuses.count(400)) == (1, MANY - 1)
    # Whoever came second was taken for a thief: what the first one bought is worth nothing.
    bought = AccessToken.objects.get()
    assert bought.expires <= bought.created + dt.timedelta(minutes=5)


def test_without_the_guard_the_race_is_lost(visit, tmp_path):
    """The same, with a statement that spends a code whoever spent it before: the test above can
    fail."""
    code = visit.answer()["code"]
    with a_city(tmp_path, guarded=False) as address:
        statuses = sent_at_once(address, redemption(visit, code), MANY)
    assert statuses.count(200) > 1
    assert AccessToken.objects.count() == statuses.count(200)


def test_a_code_that_comes_again_many_times_at_once_ends_all_that_came_of_it(visit):
    """Each locks the tokens it ends in the same order, so that none waits for another in a ring."""
    code = visit.answer()["code"]
    given = visit.redeem(code).json()
    for _renewal in range(12):
        renewed = visit.token(grant_type="refresh_token", refresh_token=given["refresh_token"])
        given = renewed.json()
    assert at_once([lambda: visit.redeem(code).status_code] * 24) == [400] * 24
    assert not AccessToken.objects.filter(expires__gt=clock.now()).exists()


def test_a_refresh_token_is_renewed_once(visit):
    given = visit.tokens()

    def renew():
        return visit.token(
            grant_type="refresh_token", refresh_token=given["refresh_token"]
        ).status_code

    assert sorted(at_once([renew] * 8)) == [200] + [400] * 7


def test_two_tabs_of_one_session_are_one_login(visit):
    url = visit.authorize().wsgi_request.get_full_path()
    Login.objects.all().delete()
    cookies = visit.client.cookies

    def ask():
        browser = Client()
        browser.cookies = cookies
        return browser.get(url).status_code

    assert at_once([ask] * 4) == [302] * 4
    assert Login.objects.filter(ended_at=None).count() == 1
    assert Grant.objects.filter(login__isnull=False).count() == 4
