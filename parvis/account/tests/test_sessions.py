"""Sessions and devices: where one is signed in, ending it, being told of a new device."""

from __future__ import annotations

import datetime as dt
import hashlib
import time

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parvis.account.actions import devices, sessions as actions
from parvis.account.actions.closing import close_account
from parvis.account.models import Device, OpenSession, Resident
from parvis.account.queries import sessions as queries
from parvis.account.rules import factors as rules
from parvis.account.testing import MORNING, OPEN_SESAME, alice, chloe, signed_in
from parvis.kernel.models import FactRecord, OutgoingMail, RegisterEntry

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
NEW = "tasse-girafe-horizon"


def sign_in(client, email="alice@parvis.example", **headers):
    typed = {"login": email, "password": OPEN_SESAME}
    return client.post(reverse("account_login"), typed, **headers)


def ended():
    facts = FactRecord.objects.filter(name="account.session_ended").order_by("pk")
    return [fact.payload["session_ref"] for fact in facts]


def ref_of(client):
    return client.session[queries.REF_KEY]


def device_mails():
    return OutgoingMail.objects.filter(message_key__startswith="account.new_device")


@pytest.mark.django_db
def test_a_session_is_known_by_the_hash_of_the_key_it_was_opened_with(client):
    sign_in(client, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.7")
    assert not OpenSession.objects.exists()
    person = alice()
    sign_in(client, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.7")
    row = OpenSession.objects.get()
    assert row.ref == hashlib.sha256(client.session.session_key.encode()).hexdigest()
    assert row.ref == ref_of(client)
    assert (row.person_id, row.browser, row.system, row.address) == (
        person.id,
        "Firefox",
        "Windows",
        "192.0.2.7",
    )


@pytest.mark.django_db
def test_a_session_without_any_proof_says_so_and_when_it_began(client, rf):
    person = alice()
    signed_in(client, person)
    request = rf.get("/")
    request.session, request.user = client.session, Resident.objects.get(pk=person.id)
    proof = queries.proof_of(request)
    assert (proof.amr, proof.acr) == ((), rules.ONE_FACTOR)
    assert abs(proof.auth_time.timestamp() - time.time()) < 60


@pytest.mark.django_db
def test_signing_out_ends_the_session_and_announces_it_once(client):
    signed_in(client, alice())
    ref = ref_of(client)
    client.post(reverse("account_logout"))
    assert ended() == [ref]
    assert not OpenSession.objects.exists()
    client.post(reverse("account_logout"))
    assert ended() == [ref]


@pytest.mark.django_db
def test_alice_sees_her_sessions_and_ends_the_one_on_her_tablet(client):
    person = alice()
    tablet = signed_in(Client(), person)
    signed_in(client, person)
    page = client.get(reverse("account:sessions"))
    assert [sitting.is_here for sitting in page.context["sessions"]] == [True, False]
    there = ref_of(tablet)
    answer = client.post(reverse("account:end_session"), {"session": there})
    assert answer["Location"] == reverse("account:sessions")
    assert ended() == [there]
    assert tablet.get(reverse("account:known")).status_code == 302
    assert client.get(reverse("account:known")).status_code == 200
    assert RegisterEntry.objects.get(action="account.sessions_ended").details == {"ended": 1}
    assert client.post(reverse("account:end_session"), {"session": there}).status_code == 404


@pytest.mark.django_db
def test_the_session_of_somebody_else_cannot_be_ended(client):
    other = signed_in(Client(), chloe())
    signed_in(client, alice())
    for forged in (ref_of(other), "", "x" * 99, "\x00"):
        answer = client.post(reverse("account:end_session"), {"session": forged})
        assert answer.status_code == 404
    assert ended() == []
    assert other.get(reverse("account:known")).status_code == 200


@pytest.mark.django_db
def test_alice_ends_all_her_other_sessions_at_once(client):
    person = alice()
    others = [signed_in(Client(), person) for _one in range(3)]
    there = [ref_of(other) for other in others]
    signed_in(client, person)
    client.post(reverse("account:end_sessions"))
    assert sorted(ended()) == sorted(there)
    assert OpenSession.objects.get().ref == ref_of(client)
    assert all(other.get(reverse("account:known")).status_code == 302 for other in others)


@pytest.mark.django_db
def test_a_new_password_ends_the_other_sessions_and_this_one_keeps_its_name(client):
    person = alice()
    tablet = signed_in(Client(), person)
    signed_in(client, person)
    here, there, key = ref_of(client), ref_of(tablet), client.session.session_key
    typed = {"oldpassword": OPEN_SESAME, "password1": NEW}
    client.post(reverse("account_change_password"), typed)
    assert ended() == [there]
    assert client.session.session_key != key
    assert ref_of(client) == here
    row = OpenSession.objects.get()
    assert (row.ref, row.session_key) == (here, client.session.session_key)
    actions.end_those_that_ran_out(now=MORNING)
    assert ended() == [there]


@pytest.mark.django_db
def test_closing_the_account_ends_every_session_before_anything_is_forgotten(client):
    person = alice()
    signed_in(Client(), person), signed_in(client, person)
    close_account(person_id=person.id, now=MORNING)
    assert len(ended()) == 2
    assert not OpenSession.objects.exists()
    assert not Device.objects.exists()
    assert client.get(reverse("account:known")).status_code == 302


@pytest.mark.django_db
def test_sessions_that_ran_out_are_announced_by_the_night(client):
    signed_in(client, alice())
    ref = ref_of(client)
    opened = OpenSession.objects.get().opened_at
    later = opened + dt.timedelta(minutes=6)
    assert actions.end_those_that_ran_out(now=later) == 0
    Session.objects.all().delete()
    # A request that opens a session keeps it when it ends: it may still be on its way.
    assert actions.end_those_that_ran_out(now=opened + dt.timedelta(minutes=4)) == 0
    assert actions.end_those_that_ran_out(now=later) == 1
    assert ended() == [ref]


@pytest.mark.django_db
def test_a_page_does_not_write_down_that_the_session_is_used_more_than_every_five_minutes(client):
    signed_in(client, alice())
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("portal:legal"))
    assert not [q for q in asked if q["sql"].startswith(("UPDATE", "INSERT"))]
    session = client.session
    session["parvis_seen_at"] = time.time() - 301
    session.save()
    OpenSession.objects.update(seen_at=MORNING)
    client.get(reverse("portal:legal"), REMOTE_ADDR="192.0.2.9")
    row = OpenSession.objects.get()
    assert row.seen_at > MORNING
    assert row.address == "192.0.2.9"


@pytest.mark.django_db
def test_the_first_sign_in_ever_is_no_news_and_the_next_device_is(client):
    alice()
    sign_in(client, HTTP_USER_AGENT=FIREFOX)
    cookie = client.cookies["parvis_device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert device_mails().count() == 0
    client.post(reverse("account_logout"))
    sign_in(client, HTTP_USER_AGENT=FIREFOX)
    assert device_mails().count() == 0

    sign_in(Client(), HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.7")
    mail = device_mails().get()
    assert mail.recipient == "alice@parvis.example"
    assert "Firefox" in mail.text
    assert "192.0.2.7" in mail.text
    fact = FactRecord.objects.get(name="account.new_device")
    assert (fact.payload["browser"], fact.payload["address"]) == ("Firefox", "192.0.2.7")
    assert Device.objects.count() == 2


@pytest.mark.django_db
def test_what_is_kept_of_a_device_does_not_join_two_persons_who_share_it(client):
    alice(), chloe()
    sign_in(client)
    client.post(reverse("account_logout"))
    sign_in(client, "chloe@parvis.example")
    hashes = set(Device.objects.values_list("token_hash", flat=True))
    assert len(hashes) == 2
    assert client.cookies["parvis_device"].value not in hashes


@pytest.mark.django_db
def test_a_forged_cookie_is_no_device(client):
    alice()
    for forged in ("", "x", "é" * 43, "x" * 4000):
        visitor = Client()
        visitor.cookies["parvis_device"] = forged
        assert sign_in(visitor).status_code == 302
        assert visitor.cookies["parvis_device"].value != forged


@pytest.mark.django_db
def test_forgetting_a_device_ends_what_is_open_there_and_makes_it_new_again(client):
    person = alice()
    tablet = Client()
    sign_in(tablet), sign_in(client)
    assert device_mails().count() == 1
    device_pk = OpenSession.objects.get(ref=ref_of(tablet)).device_id
    device = Device.objects.get(pk=device_pk)
    there = ref_of(tablet)
    page = reverse("account:forget_device", args=[device.public_id])
    assert client.post(page)["Location"] == reverse("account:sessions")
    assert ended() == [there]
    assert client.post(page).status_code == 404
    sign_in(tablet)
    assert device_mails().count() == 2
    assert RegisterEntry.objects.filter(action="account.device_forgotten").count() == 1
    assert person.id == device.person_id


@pytest.mark.django_db
def test_a_device_of_somebody_else_cannot_be_forgotten(client):
    chloe()
    sign_in(Client(), "chloe@parvis.example")
    signed_in(client, alice())
    device = Device.objects.get()
    assert client.post(reverse("account:forget_device", args=[device.public_id])).status_code == 404
    assert Device.objects.count() == 1


@pytest.mark.django_db
def test_a_device_is_forgotten_after_a_year_without_it():
    person = alice()
    arrival = devices.Arrival(
        person_id=person.id,
        token="t" * 43,
        client=queries.Client(browser="", system=""),
        address="",
        is_first=True,
    )
    devices.recognise(arrival, now=MORNING)
    assert devices.forget_unseen(before=MORNING) == 0
    assert devices.forget_unseen(before=MORNING + dt.timedelta(seconds=1)) == 1
