"""A phone belongs to who can read what is sent to it, and to one open account."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parvis.account.actions import closing, phones
from parvis.account.models import CodeUse, Phone, PhoneCode, Resident
from parvis.account.testing import MORNING, OPEN_SESAME, a_person, alice, chloe, signed_in
from parvis.kernel import clock
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.models import FactRecord, OutgoingMail, OutgoingText, RegisterEntry
from parvis.kernel.testing import at_once

ALICES = "+33612345678"
SHOWN = "06\xa012\xa034\xa056\xa078"
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("operator")


def ask(person, number=ALICES, now=MORNING):
    phones.ask_code(person_id=person.id, number=number, now=now)
    jobs_run()


def jobs_run():
    """Post what was asked for, as the job of each code does at once."""
    for row in PhoneCode.objects.filter(posted_at=None).order_by("pk"):
        phones.post_asked(code_id=row.public_id, now=row.sent_at)


def code():
    """Return the code of the last text."""
    return re.match(r"\d{6}", OutgoingText.objects.latest("pk").text).group(0)


def add(person, typed, number=ALICES, now=MORNING):
    phones.add_phone(person_id=person.id, number=number, code=typed, now=now)


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06}"


def proven(client, person):
    signed_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    return client


# --- adding --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_alice_adds_her_phone_and_is_told_by_mail(client):
    person = alice()
    proven(client, person)
    answer = client.post(reverse("account:phones"), {"number": "06 12 34 56 78"})
    assert answer["Location"] == reverse("account:confirm_phone")
    jobs_run()
    page = client.get(answer["Location"]).content.decode()
    assert SHOWN in page
    answer = client.post(reverse("account:confirm_phone"), {"text_code": code()})
    assert answer["Location"] == reverse("account:phones")
    assert Phone.objects.get().number == ALICES
    assert SHOWN in client.get(reverse("account:phones")).content.decode()
    told = OutgoingMail.objects.latest("pk")
    assert (told.recipient, "•• •• •• •• 78" in told.text) == ("alice@parvis.example", True)
    assert ALICES not in told.text
    assert FactRecord.objects.filter(name="account.phone_added").count() == 1
    [line] = RegisterEntry.objects.filter(action="account.phone_added")
    assert (line.actor_ref, line.details) == (f"person:{person.id}", {})


@pytest.mark.django_db
def test_the_code_lies_nowhere_but_in_the_text_on_its_way():
    person = alice()
    ask(person)
    sent, row = code(), PhoneCode.objects.get()
    assert len(row.fingerprint) == 64
    assert sent not in row.fingerprint
    # Its last line lets a phone fill it in by itself (WICG: origin-bound one-time codes).
    assert OutgoingText.objects.get().text.endswith(f"@localhost #{sent}")


@pytest.mark.django_db
def test_adding_asks_for_the_password_again(client):
    signed_in(client, alice())
    answer = client.post(reverse("account:phones"), {"number": "06 12 34 56 78"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert (OutgoingText.objects.count(), PhoneCode.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "bonjour", "01 42 76 40 40", "0" * 41])
def test_a_refused_number_is_given_back_with_a_sentence(client, typed):
    proven(client, alice())
    answer = client.post(reverse("account:phones"), {"number": typed})
    assert answer.status_code == 400
    assert answer.context["form"].errors["number"]
    assert (OutgoingText.objects.count(), PhoneCode.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_code_is_good_for_ten_minutes():
    person = alice()
    ask(person)
    with pytest.raises(Refused):
        add(person, code(), now=MORNING + 10 * MINUTE)
    assert Phone.objects.count() == 0
    add(person, code(), now=MORNING + 10 * MINUTE - SECOND)
    assert Phone.objects.get().verified_at == MORNING + 10 * MINUTE - SECOND


@pytest.mark.django_db
def test_after_five_wrong_tries_the_right_code_is_wrong():
    person = alice()
    ask(person)
    right = code()
    for _try in range(5):
        with pytest.raises(Refused) as refusal:
            add(person, wrong(right))
        assert refusal.value.code == "wrong_code"
    with pytest.raises(Refused):
        add(person, right)
    assert PhoneCode.objects.get().tries == 5
    assert (Phone.objects.count(), OutgoingMail.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_code_works_once_and_for_its_number_and_person_only():
    person, other = alice(), chloe()
    ask(person)
    right = code()
    for who, number in ((other, ALICES), (person, "+33612345679")):
        with pytest.raises(Refused):
            add(who, right, number=number)
    add(person, right)
    phones.remove_phone(
        person_id=person.id, phone_id=Phone.objects.get().public_id, now=MORNING + MINUTE
    )
    with pytest.raises(Refused):
        add(person, right, now=MORNING + MINUTE)
    assert Phone.objects.count() == 0


@pytest.mark.django_db
def test_a_double_click_is_one_text_and_the_pace_is_one_in_thirty_seconds():
    person = alice()
    ask(person)
    ask(person, now=MORNING + 29 * SECOND)
    assert OutgoingText.objects.count() == 1
    ask(person, now=MORNING + 30 * SECOND)
    assert OutgoingText.objects.count() == 2


@pytest.mark.django_db
def test_a_number_gets_five_codes_an_hour_and_nobody_is_told_who_asked_for_them():
    for n in range(5):
        ask(a_person(f"Neighbour{n}"), now=MORNING + n * MINUTE)
    # It would tell Alice that somebody else has to do with this number: it is said to nobody.
    ask(alice(), now=MORNING + 10 * MINUTE)
    assert OutgoingText.objects.count() == 5
    with pytest.raises(Refused) as refusal:
        add(alice(), "000000", now=MORNING + 10 * MINUTE)
    assert refusal.value.code == "wrong_code"
    # What did not leave keeps nothing back: an hour after those that left, she gets hers.
    ask(alice(), now=MORNING + 65 * MINUTE)
    assert OutgoingText.objects.count() == 6
    add(alice(), code(), now=MORNING + 65 * MINUTE)


@pytest.mark.django_db
def test_a_person_asks_for_five_codes_an_hour_whatever_the_number():
    for n in range(5):
        ask(alice(), number=f"+3361234568{n}", now=MORNING + n * MINUTE)
    with pytest.raises(Refused) as refusal:
        ask(alice(), now=MORNING + 10 * MINUTE)
    assert (refusal.value.code, refusal.value.status) == ("too_many_codes", 429)
    assert OutgoingText.objects.count() == 5
    ask(alice(), now=MORNING + 61 * MINUTE)
    assert OutgoingText.objects.count() == 6


@pytest.mark.django_db
def test_a_code_sent_to_a_number_by_a_recovery_shows_to_nobody_who_adds_it(client):
    owner = Resident.objects.get(pk=chloe().id)
    Phone.objects.create(person=owner, number=ALICES, verified_at=MORNING)
    phones.send_code(owner, ALICES, use=CodeUse.RECOVER, now=clock.now())
    shapes = []
    for name, number in (("Alice", "06 12 34 56 78"), ("Ali", "06 12 34 56 79")):
        proven(client, a_person(name))
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(reverse("account:phones"), {"number": number})
        shapes.append((answer.status_code, answer["Location"], len(asked)))
    assert shapes[0] == shapes[1]
    assert shapes[0][0] == 302


@pytest.mark.django_db
def test_a_number_of_another_account_gets_the_same_page_and_its_owner_a_word(client):
    owner = chloe()
    Phone.objects.create(person_id=owner.id, number=ALICES, verified_at=MORNING)
    shapes = []
    for name, number in (("Alice", "06 12 34 56 78"), ("Ali", "06 12 34 56 79")):
        proven(client, a_person(name))
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(reverse("account:phones"), {"number": number})
        said = client.get(answer["Location"]).content.decode().replace(number, "…")
        shapes.append((answer.status_code, answer["Location"], len(asked), len(said)))
        jobs_run()
    assert shapes[0] == shapes[1]
    told = OutgoingText.objects.get(recipient=ALICES).text
    assert re.search(r"\d{6}", told) is None
    assert Phone.objects.get().person_id == owner.id


@pytest.mark.django_db
def test_a_job_that_comes_twice_or_too_late_posts_nothing():
    phones.ask_code(person_id=alice().id, number=ALICES, now=MORNING)
    asked = PhoneCode.objects.get()
    assert not phones.post_asked(code_id=asked.public_id, now=MORNING + 11 * MINUTE)
    assert phones.post_asked(code_id=asked.public_id, now=MORNING)
    assert not phones.post_asked(code_id=asked.public_id, now=MORNING)
    assert OutgoingText.objects.count() == 1


@pytest.mark.django_db
def test_the_database_gives_a_number_to_one_account():
    Phone.objects.create(person_id=alice().id, number=ALICES, verified_at=MORNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Phone.objects.create(person_id=chloe().id, number=ALICES, verified_at=MORNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Phone.objects.create(person_id=chloe().id, number="0612345678", verified_at=MORNING)
    assert Phone.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_who_show_one_number_at_one_moment_do_not_both_get_it():
    people = [alice(), chloe()]
    codes = []
    for rank, person in enumerate(people):
        ask(person, now=MORNING + rank * MINUTE)
        codes.append(code())

    def show(person, typed):
        try:
            add(person, typed, now=MORNING + 2 * MINUTE)
        except Refused as refusal:
            return refusal.code
        return "added"

    answers = at_once([lambda: show(people[0], codes[0]), lambda: show(people[1], codes[1])])
    assert sorted(answers) == ["added", "wrong_code"]
    assert Phone.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_ten_tries_at_one_moment_five_are_weighed():
    person = alice()
    ask(person)
    right = code()
    typed = [wrong(right)] * 10

    def guess(one):
        with pytest.raises(Refused):
            add(person, one)

    at_once([lambda one=one: guess(one) for one in typed])
    assert PhoneCode.objects.get().tries == 5


@pytest.mark.django_db
def test_three_phones_are_enough():
    person = alice()
    for n in range(3):
        Phone.objects.create(person_id=person.id, number=f"+3361234567{n}", verified_at=MORNING)
    with pytest.raises(Refused) as refusal:
        ask(person)
    assert refusal.value.code == "too_many_phones"
    assert PhoneCode.objects.count() == 0


@pytest.mark.django_db
def test_ones_own_phone_is_refused_with_a_sentence():
    person = alice()
    Phone.objects.create(person_id=person.id, number=ALICES, verified_at=MORNING)
    with pytest.raises(Refused) as refusal:
        ask(person)
    assert refusal.value.code == "same_phone"
    assert OutgoingText.objects.count() == 0


@pytest.mark.django_db
def test_a_city_without_gateway_asks_for_no_phone(client, settings):
    settings.PARVIS_SMS_URL = ""
    proven(client, alice())
    page = client.get(reverse("account:phones"))
    assert 'name="number"' not in page.content.decode()
    answer = client.post(reverse("account:phones"), {"number": "06 12 34 56 78"})
    assert answer.status_code == 400
    assert (OutgoingText.objects.count(), PhoneCode.objects.count()) == (0, 0)


# --- removing ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_alice_removes_her_phone_once_and_is_told(client):
    person = alice()
    phone = Phone.objects.create(person_id=person.id, number=ALICES, verified_at=MORNING)
    proven(client, person)
    path = reverse("account:remove_phone", args=[phone.public_id])
    assert client.post(path)["Location"] == reverse("account:phones")
    assert client.post(path).status_code == 404
    assert Phone.objects.count() == 0
    assert OutgoingMail.objects.filter(recipient="alice@parvis.example").count() == 1
    assert RegisterEntry.objects.filter(action="account.phone_removed").count() == 1


@pytest.mark.django_db
def test_nobody_removes_the_phone_of_another():
    phone = Phone.objects.create(person_id=alice().id, number=ALICES, verified_at=MORNING)
    with pytest.raises(NotFound):
        phones.remove_phone(person_id=chloe().id, phone_id=phone.public_id, now=MORNING)
    assert (Phone.objects.count(), OutgoingMail.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_a_closed_account_frees_its_number():
    person = alice()
    ask(person)
    add(person, code())
    closing.close_account(person_id=person.id, now=MORNING + MINUTE)
    assert (Phone.objects.count(), PhoneCode.objects.count()) == (0, 0)
    assert OutgoingText.objects.count() == 0
    Phone.objects.create(person_id=chloe().id, number=ALICES, verified_at=MORNING)


@pytest.mark.django_db
def test_codes_are_forgotten_after_an_hour():
    ask(alice())
    assert phones.forget_old_codes(now=MORNING + 59 * MINUTE) == 0
    assert phones.forget_old_codes(now=MORNING + 61 * MINUTE) == 1
    assert not PhoneCode.objects.filter(use=CodeUse.ADD).exists()
