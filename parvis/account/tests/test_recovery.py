"""A forgotten password is no way around a second step: two proofs are needed."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parvis.account.actions import changing, phones, recovery
from parvis.account.models import PaperCode, Phone, PhoneCode, Recovery, Resident
from parvis.account.queries import recovery as queries
from parvis.account.testing import MORNING, alice, chloe, signed_in
from parvis.account.tests.recovering import (
    ALICES,
    NEW,
    begin,
    choose,
    follow_link,
    is_unchanged,
    protected,
    text,
)
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.models import FactRecord, OutgoingMail, OutgoingText, RegisterEntry
from parvis.kernel.testing import at_once

MINUTE = dt.timedelta(minutes=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator")]


def test_the_database_wants_two_proofs_before_it_is_done():
    attempt = begin(alice(), by_mail=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.filter(public_id=attempt).update(done_at=MORNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.create(person=None, begun_at=MORNING, text_at=MORNING)
    assert Recovery.objects.get().done_at is None


# --- by the mailed link --------------------------------------------------------------------------


def test_the_mailed_link_alone_does_not_open_a_protected_account(client):
    protected()
    assert follow_link(client)["Location"] == reverse("account:recover_proofs")
    assert client.get(reverse("account:recover_choose"))["Location"] == reverse(
        "account:recover_proofs"
    )
    client.post(reverse("account:recover_choose"), {"password1": NEW})
    # Nor does the library's own page, whose address anybody can write.
    resident = Resident.objects.get()
    path = f"/mon-compte/mot-de-passe/nouveau/{resident.pk.hex}-set-password/"
    assert client.post(path, {"password1": NEW}).status_code == 410
    assert is_unchanged()


def test_a_link_opened_before_the_second_step_was_added_does_not_open_it_either(client):
    person = alice()
    page = follow_link(client)
    assert "set-password" in page["Location"]
    protected()
    answer = client.post(page["Location"], {"password1": NEW})
    assert answer["Location"] == reverse("account:recover_proofs")
    assert is_unchanged()
    assert person.email == "alice@parvis.example"


def test_an_account_without_second_step_needs_the_link_only(client):
    alice()
    answer = client.post(follow_link(client)["Location"], {"password1": NEW})
    assert answer["Location"] == reverse("account_reset_password_from_key_done")
    assert Resident.objects.get().check_password(NEW)
    assert Recovery.objects.count() == 0


def test_link_and_recovery_code_open_it_and_the_second_step_stays(client):
    person, codes = protected()
    tablet = signed_in(Client(), person)
    page = client.get(follow_link(client)["Location"]).content.decode()
    assert "kept_code" in page
    proofs = reverse("account:recover_proofs")
    assert client.post(proofs, {"kept_code": codes[0]})["Location"] == proofs
    assert client.get(proofs)["Location"] == reverse("account:recover_choose")
    answer = client.post(reverse("account:recover_choose"), {"password1": NEW})
    assert answer["Location"] == reverse("account_login")
    assert Resident.objects.get().check_password(NEW)
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1
    assert tablet.get(reverse("account:known")).status_code == 302
    assert RegisterEntry.objects.filter(action="account.recovered").count() == 1
    assert FactRecord.objects.filter(name="account.recovered").count() == 1
    assert OutgoingText.objects.get().recipient == ALICES, "the phone is told too"
    # What was chosen is chosen: the page is over, and so is the link.
    assert client.get(reverse("account:recover_choose")).status_code == 410


def test_link_and_text_open_it_and_what_was_lost_is_forgotten_when_asked(client):
    protected()
    follow_link(client)
    client.post(reverse("account:recover_text"))
    attempt = Recovery.objects.get()
    recovery.send_text(recovery_id=attempt.public_id, now=attempt.text_asked_at)
    code = re.match(r"\d{6}", OutgoingText.objects.get().text).group(0)
    client.post(reverse("account:recover_proofs"), {"text_code": code})
    client.post(reverse("account:recover_choose"), {"password1": NEW, "forgets_factors": "on"})
    assert Resident.objects.get().check_password(NEW)
    assert (Authenticator.objects.count(), PaperCode.objects.count()) == (0, 0)
    subjects = set(OutgoingMail.objects.values_list("subject", flat=True))
    assert len(subjects) >= 3


def test_while_strangers_try_the_password_chosen_on_two_proofs_opens(client):
    _person, codes = protected()
    follow_link(client)
    client.post(reverse("account:recover_proofs"), {"kept_code": codes[0]})
    client.post(reverse("account:recover_choose"), {"password1": NEW})
    typed = {"login": "alice@parvis.example", "password": "un-mauvais-mot-de-passe"}
    for rank in range(21):
        Client().post(reverse("account_login"), typed, REMOTE_ADDR=f"192.0.2.{rank}")
    typed["password"] = NEW
    assert Client().post(reverse("account_login"), typed).status_code == 429
    assert client.post(reverse("account_login"), typed).status_code == 302


def test_a_wrong_code_is_given_back_with_a_sentence_and_changes_nothing(client):
    protected()
    follow_link(client)
    for name in ("text_code", "kept_code"):
        answer = client.post(reverse("account:recover_proofs"), {name: "000000"})
        assert answer.status_code == 400
    attempt = Recovery.objects.get()
    assert (attempt.text_at, attempt.code_at) == (None, None)
    assert is_unchanged()


def test_thirty_wrong_codes_an_hour_are_the_last(client):
    protected()
    follow_link(client)
    tries = [
        client.post(reverse("account:recover_proofs"), {"text_code": "000000"}).status_code
        for _try in range(32)
    ]
    assert tries == [400] * 30 + [429] * 2
    assert is_unchanged()


def test_a_weak_password_is_refused_and_the_old_one_stays(client):
    _person, codes = protected()
    follow_link(client)
    client.post(reverse("account:recover_proofs"), {"kept_code": codes[0]})
    assert client.post(reverse("account:recover_choose"), {"password1": "court"}).status_code == 400
    assert is_unchanged()


# --- without the mailbox -------------------------------------------------------------------------


def test_text_and_recovery_code_open_an_account_whose_mailbox_is_lost():
    person, codes = protected()
    attempt = begin(person, by_mail=False)
    assert recovery.prove_by_text(recovery_id=attempt, code=text(attempt), now=MORNING)
    assert recovery.prove_by_code(recovery_id=attempt, code=codes[1], now=MORNING)
    choose(attempt)
    assert Resident.objects.get().check_password(NEW)


def test_a_kept_code_before_the_text_is_out_of_turn_and_is_not_used_up():
    person, codes = protected()
    attempt = begin(person, by_mail=False)
    with pytest.raises(Refused) as refusal:
        recovery.prove_by_code(recovery_id=attempt, code=codes[0], now=MORNING)
    assert refusal.value.code == "proof_out_of_turn"
    assert not PaperCode.objects.filter(used_at__isnull=False).exists()


def test_one_proof_twice_is_one_proof():
    person, _codes = protected()
    attempt = begin(person, by_mail=False)
    assert recovery.prove_by_text(recovery_id=attempt, code=text(attempt), now=MORNING)
    later = MORNING + MINUTE
    assert recovery.prove_by_text(recovery_id=attempt, code=text(attempt, later), now=later)
    with pytest.raises(Refused) as refusal:
        choose(attempt, now=later)
    assert refusal.value.code == "proofs_missing"
    assert is_unchanged()


def test_the_code_of_a_phone_being_added_recovers_nothing():
    person, _codes = protected(phone=False)
    phones.ask_code(person_id=person.id, number=ALICES, now=MORNING)
    phones.post_asked(code_id=PhoneCode.objects.get().public_id, now=MORNING)
    code = re.match(r"\d{6}", OutgoingText.objects.get().text).group(0)
    attempt = begin(person, by_mail=True)
    assert not recovery.prove_by_text(recovery_id=attempt, code=code, now=MORNING)


def test_the_code_of_one_person_opens_no_other_account():
    person, _codes = protected()
    code = text(begin(person, by_mail=True))
    hers = begin(chloe(), by_mail=True)
    assert not recovery.prove_by_text(recovery_id=hers, code=code, now=MORNING)


def test_an_attempt_lasts_half_an_hour_of_any_clock():
    person, codes = protected()
    attempt = begin(person, by_mail=True)
    assert recovery.prove_by_code(recovery_id=attempt, code=codes[0], now=MORNING + 29 * MINUTE)
    with pytest.raises(Refused) as refusal:
        choose(attempt, now=MORNING + 30 * MINUTE)
    assert (refusal.value.code, refusal.value.status) == ("recovery_over", 410)
    assert refusal.value.way == ("Recommencer", reverse("account:recover"))
    assert is_unchanged()


def test_the_job_delivered_twice_sends_one_text_to_each_phone():
    person, _codes = protected()
    Phone.objects.create(person_id=person.id, number="+33612345679", verified_at=MORNING)
    attempt = begin(person, by_mail=True)
    recovery.ask_text(recovery_id=attempt, now=MORNING)
    assert recovery.send_text(recovery_id=attempt, now=MORNING) == 2
    assert recovery.send_text(recovery_id=attempt, now=MORNING) == 0
    assert OutgoingText.objects.count() == 2
    # One of the two codes is enough, and the other is used up with it.
    codes = [re.match(r"\d{6}", one.text).group(0) for one in OutgoingText.objects.order_by("pk")]
    assert recovery.prove_by_text(recovery_id=attempt, code=codes[1], now=MORNING)
    assert not recovery.prove_by_text(recovery_id=attempt, code=codes[0], now=MORNING)


def test_asking_in_a_row_sends_one_text_in_thirty_seconds_and_five_in_an_hour():
    person, _codes = protected()
    attempt = begin(person, by_mail=True)
    sent = [text(attempt, MORNING + n * dt.timedelta(seconds=20)) is not None for n in range(20)]
    assert sum(sent) == 5
    assert sent[:9] == [True, False] * 4 + [True]


def test_known_and_unknown_addresses_get_the_same_pages_and_the_same_questions(client):
    protected()
    shapes = []
    for email in ("alice@parvis.example", "nobody@parvis.example"):
        visitor = Client()
        with CaptureQueriesContext(connection) as asked:
            started = visitor.post(reverse("account:recover"), {"email": email})
            first = visitor.get(started["Location"])
            sent = visitor.post(reverse("account:recover_text"))
            tried = visitor.post(reverse("account:recover_proofs"), {"text_code": "123456"})
            passkey = visitor.post(reverse("account:recover_passkey"), {"credential": "{}"})
        verbs = [re.sub(r"\W.*", "", query["sql"]) for query in asked]
        body = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", first.content.decode())
        shapes.append(
            (body, *(answer.status_code for answer in (started, sent, tried, passkey)), *verbs)
        )
    assert shapes[0] == shapes[1]


def test_the_tries_before_a_proof_tell_nothing_about_the_address(monkeypatch):
    protected()
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)

    def wrong(email, tries):
        visitor = Client()
        visitor.post(reverse("account:recover"), {"email": email})
        page, typed = reverse("account:recover_proofs"), {"text_code": "123456"}
        return [visitor.post(page, typed).status_code for _try in range(tries)]

    # Without a proof none is weighed but the code of a text, which dies after five: nobody waits.
    assert wrong("nobody@parvis.example", 31) == wrong("alice@parvis.example", 28) + [400] * 3
    # All of a place have one count a minute, whatever they type.
    assert wrong("nemo@parvis.example", 2) == [400, 429]


def test_an_unknown_address_receives_nothing_and_proves_nothing():
    attempt = begin(None, by_mail=False)
    assert text(attempt) is None
    assert not recovery.prove_by_text(recovery_id=attempt, code="123456", now=MORNING)
    assert not recovery.note_passkey(recovery_id=attempt, person_id=None, now=MORNING)
    assert not recovery.note_passkey(recovery_id=attempt, person_id=alice().id, now=MORNING)
    with pytest.raises(Refused):
        choose(attempt)
    assert OutgoingText.objects.count() == 0


def test_the_passkey_of_somebody_else_is_no_proof():
    person, _codes = protected()
    attempt = begin(person, by_mail=True)
    assert not recovery.note_passkey(recovery_id=attempt, person_id=chloe().id, now=MORNING)
    assert recovery.note_passkey(recovery_id=attempt, person_id=person.id, now=MORNING)
    assert queries.attempt(attempt, now=MORNING).is_enough


def test_a_page_without_attempt_says_where_to_begin(client):
    for name in ("recover_proofs", "recover_choose", "recover_passkey"):
        assert client.get(reverse(f"account:{name}")).status_code == 410
    assert client.post(reverse("account:recover_text")).status_code == 410


# --- at the same moment --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_double_click_chooses_one_password():
    person, codes = protected()
    attempt = begin(person, by_mail=True)
    recovery.prove_by_code(recovery_id=attempt, code=codes[0], now=MORNING)

    def click():
        try:
            choose(attempt)
        except Refused as refusal:
            return refusal.code
        return "chosen"

    assert sorted(at_once([click, click])) == ["chosen", "recovery_over"]
    assert RegisterEntry.objects.filter(action="account.password_changed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_browsers_use_one_recovery_code_once():
    person, codes = protected()
    attempts = [begin(person, by_mail=True) for _browser in range(2)]

    def prove(attempt):
        return recovery.prove_by_code(recovery_id=attempt, code=codes[0], now=MORNING)

    assert sorted(at_once([lambda a=a: prove(a) for a in attempts])) == [False, True]


def test_a_new_password_ends_every_other_attempt():
    person, codes = protected()
    attempt = begin(person, by_mail=True)
    recovery.prove_by_code(recovery_id=attempt, code=codes[0], now=MORNING)
    with transaction.atomic():
        changing.choose_password(Resident.objects.get(), NEW, now=MORNING)
    with pytest.raises(Refused):
        choose(attempt)


def test_attempts_are_forgotten():
    begin(alice(), by_mail=True)
    assert recovery.forget_old(now=MORNING + 29 * MINUTE) == 0
    assert recovery.forget_old(now=MORNING + 30 * MINUTE) == 1
    assert not PhoneCode.objects.exists()
