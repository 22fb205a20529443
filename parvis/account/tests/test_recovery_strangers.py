"""A stranger who knows Alice's address tries at a way back: she, who shows a proof, loses none."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.actions import recovery
from parvis.account.models import PhoneCode
from parvis.account.rules import opening, phones as rules
from parvis.account.testing import MORNING
from parvis.account.tests.recovering import begin, follow_link, protected, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator")]
PROOFS = "account:recover_proofs"
OFTEN = opening.PACE["second_step_failed"].for_address


def a_stranger(rank):
    """Return a browser elsewhere, at an attempt for Alice's address without any proof."""
    browser = Client(REMOTE_ADDR=f"198.51.100.{rank}")
    browser.post(reverse("account:recover"), {"email": "alice@parvis.example"})
    return browser


def strangers_type_wrong_codes():
    for rank in range(3):
        stranger = a_stranger(rank)
        for _time in range(OFTEN // 3 + 1):
            stranger.post(reverse(PROOFS), {"text_code": "000000"})


def test_wrong_codes_of_strangers_keep_alice_with_her_link_out_of_nothing(client):
    _person, codes = protected()
    strangers_type_wrong_codes()
    follow_link(client)
    assert client.post(reverse(PROOFS), {"kept_code": codes[0]}).status_code == 302
    assert client.get(reverse(PROOFS))["Location"] == reverse("account:recover_choose")


def test_who_has_shown_a_proof_tries_thirty_codes_an_hour_wherever_they_are():
    protected()
    said = set()
    for rank in range(2):
        browser = Client(REMOTE_ADDR=f"203.0.113.{rank}")
        follow_link(browser)
        for _time in range(OFTEN // 2):
            said.add(browser.post(reverse(PROOFS), {"kept_code": "000000"}).status_code)
    assert said == {400}
    assert browser.post(reverse(PROOFS), {"kept_code": "000000"}).status_code == 429


def test_texts_that_strangers_ask_for_take_none_from_alice_with_her_link():
    person, _codes = protected()
    for rank in range(rules.CODES_AN_HOUR + 1):
        text(begin(person, by_mail=False), now=MORNING + rank * dt.timedelta(minutes=1))
    late = MORNING + dt.timedelta(minutes=7)
    assert text(begin(person, by_mail=False, now=late), now=late) is None
    hers = begin(person, by_mail=True, now=late)
    assert recovery.prove_by_text(recovery_id=hers, code=text(hers, now=late), now=late)


def test_tries_of_strangers_use_up_no_text_of_alice_with_her_link():
    person, _codes = protected()
    hers, theirs = begin(person, by_mail=True), begin(person, by_mail=False)
    code = text(hers)
    for _time in range(rules.CODE_TRIES):
        assert not recovery.prove_by_text(recovery_id=theirs, code="000000", now=MORNING)
    assert not recovery.prove_by_text(recovery_id=theirs, code=code, now=MORNING)
    assert recovery.prove_by_text(recovery_id=hers, code=code, now=MORNING)


def test_who_has_shown_a_proof_gets_five_texts_an_hour():
    person, _codes = protected()
    sent = [
        text(begin(person, by_mail=True), now=MORNING + rank * dt.timedelta(minutes=1))
        for rank in range(rules.CODES_AN_HOUR + 1)
    ]
    assert [bool(one) for one in sent] == [True] * rules.CODES_AN_HOUR + [False]
    assert PhoneCode.objects.count() == rules.CODES_AN_HOUR


def test_a_text_asked_for_before_another_proof_was_shown_is_good_after_it():
    person, _codes = protected()
    attempt = begin(person, by_mail=False)
    code = text(attempt)
    recovery.note_passkey(recovery_id=attempt, person_id=person.id, now=MORNING)
    assert recovery.prove_by_text(recovery_id=attempt, code=code, now=MORNING)
