"""Who has lost everything comes to the counter; the old addresses have a day to refuse."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from parvis.account.actions import closing, counter, factors
from parvis.account.actions.sealing import seal
from parvis.account.models import CounterRecovery, Outcome, PaperCode, Phone, Resident
from parvis.account.queries import recovery as queries
from parvis.account.testing import (
    MORNING,
    OPEN_SESAME,
    a_person,
    alice,
    bachir,
    chloe,
    mona,
    signed_in,
)
from parvis.account.tests.at_the_counter import HERS, TYPED, ada, opened, reached_in_many_ways
from parvis.kernel import clock
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.kernel.ids import new_public_id
from parvis.kernel.models import FactRecord, OutgoingMail, OutgoingText, RegisterEntry
from parvis.kernel.testing import at_once

NEW = "tasse-girafe-horizon"
DAY = dt.timedelta(hours=24)
SECOND = dt.timedelta(seconds=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator")]


def refusal_token(to="alice@parvis.example"):
    about = CounterRecovery.objects.latest("pk")
    mail = OutgoingMail.objects.get(message_key=f"account.recovery_opened:{about.public_id}:0")
    assert mail.recipient == to
    return re.search(r"/([\w-]{43})/", mail.text).group(1)


def link_token():
    about = CounterRecovery.objects.latest("pk")
    mail = OutgoingMail.objects.get(message_key=f"account.recovery_link:{about.public_id}")
    assert mail.recipient == HERS
    return re.search(r"/([\w-]{43})/", mail.text).group(1)


def settled() -> str:
    return CounterRecovery.objects.latest("pk").outcome


# --- opening -------------------------------------------------------------------------------------


def test_bachir_opens_a_way_back_and_every_old_address_is_told():
    person = alice()
    for rank, number in enumerate(("+33612345678", "+33612345679")):
        Phone.objects.create(
            person_id=person.id, number=number, verified_at=MORNING + rank * SECOND
        )
    opened(person)
    [mail] = OutgoingMail.objects.filter(message_key__startswith="account.recovery_opened")
    assert mail.recipient == "alice@parvis.example"
    token = refusal_token()
    texts = OutgoingText.objects.order_by("recipient")
    assert [one.recipient for one in texts] == ["+33612345678", "+33612345679"]
    assert all(token in one.text for one in texts)
    assert not OutgoingMail.objects.filter(recipient=HERS).exists(), "the new one waits"
    row = CounterRecovery.objects.get()
    assert token not in row.refusal_hash
    assert row.due_at == MORNING + DAY
    [line] = RegisterEntry.objects.filter(action="account.recovery_opened")
    assert (line.channel, line.details) == ("counter", {"paper": "passport"})
    assert line.personal == {"reason": TYPED["reason"]}
    assert line.actor_ref == f"person:{bachir().id}"
    assert FactRecord.objects.filter(name="account.recovery_opened").count() == 1


def test_each_address_that_is_the_persons_may_refuse_and_one_that_is_not_hears_nothing(client):
    person = reached_in_many_ways()
    opened(person)
    warned = OutgoingMail.objects.filter(message_key__startswith="account.recovery_opened")
    assert sorted(mail.recipient for mail in warned) == [
        "a.martin@parvis.example",
        "alice@parvis.example",
        "ecole@parvis.example",
    ]
    assert OutgoingMail.objects.count() == len(warned)
    [text] = OutgoingText.objects.all()
    assert text.recipient == "+33612345678"
    links = {re.search(r"/([\w-]{43})/", one.text).group(1) for one in [*warned, text]}
    [token] = links
    assert client.post(reverse("account:refuse_recovery", args=[token])).status_code == 302
    assert settled() == Outcome.REFUSED


def test_nobody_opens_their_own_and_staff_is_for_administrators():
    with pytest.raises(Forbidden) as refusal:
        opened(bachir(), by=bachir())
    assert refusal.value.code == "own_recovery"
    with pytest.raises(Forbidden) as refusal:
        opened(mona(), by=bachir())
    assert refusal.value.code == "staff_by_administrator"
    assert CounterRecovery.objects.count() == 0
    opened(mona(), by=ada())
    assert CounterRecovery.objects.get().person_id == mona().id


def test_a_closed_account_has_no_way_back():
    person = alice()
    closing.close_account(person_id=person.id, now=MORNING)
    with pytest.raises(NotFound):
        opened(person)


@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_open_one():
    person, agents = alice(), [bachir(), a_person("Basile", "agent")]

    def open_it(agent):
        try:
            opened(person, by=agent)
        except Refused as refusal:
            return refusal.code
        return "opened"

    answers = at_once([lambda a=agent: open_it(a) for agent in agents])
    assert sorted(answers) == ["opened", "recovery_is_open"]
    told = OutgoingMail.objects.filter(message_key__startswith="account.recovery_opened")
    assert told.count() == 1


def test_the_database_gives_a_day_whatever_a_program_writes():
    opened()
    wrong = [
        {"due_at": MORNING + DAY - SECOND},
        {"link_sent_at": MORNING + DAY - SECOND, "link_hash": "x"},
        {"outcome": Outcome.RECOVERED, "settled_at": MORNING},
        {"outcome": "", "settled_at": MORNING},
        {"email": "Alice@parvis.example"},
        {"reason": ""},
        {"paper": "library_card"},
    ]
    for changes in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            CounterRecovery.objects.update(**changes)
    assert CounterRecovery.objects.get().due_at == MORNING + DAY


# --- refusing ------------------------------------------------------------------------------------


def test_looking_at_the_link_refuses_nothing_the_button_does(client):
    opened()
    path = reverse("account:refuse_recovery", args=[refusal_token()])
    assert "Alice" in client.get(path).content.decode()
    assert settled() == ""
    assert client.post(path)["Location"] == path
    assert settled() == Outcome.REFUSED
    assert client.get(path).status_code == 200
    assert client.post(path)["Location"] == path, "twice is once"
    assert RegisterEntry.objects.filter(action="account.recovery_stopped").count() == 1
    told = OutgoingMail.objects.get(message_key__startswith="account.recovery_stopped")
    assert told.recipient == HERS
    assert counter.send_due_links(now=MORNING + 2 * DAY) == 0


def test_a_forged_link_refuses_nothing(client):
    opened()
    path = reverse("account:refuse_recovery", args=["x" * 43])
    assert (client.get(path).status_code, client.post(path).status_code) == (410, 410)
    with pytest.raises(NotFound):
        counter.refuse_by_link("x" * 43, now=MORNING)
    assert settled() == ""


def test_signing_in_stops_it(client):
    person = alice()
    opened(person)
    client.post(reverse("account_login"), {"login": person.email, "password": "faux-mot-de-passe"})
    assert settled() == ""
    client.post(reverse("account_login"), {"login": person.email, "password": OPEN_SESAME})
    assert settled() == Outcome.SIGNED_IN
    [line] = RegisterEntry.objects.filter(action="account.recovery_stopped")
    assert line.details == {"paper": "passport", "how": "signed_in"}


def test_who_is_still_signed_in_somewhere_sees_it_and_refuses(client):
    person = alice()
    signed_in(client, person)
    opened(person)
    page = reverse("account:pending_recovery")
    assert "Alice" in client.get(page).content.decode()
    client.post(page)
    assert settled() == Outcome.REFUSED
    signed_in(client, chloe())
    assert client.get(page).context["about"] is None


def test_an_agent_withdraws_it_once(client):
    about = opened()
    signed_in(client, bachir())
    path = reverse("account:withdraw_recovery", args=[about])
    client.post(path)
    client.post(path)
    assert settled() == Outcome.WITHDRAWN
    assert RegisterEntry.objects.filter(action="account.recovery_stopped").count() == 1
    assert (
        client.post(reverse("account:withdraw_recovery", args=[new_public_id()])).status_code == 404
    )


def test_after_a_refusal_another_may_be_opened_and_the_old_link_does_not_touch_it():
    person = alice()
    opened(person)
    old = refusal_token()
    counter.refuse_by_link(old, now=MORNING)
    opened(person, now=MORNING + SECOND)
    assert not counter.refuse_by_link(old, now=MORNING + SECOND)
    assert settled() == ""


# --- the link ------------------------------------------------------------------------------------


def test_the_link_leaves_after_a_day_and_once():
    opened()
    assert counter.send_due_links(now=MORNING + DAY - SECOND) == 0
    assert counter.send_due_links(now=MORNING + DAY) == 1
    assert counter.send_due_links(now=MORNING + DAY) == 0
    assert link_token() not in CounterRecovery.objects.get().link_hash


def test_a_clock_put_back_and_forth_sends_it_no_earlier_and_no_second_time():
    opened()
    for now in (MORNING - DAY, MORNING + DAY, MORNING, MORNING + DAY):
        counter.send_due_links(now=now)
    assert OutgoingMail.objects.filter(message_key__startswith="account.recovery_link").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_link():
    opened()
    now = MORNING + DAY
    assert sum(at_once([lambda: counter.send_due_links(now=now)] * 3)) == 1


@pytest.mark.django_db(transaction=True)
def test_refusing_at_the_moment_it_leaves_ends_with_no_way_in():
    opened()
    token, now = refusal_token(), MORNING + DAY
    at_once(
        [
            lambda: counter.refuse_by_link(token, now=now),
            lambda: bool(counter.send_due_links(now=now)),
        ]
    )
    assert settled() == Outcome.REFUSED
    about = CounterRecovery.objects.get()
    if about.link_hash:
        with pytest.raises(Refused):
            counter.recover(token=link_token(), password=NEW, now=now)
    assert Resident.objects.get(pk=about.person_id).check_password(OPEN_SESAME)


def test_alice_has_her_account_back_at_her_new_address(client):
    person = alice()
    Phone.objects.create(person_id=person.id, number="+33612345678", verified_at=MORNING)
    data = {"secret": seal("JBSWY3DPEHPK3PXP"), "step": 0, "public_id": str(new_public_id())}
    Authenticator.objects.create(user_id=person.id, type=Authenticator.Type.TOTP, data=data)
    factors.make_paper_codes(person_id=person.id, now=MORNING)
    thief = signed_in(Client(), person)
    now = clock.now()
    opened(person, now=now - DAY)
    counter.send_due_links(now=now)
    path = reverse("account:recover_at_counter", args=[link_token()])

    assert HERS in client.get(path).content.decode()
    assert Resident.objects.get(pk=person.id).email == "alice@parvis.example", (
        "scanners follow links"
    )
    assert client.post(path, {"password1": "court"}).status_code == 400
    assert client.post(path, {"password1": NEW})["Location"] == reverse("account_login")

    resident = Resident.objects.get(pk=person.id)
    assert (resident.email, resident.check_password(NEW)) == (HERS, True)
    assert list(EmailAddress.objects.filter(user=resident).values_list("email", "verified")) == [
        (HERS, True)
    ]
    assert (Phone.objects.count(), PaperCode.objects.count()) == (0, 0)
    assert Authenticator.objects.count() == 0
    assert thief.get(reverse("account:known")).status_code == 302
    assert settled() == Outcome.RECOVERED
    [line] = RegisterEntry.objects.filter(action="account.recovered_at_counter")
    assert line.object_ref == f"person:{person.id}"
    told = OutgoingMail.objects.filter(recipient="alice@parvis.example").latest("pk")
    assert told.subject == "Votre compte a une nouvelle adresse"
    assert client.post(path, {"password1": "encore-une-girafe"}).status_code == 410
    login = client.post(reverse("account_login"), {"login": HERS, "password": NEW})
    assert login.status_code == 302


def test_who_kept_the_mailbox_keeps_the_address():
    person = alice()
    opened(person, email="Alice@Parvis.example")
    counter.send_due_links(now=MORNING + DAY)
    mail = OutgoingMail.objects.get(message_key__startswith="account.recovery_link")
    token = re.search(r"/([\w-]{43})/", mail.text).group(1)
    counter.recover(token=token, password=NEW, now=MORNING + DAY)
    resident = Resident.objects.get(pk=person.id)
    assert (resident.email, resident.check_password(NEW)) == ("alice@parvis.example", True)
    assert not FactRecord.objects.filter(name="account.email_changed").exists()


@pytest.mark.parametrize(
    ("after", "works"), [(DAY - SECOND, True), (DAY, False), (dt.timedelta(days=3), False)]
)
def test_the_link_works_for_a_day(after, works):
    person = alice()
    opened(person)
    counter.send_due_links(now=MORNING + DAY)
    now = MORNING + DAY + after
    assert (queries.by_link(link_token(), now=now) is not None) is works
    if not works:
        with pytest.raises(Refused) as refusal:
            counter.recover(token=link_token(), password=NEW, now=now)
        assert refusal.value.status == 410
        assert Resident.objects.get(pk=person.id).check_password(OPEN_SESAME)
        assert counter.expire_links(now=now) == 1
        assert settled() == Outcome.EXPIRED


def test_an_address_that_was_taken_meanwhile_opens_nothing():
    person = alice()
    opened(person)
    counter.send_due_links(now=MORNING + DAY)
    a_person("Chlo\u00e9", email=HERS)
    with pytest.raises(Refused) as refusal:
        counter.recover(token=link_token(), password=NEW, now=MORNING + DAY)
    assert refusal.value.code == "address_taken"
    assert Resident.objects.get(pk=person.id).check_password(OPEN_SESAME)
    assert settled() == ""


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_the_link_is_one_recovery():
    opened()
    counter.send_due_links(now=MORNING + DAY)
    token = link_token()

    def click():
        try:
            counter.recover(token=token, password=NEW, now=MORNING + DAY)
        except Refused as refusal:
            return refusal.code
        return "recovered"

    assert sorted(at_once([click, click])) == ["link_too_old", "recovered"]
    assert RegisterEntry.objects.filter(action="account.recovered_at_counter").count() == 1


def test_a_refused_request_opens_nothing_even_with_its_link():
    opened()
    counter.send_due_links(now=MORNING + DAY)
    counter.refuse_by_link(refusal_token(), now=MORNING + DAY)
    with pytest.raises(Refused):
        counter.recover(token=link_token(), password=NEW, now=MORNING + DAY)
    assert settled() == Outcome.REFUSED


def test_closing_the_account_forgets_the_recovery():
    person = alice()
    opened(person)
    closing.close_account(person_id=person.id, now=MORNING + SECOND)
    assert CounterRecovery.objects.count() == 0
