"""Services are told that a sign-in is over (oidcc-backchannel-rp-initiated-logout), over a real
socket, and again if they did not hear."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import jwt
import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from parvis.account import testing as cast
from parvis.account.public import AccountClosed
from parvis.kernel import clock, facts
from parvis.kernel.facts import Delivered
from parvis.kernel.ids import new_public_id
from parvis.kernel.models import FactRecord
from parvis.openid import reactions, testing
from parvis.openid.actions import logins, telling
from parvis.openid.models import Login, LogoutMessage
from parvis.openid.rules import logout as rules
from parvis.openid.testing import LEFT, claims_of
from parvis.openid.tests.listening import a_service_that_listens

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _this_machine_may_be_told(settings):
    settings.PARVIS_OPENID_PRIVATE_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def a_dead_address():
    """Return an address of this machine where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"http://127.0.0.1:{port}/logout"


@contextmanager
def a_service_that_drips() -> Iterator[str]:
    """Run a server whose answer never ends: a letter of its head from time to time."""
    over = threading.Event()

    def drip(listener: socket.socket) -> None:
        line, _address = listener.accept()
        with line:
            line.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            # It ends by itself, so that a test that fails does end.
            for _time in range(100):
                if over.wait(0.1):
                    return
                with suppress(OSError):
                    line.sendall(b"x")

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=drip, args=[listener])
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        over.set()
        thread.join()


def listens(visit, url):
    """Let the library want to be told."""
    visit.registered.service.backchannel_logout_uri = url
    visit.registered.service.save()


def jobs():
    """Return what the worker will do: (lock, service) of each job."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lock, args->>'service_id', scheduled_at FROM procrastinate_jobs"
            " WHERE task_name = %s ORDER BY id",
            [telling.TASK],
        )
        return cursor.fetchall()


def test_oidcc_backchannel_rp_initiated_logout(visit):
    with a_service_that_listens() as (url, heard):
        listens(visit, url)
        tokens = visit.tokens()
        known = claims_of(tokens["id_token"])
        query = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": LEFT}
        visit.client.get(reverse("oidc:logout"), query)
        service_id = visit.registered.service.pk
        assert jobs() == [(f"openid.logout/{service_id}", str(service_id), None)]
        assert telling.tell_service(service_id, now=clock.now()) == 1
    ((kind, form),) = heard
    assert kind == "application/x-www-form-urlencoded"
    (token,) = form["logout_token"]
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["typ"]) == ("RS256", "logout+jwt")
    told = claims_of(token, client_id=visit.registered.client_id)
    for name in ("iss", "aud", "sub", "sid"):
        assert told[name] == known[name]
    assert told["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert told["exp"] - told["iat"] == 120
    assert told["jti"]
    assert "nonce" not in told
    assert visit.answer(prompt="none")["error"] == "login_required"
    message = LogoutMessage.objects.get()
    assert (message.state, message.answered, message.next_try_at) == ("heard", "200", None)


def test_a_service_that_was_down_is_told_when_it_is_back(visit, a_dead_address):
    listens(visit, a_dead_address)
    visit.tokens()
    now = clock.now()
    logins.end_logins(now=now, person_id=cast.alice().id)
    service_id = visit.registered.service.pk
    assert telling.tell_service(service_id, now=now) == 0
    message = LogoutMessage.objects.get()
    assert (message.state, message.tries, message.answered) == ("waiting", 1, "ConnectError")
    assert message.next_try_at == now + dt.timedelta(seconds=10)
    assert jobs()[-1][2] == message.next_try_at
    port = int(a_dead_address.rsplit(":", 1)[1].split("/")[0])
    with a_service_that_listens(port=port) as (_url, heard):
        assert telling.tell_service(service_id, now=now) == 0
        assert heard == []
        assert telling.tell_service(service_id, now=message.next_try_at) == 1
        assert len(heard) == 1
        assert telling.tell_service(service_id, now=now + dt.timedelta(hours=1)) == 0
        assert len(heard) == 1


def test_a_service_that_is_dead_is_knocked_at_once_however_much_it_missed(
    visit, client, a_dead_address
):
    listens(visit, a_dead_address)
    for _sign_in in range(3):
        cast.signed_in(visit.client, cast.alice())
        visit.tokens()
        visit.client.logout()
    now = clock.now()
    logins.end_logins(now=now, service_id=visit.registered.service.pk)
    telling.tell_service(visit.registered.service.pk, now=now)
    tries = sorted(LogoutMessage.objects.values_list("tries", flat=True))
    assert tries == [0, 0, 1]
    waits = set(LogoutMessage.objects.values_list("next_try_at", flat=True))
    assert waits == {now + dt.timedelta(seconds=10)}


def test_each_service_has_a_line_of_its_own(visit, a_dead_address):
    museum = testing.a_service(
        name="Le musée", sector="museum.example", backchannel_logout_uri=a_dead_address
    )
    testing.agrees(cast.alice(), museum)
    listens(visit, a_dead_address)
    visit.tokens()
    testing.Visit(visit.client, museum).tokens()
    logins.end_logins(now=clock.now(), person_id=cast.alice().id)
    assert len({lock for lock, _service, _at in jobs()}) == 2


def test_a_service_that_never_answers_is_given_up_after_a_day(visit, a_dead_address):
    listens(visit, a_dead_address)
    visit.tokens()
    began = now = clock.now()
    logins.end_logins(now=now, person_id=cast.alice().id)
    service_id, tries = visit.registered.service.pk, 0
    while True:
        telling.tell_service(service_id, now=now)
        tries += 1
        message = LogoutMessage.objects.get()
        if message.state != "waiting":
            break
        now = message.next_try_at
    assert message.state == "given_up"
    assert now - began == dt.timedelta(days=1)
    assert tries == 8


def test_a_service_that_is_silent_costs_one_time_out(visit, monkeypatch):
    monkeypatch.setattr(rules, "TIMEOUT", dt.timedelta(seconds=0.2))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        listens(visit, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        visit.tokens()
        logins.end_logins(now=clock.now(), person_id=cast.alice().id)
        began = time.monotonic()
        assert telling.tell_service(visit.registered.service.pk, now=clock.now()) == 0
        assert time.monotonic() - began < 4
    assert LogoutMessage.objects.get().answered == "TimeoutError"


def test_a_service_is_told_from_wherever_the_city_is_at_work():
    with a_service_that_listens() as (url, heard):

        async def told():
            return telling._post(url, {"logout_token": "x"})

        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(asyncio.run, told()).result() == 200
        assert len(heard) == 1


def test_a_name_that_nobody_looks_up_costs_one_time_out(visit, monkeypatch):
    monkeypatch.setattr(rules, "TIMEOUT", dt.timedelta(seconds=0.2))
    over = threading.Event()

    def looks_for_ever(*_asked, **_how):
        # It ends by itself, so that a test that fails does end.
        over.wait(20)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 9))]

    listens(visit, "http://dead-dns.example/logout")
    visit.tokens()
    logins.end_logins(now=clock.now(), person_id=cast.alice().id)
    monkeypatch.setattr(socket, "getaddrinfo", looks_for_ever)
    began = time.monotonic()
    try:
        assert telling.tell_service(visit.registered.service.pk, now=clock.now()) == 0
        assert time.monotonic() - began < 10
    finally:
        over.set()
    message = LogoutMessage.objects.get()
    assert (message.state, message.tries, message.answered) == ("waiting", 1, "TimeoutError")


def test_a_name_that_is_nobodys_is_looked_up_again(visit, monkeypatch):
    def knows_nobody(*_asked, **_how):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    listens(visit, "http://nobody.example/logout")
    monkeypatch.setattr(socket, "getaddrinfo", knows_nobody)
    visit.tokens()
    logins.end_logins(now=clock.now(), person_id=cast.alice().id)
    assert telling.tell_service(visit.registered.service.pk, now=clock.now()) == 0
    message = LogoutMessage.objects.get()
    assert (message.state, message.tries, message.answered) == ("waiting", 1, "gaierror")


def test_a_service_that_answers_letter_by_letter_costs_one_time_out(visit, monkeypatch):
    monkeypatch.setattr(rules, "TIMEOUT", dt.timedelta(seconds=0.5))
    with a_service_that_drips() as url:
        listens(visit, url)
        visit.tokens()
        logins.end_logins(now=clock.now(), person_id=cast.alice().id)
        began = time.monotonic()
        assert telling.tell_service(visit.registered.service.pk, now=clock.now()) == 0
        assert time.monotonic() - began < 4
    assert LogoutMessage.objects.get().answered == "TimeoutError"


def test_a_refusal_is_tried_again_and_does_not_hold_up_the_others(visit):
    with a_service_that_listens(answers=400) as (url, heard):
        listens(visit, url)
        for _sign_in in range(2):
            cast.signed_in(visit.client, cast.alice())
            visit.tokens()
            visit.client.logout()
        logins.end_logins(now=clock.now(), service_id=visit.registered.service.pk)
        assert telling.tell_service(visit.registered.service.pk, now=clock.now()) == 0
        assert len(heard) == 2
    states = set(LogoutMessage.objects.values_list("state", "tries", "answered"))
    assert states == {("waiting", 1, "400")}


def test_nothing_is_sent_into_a_private_network_that_is_not_ours(visit, settings):
    settings.PARVIS_OPENID_PRIVATE_NETWORKS = []
    with a_service_that_listens() as (url, heard):
        listens(visit, url)
        visit.tokens()
        logins.end_logins(now=clock.now(), person_id=cast.alice().id)
        assert telling.tell_service(visit.registered.service.pk, now=clock.now()) == 0
        assert heard == []
    assert LogoutMessage.objects.get().answered == "private address"


def test_a_service_that_does_not_want_to_know_is_not_told(visit):
    visit.tokens()
    assert logins.end_logins(now=clock.now(), person_id=cast.alice().id) == 1
    assert LogoutMessage.objects.count() == 0
    assert jobs() == []


# --- why a sign-in ends ---------------------------------------------------------------------------


def delivered(fact_name, reaction):
    """Deliver the facts of a name, as the worker does."""
    records = FactRecord.objects.filter(name=fact_name)
    for record in records:
        facts.deliver(fact_id=str(record.public_id), reaction=reaction)
    return len(records)


def test_signing_out_of_the_account_ends_what_was_reached_from_that_session(visit, client):
    tokens = visit.tokens()
    visit.client.post(reverse("account_logout"))
    assert delivered("account.session_ended", "openid.end_logins") == 1
    assert Login.objects.filter(ended_at=None).count() == 0
    assert visit.userinfo(tokens["access_token"]).status_code == 401


def test_another_session_goes_on(visit, db):
    tokens = visit.tokens()
    other = type(visit.client)()
    theirs = testing.Visit(cast.signed_in(other, cast.alice()), visit.registered)
    theirs.tokens()
    other.post(reverse("account_logout"))
    delivered("account.session_ended", "openid.end_logins")
    assert Login.objects.filter(ended_at=None).count() == 1
    assert visit.userinfo(tokens["access_token"]).status_code == 200


def test_a_closed_account_ends_everything_offline_access_too(visit):
    tokens = visit.tokens(scope="openid email")
    fact = AccountClosed(person_id=cast.alice().id)
    reactions.end_logins_of_account(
        Delivered(fact_id=new_public_id(), fact=fact, announced_at=clock.now())
    )
    assert visit.userinfo(tokens["access_token"]).status_code == 401


def test_offline_access_outlives_the_session_but_not_the_consent(visit):
    scope = "openid email offline_access"
    visit.registered.service.consents.update(scopes=scope.split())
    tokens = visit.tokens(scope=scope)
    assert tokens["scope"] == scope
    login = Login.objects.get()
    logins.end_logins(now=clock.now(), session_ref=login.session_ref)
    renewed = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()
    assert visit.userinfo(renewed["access_token"]).status_code == 200
    logins.end_logins(
        now=clock.now(), person_id=cast.alice().id, service_id=visit.registered.service.pk
    )
    assert visit.userinfo(renewed["access_token"]).status_code == 401
    again = visit.token(grant_type="refresh_token", refresh_token=renewed["refresh_token"])
    assert again.json()["error"] == "invalid_grant"


def test_offline_access_ends_after_thirty_days(visit):
    scope = "openid email offline_access"
    visit.registered.service.consents.update(scopes=scope.split())
    tokens = visit.tokens(scope=scope)
    with time_machine.travel(clock.now() + dt.timedelta(days=29)):
        tokens = visit.token(
            grant_type="refresh_token", refresh_token=tokens["refresh_token"]
        ).json()
    with time_machine.travel(clock.now() + dt.timedelta(days=30, minutes=1)):
        again = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        assert again.json()["error"] == "invalid_grant"
