"""Strangers ask for codes in Alice's name until no more leave: she still signs in with one, on a
device nobody knows."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.account.actions import codes
from parvis.account.models import MailedCode
from parvis.account.rules import factors as rules, opening
from parvis.account.testing import MORNING, alice, chloe
from parvis.account.tests.test_mailed_codes import ask, is_signed_in, type_in
from parvis.account.tests.test_reset_pace import shapes
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.models import OutgoingMail

pytestmark = pytest.mark.django_db
ALICE, NOBODY = "alice@parvis.example", "nobody@parvis.example"
STRANGERS = opening.MOST_MAILS_OF_STRANGERS


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch):
    """Stop the clock in the middle of a span of ten minutes."""
    monkeypatch.setattr(clock, "now", lambda: MORNING + dt.timedelta(minutes=3))


def later(monkeypatch, **after):
    monkeypatch.setattr(clock, "now", lambda: MORNING + dt.timedelta(**after))


def strangers_ask(email=ALICE, *, times=STRANGERS + 1):
    """Ask once from each of as many networks."""
    browsers = [Client(REMOTE_ADDR=f"198.51.100.{rank}") for rank in range(times)]
    for browser in browsers:
        assert ask(browser, email).status_code == 302
    return browsers


def at_alices_new_device(email=ALICE):
    device = Client(REMOTE_ADDR="203.0.113.20")
    assert ask(device, email).status_code == 302
    return device


def mails(email=ALICE):
    return OutgoingMail.objects.filter(recipient=email)


def latest_code():
    return re.search(r"\d[\d ]*\d", mails().latest("pk").subject).group()


def test_whatever_strangers_asked_for_a_code_in_her_mailbox_works_on_a_device_nobody_knows():
    alice()
    strangers_ask()
    device = at_alices_new_device()
    assert type_in(device, latest_code()).status_code == 302
    assert is_signed_in(device)


def test_a_code_for_all_who_asked_says_so_and_cannot_be_guessed():
    alice()
    strangers_ask(times=STRANGERS)
    at_alices_new_device()
    letter = mails().latest("pk")
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", latest_code())
    assert "Beaucoup de codes ont été demandés avec votre adresse" in letter.text
    assert "dans tout navigateur où l\u2019on en a demandé un avec votre adresse" in letter.text


def test_strangers_cause_one_more_mail_in_ten_minutes_and_no_more(monkeypatch):
    alice()
    strangers_ask(times=STRANGERS + 12)
    assert mails().count() == STRANGERS + 1
    later(monkeypatch, minutes=10)
    strangers_ask(times=12)
    assert mails().count() == STRANGERS + 2


def test_a_code_works_for_ten_minutes_however_long_ago_its_span_began(monkeypatch):
    alice()
    later(monkeypatch, minutes=9, seconds=59)
    strangers_ask()
    old = latest_code()
    later(monkeypatch, minutes=19, seconds=59)
    device = at_alices_new_device()
    assert latest_code() != old
    assert type_in(device, old).status_code == 302


def test_a_code_of_two_spans_ago_works_no_more(monkeypatch):
    alice()
    strangers_ask()
    old = latest_code()
    later(monkeypatch, minutes=20)
    assert type_in(at_alices_new_device(), old).status_code == 400


def test_a_code_for_all_who_asked_is_good_once_for_all_of_them():
    alice()
    strangers_ask()
    first, second = at_alices_new_device(), at_alices_new_device()
    assert type_in(first, latest_code()).status_code == 302
    assert type_in(second, latest_code()).status_code == 400
    assert not is_signed_in(second)


def test_it_opens_nothing_where_a_code_was_asked_for_another_address():
    alice(), chloe()
    strangers_ask()
    for email in ("chloe@parvis.example", NOBODY):
        device = at_alices_new_device(email)
        assert type_in(device, latest_code()).status_code == 400
        assert not is_signed_in(device)


def test_five_wrong_tries_in_a_browser_end_it_there_and_nowhere_else():
    alice()
    *_others, stranger = strangers_ask()
    said = [type_in(stranger, "000000").status_code for _rank in range(5)]
    assert [*said, type_in(stranger, latest_code()).status_code] == [400] * 6
    assert not is_signed_in(stranger)
    device = at_alices_new_device()
    assert type_in(device, latest_code()).status_code == 302


def test_a_code_that_left_in_no_mail_is_never_the_right_one(monkeypatch):
    """Whoever asks from ten thousand networks would have fifty thousand guesses."""
    alice()
    monkeypatch.setattr(rules, "new_mailed_code", lambda: "123456")
    *_others, late = strangers_ask(times=STRANGERS + 2)
    assert type_in(late, "123456").status_code == 400
    assert not is_signed_in(late)


def test_an_address_without_account_gets_no_more_mails_than_before():
    strangers_ask(NOBODY, times=STRANGERS + 3)
    assert mails(NOBODY).count() == STRANGERS


def test_who_watches_cannot_tell_whether_alice_has_an_account():
    alice()
    seen = {ALICE: [], NOBODY: []}
    for email, told in seen.items():
        for rank in range(STRANGERS + 3):
            browser = Client(REMOTE_ADDR=f"198.51.100.{rank}")
            for step, typed in ((ask, email), (type_in, "000000")):
                with CaptureQueriesContext(connection) as asked:
                    answer = step(browser, typed)
                told.append((answer.status_code, answer.get("Location"), shapes(asked)))
    assert seen[ALICE] == seen[NOBODY]


def test_two_use_the_code_for_all_at_one_instant_and_one_comes_in():
    person = alice()
    share = opening.Share(key="test", allowed=0)
    ids = [codes.mail_code(email=ALICE, language="fr", share=share, now=MORNING) for _ in "ab"]
    assert MailedCode.objects.count() == 2
    code = latest_code()
    assert codes.try_code(ids[0], code, now=MORNING) == person.id
    with pytest.raises(Refused) as refused:
        codes.try_code(ids[1], code, now=MORNING)
    assert refused.value.code == "code_too_old"
