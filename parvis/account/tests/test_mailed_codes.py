"""Signing in with a code in a mail: ten minutes, five tries, once."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from parvis.account.actions import codes
from parvis.account.models import MailedCode
from parvis.account.rules import factors as rules, opening
from parvis.account.testing import MORNING, alice
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.models import OutgoingMail

EMAIL = "alice@parvis.example"
SHARE = opening.Share(key="test", allowed=9)


def ask(client, email=EMAIL, **more):
    return client.post(reverse("account:ask_code"), {"email": email, **more})


def type_in(client, typed, **more):
    return client.post(reverse("account:type_code"), {"code": typed, **more})


def mailed(email=EMAIL):
    mail = OutgoingMail.objects.filter(recipient=email).latest("pk")
    return re.search(r"\b\d{6}\b", mail.subject).group()


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.django_db
def test_alice_signs_in_with_a_code_and_the_page_she_wanted_opens(client):
    alice()
    wanted = reverse("account:known")
    asked = ask(client, next=wanted)
    assert (
        asked["Location"] == f"{reverse('account:type_code')}?next=%2Fmon-compte%2Fmes-donnees%2F"
    )
    page = client.get(asked["Location"])
    assert EMAIL in page.content.decode()
    answer = type_in(client, f"{mailed()[:3]} {mailed()[3:]}", next=wanted)
    assert answer["Location"] == wanted
    assert is_signed_in(client)


@pytest.mark.django_db
def test_the_code_does_not_lie_in_the_database_as_it_is_typed(client):
    alice()
    ask(client)
    assert mailed() not in MailedCode.objects.get().code_hash
    assert mailed() not in str(dict(client.session))


@pytest.mark.django_db
def test_a_code_is_good_once_and_only_in_the_browser_that_asked(client):
    alice()
    ask(client)
    typed = mailed()
    other = Client()
    ask(other)
    assert type_in(other, typed).status_code == 400
    assert type_in(Client(), typed)["Location"] == reverse("account:ask_code")
    assert type_in(client, typed).status_code == 302
    assert is_signed_in(client)


@pytest.mark.django_db
def test_after_five_wrong_tries_the_right_code_no_longer_works(client):
    alice()
    ask(client)
    for _rank in range(5):
        assert type_in(client, "000000" if mailed() != "000000" else "000001").status_code == 400
    assert type_in(client, mailed()).status_code == 400
    assert not is_signed_in(client)


@pytest.mark.django_db
def test_a_code_dies_after_ten_minutes():
    alice()
    for late, is_good in (
        (dt.timedelta(minutes=9, seconds=59), True),
        (rules.MAILED_CODE_LIVES, False),
    ):
        code_id = codes.mail_code(email=EMAIL, language="fr", share=SHARE, now=MORNING)
        if is_good:
            assert codes.try_code(code_id, mailed(), now=MORNING + late) == alice().id
        else:
            with pytest.raises(Refused) as refused:
                codes.try_code(code_id, mailed(), now=MORNING + late)
            assert refused.value.code == "code_too_old"


@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_one_instant_five_are_heard():
    alice()
    code_id = codes.mail_code(email=EMAIL, language="fr", share=SHARE, now=MORNING)
    heard, start = [], threading.Barrier(8)

    def guess():
        start.wait()
        try:
            heard.append(codes.try_code(code_id, "none", now=MORNING))
        except Refused as refusal:
            heard.append(refusal.code)
        connection.close()

    guessing = [threading.Thread(target=guess) for _one in range(8)]
    for one in guessing:
        one.start()
    for one in guessing:
        one.join()
    assert sorted(heard, key=str) == [None] * 5 + ["code_too_old"] * 3


@pytest.mark.django_db
def test_asking_too_often_for_one_address_from_one_place_waits(client):
    alice()
    assert [ask(client).status_code for _rank in range(6)] == [302] * 5 + [429]
    assert OutgoingMail.objects.count() == 5


@pytest.mark.django_db
@pytest.mark.parametrize("email", [EMAIL, "nobody@parvis.example"])
def test_strangers_use_up_nobody_elses_codes_and_are_told_nothing(client, email, monkeypatch):
    alice()
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    ask(client)
    type_in(client, mailed())
    client.post(reverse("account_logout"))
    OutgoingMail.objects.all().delete()
    told = {
        ask(Client(REMOTE_ADDR=f"192.0.2.{rank}"), email).status_code
        for rank in range(opening.MOST_MAILS_OF_STRANGERS + 5)
    }
    assert told == {302}
    # Alice was a stranger herself when she asked for her first one; of the others, one is for all.
    assert OutgoingMail.objects.count() == opening.MOST_MAILS_OF_STRANGERS
    # A code that did not leave is weighed like any other.
    late = Client(REMOTE_ADDR="192.0.2.99")
    ask(late, email)
    assert type_in(late, "000000").status_code == 400
    ask(client)
    type_in(client, mailed())
    assert is_signed_in(client)


@pytest.mark.django_db
def test_wrong_codes_from_one_place_are_slowed_down(client, monkeypatch):
    pace = opening.Pace(from_place=2)
    monkeypatch.setitem(opening.PACE, "mailed_code_failed", pace)
    alice()
    ask(client)
    assert [type_in(client, "abc").status_code for _rank in range(3)] == [400, 400, 429]


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["", "nobody", "a\x00b@parvis.example"])
def test_what_is_no_address_gets_no_code(client, email):
    assert ask(client, email).status_code == 400
    assert not MailedCode.objects.exists()


@pytest.mark.django_db
def test_codes_are_forgotten_after_a_day(client):
    alice()
    codes.mail_code(email=EMAIL, language="fr", share=SHARE, now=MORNING)
    assert codes.forget_codes(before=MORNING) == 0
    assert codes.forget_codes(before=MORNING + dt.timedelta(seconds=1)) == 1


@pytest.mark.django_db
def test_a_town_hall_full_of_people_signs_in_with_codes_from_one_address():
    alice()
    for number in range(60):
        visitor = Client()
        assert ask(visitor, f"nobody{number}@parvis.example").status_code == 302
