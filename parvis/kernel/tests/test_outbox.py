"""A mail is written with what caused it, and handed over to the relay at most once."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from parvis.kernel import outbox
from parvis.kernel.models import MailState, OutgoingMail
from tests import mail_sink

NOON = dt.datetime(2015, 6, 26, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(minutes=5)


def a_letter(**changes) -> outbox.Letter:
    given = {
        "message_key": "answer/1/alice",
        "to": "alice@parvis.example",
        "subject": "La Ville vous répond",
        "text": "Bonjour Alice,\n.\nVotre idée a une réponse.",
        "html": "<p>Votre idée a une réponse.</p>",
    }
    return outbox.Letter(**given | changes)


@pytest.fixture
def sink(settings):
    """A relay that accepts everything, and to which our mail goes."""
    sink = mail_sink.Sink()
    controller = mail_sink.start(sink)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    yield sink
    controller.stop()


def state_of(mail_id: uuid.UUID) -> str:
    return OutgoingMail.objects.get(public_id=mail_id).state


@transaction.atomic
def post_and_fail() -> None:
    outbox.post(a_letter(), now=NOON)
    raise ZeroDivisionError


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=outbox.TASK).count()


@pytest.mark.django_db
def test_a_mail_arrives_with_its_words_and_its_stable_name(sink):
    mail_id = outbox.post(a_letter(), now=NOON)
    outbox.hand_over(mail_id, now=LATER)

    [message] = sink.arrived
    assert state_of(mail_id) == MailState.SENT
    assert message["Message-ID"] == outbox.message_id("answer/1/alice")
    assert re.fullmatch(r"<[0-9a-f]{40}@localhost>", message["Message-ID"])
    assert message["To"] == "alice@parvis.example"
    assert message["Date"] == "Fri, 26 Jun 2015 12:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.get_payload()
    assert text.get_payload(decode=True).decode().replace("\r\n", "\n") == a_letter().text
    assert html.get_payload(decode=True).decode().strip() == a_letter().html


@pytest.mark.django_db
def test_the_same_cause_twice_is_one_mail(sink):
    first = outbox.post(a_letter(), now=NOON)
    second = outbox.post(a_letter(text="Other words"), now=LATER)
    outbox.hand_over(first, now=LATER)
    outbox.hand_over(second, now=LATER)

    assert first == second
    assert jobs() == 1
    assert len(sink.arrived) == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_not_posted_outside_a_transaction():
    with pytest.raises(RuntimeError, match="outside a transaction"):
        outbox.post(a_letter(), now=NOON)
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_mailed():
    with pytest.raises(ZeroDivisionError):
        post_and_fail()
    assert OutgoingMail.objects.count() == 0
    assert jobs() == 0


@pytest.mark.django_db(transaction=True)
def test_in_a_worker_too_what_is_rolled_back_is_not_mailed():
    worker_connector = app.connector.get_worker_connector()
    with app.replace_connector(worker_connector):
        with pytest.raises(ZeroDivisionError):
            post_and_fail()
        with transaction.atomic():
            outbox.post(a_letter(message_key="answer/2/alice"), now=NOON)
            assert jobs() == 1
    assert OutgoingMail.objects.count() == 1
    assert jobs() == 1


@pytest.mark.django_db
def test_a_relay_that_refuses_the_addressee_is_tried_again(sink):
    sink.rcpt_answers = ["450 Mailbox busy"]
    mail_id = outbox.post(a_letter(), now=NOON)
    with pytest.raises(outbox.NotTaken):
        outbox.hand_over(mail_id, now=NOON)
    mail = OutgoingMail.objects.get(public_id=mail_id)
    assert (mail.state, mail.tries, mail.last_error) == ("waiting", 1, "450 Mailbox busy")
    assert sink.arrived == []

    outbox.hand_over(mail_id, now=LATER)
    assert state_of(mail_id) == MailState.SENT
    assert len(sink.arrived) == 1


@pytest.mark.django_db
def test_a_relay_that_cannot_be_reached_is_tried_again(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mail_id = outbox.post(a_letter(), now=NOON)
    with pytest.raises(outbox.NotTaken, match="refused"):
        outbox.hand_over(mail_id, now=NOON)
    assert state_of(mail_id) == MailState.WAITING


@pytest.mark.django_db
def test_a_relay_that_refuses_the_message_is_tried_again(sink):
    sink.data_answers = ["451 Come back later"]
    mail_id = outbox.post(a_letter(), now=NOON)
    with pytest.raises(outbox.NotTaken, match="451 Come back later"):
        outbox.hand_over(mail_id, now=NOON)
    assert state_of(mail_id) == MailState.WAITING

    outbox.hand_over(mail_id, now=LATER)
    assert state_of(mail_id) == MailState.SENT
    assert len(sink.arrived) == 1


@pytest.mark.django_db
def test_a_relay_that_hangs_up_on_the_message_leaves_it_uncertain(sink):
    sink.hang_up_after_data = True
    mail_id = outbox.post(a_letter(), now=NOON)
    outbox.hand_over(mail_id, now=NOON)
    assert state_of(mail_id) == MailState.UNCERTAIN

    sink.hang_up_after_data = False
    outbox.hand_over(mail_id, now=LATER)
    assert state_of(mail_id) == MailState.UNCERTAIN
    assert len(sink.arrived) == 1


@pytest.mark.django_db
def test_a_mail_found_half_handed_over_is_left_to_a_person(sink):
    mail_id = outbox.post(a_letter(), now=NOON)
    OutgoingMail.objects.update(state=MailState.HANDING_OVER)
    outbox.hand_over(mail_id, now=LATER)

    assert sink.arrived == []
    [mail] = outbox.uncertain()
    assert (mail.id, mail.recipient, mail.state) == (mail_id, "alice@parvis.example", "uncertain")
    assert outbox.uncertain_count() == 1


@pytest.mark.django_db
def test_a_person_may_send_an_uncertain_mail_again_once(sink):
    mail_id = outbox.post(a_letter(), now=NOON)
    OutgoingMail.objects.update(state=MailState.UNCERTAIN)
    assert outbox.resend(mail_id, now=LATER) is True
    assert outbox.resend(mail_id, now=LATER) is False
    assert jobs() == 2

    outbox.hand_over(mail_id, now=LATER)
    assert state_of(mail_id) == MailState.SENT
    assert sink.message_ids == [outbox.message_id("answer/1/alice")]


@pytest.mark.django_db
def test_a_person_may_note_that_an_uncertain_mail_arrived(sink):
    mail_id = outbox.post(a_letter(), now=NOON)
    assert outbox.mark_delivered(mail_id, now=LATER) is False
    OutgoingMail.objects.update(state=MailState.UNCERTAIN)
    assert outbox.mark_delivered(mail_id, now=LATER) is True
    outbox.hand_over(mail_id, now=LATER)
    assert state_of(mail_id) == MailState.SENT
    assert sink.arrived == []


@pytest.mark.django_db
def test_no_text_forges_a_header(sink):
    letter = a_letter(
        subject="Bonjour\r\nBcc: everybody@parvis.example",
        headers={"List-Unsubscribe": "<https://parvis.example/x>\nX-Forged: yes"},
    )
    outbox.hand_over(outbox.post(letter, now=NOON), now=NOON)
    [message] = sink.arrived
    assert message["Subject"] == "Bonjour Bcc: everybody@parvis.example"
    assert message["Bcc"] is None
    assert message["X-Forged"] is None


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Bcc", "message-id", "X Y", "X\nY", "", "é"])
def test_a_letter_carries_only_headers_of_its_own(name):
    with pytest.raises(ValueError, match="not a header"):
        outbox.post(a_letter(headers={name: "x"}), now=NOON)
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("to", ["", "alice", "a@b.example\nBcc: c@d.example", "a@b.example, c@d"])
def test_a_letter_goes_to_one_address(to):
    with pytest.raises(ValidationError):
        outbox.post(a_letter(to=to), now=NOON)
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
def test_nul_bytes_in_the_text_do_no_harm(sink):
    mail_id = outbox.post(a_letter(text="a\x00b", subject="c\x00d"), now=NOON)
    mail = OutgoingMail.objects.get(public_id=mail_id)
    assert (mail.text, mail.subject) == ("ab", "c d")


@pytest.mark.django_db
def test_a_mail_that_left_with_its_account_is_not_sent(sink):
    person_id = uuid.uuid4()
    mail_id = outbox.post(a_letter(person_id=person_id), now=NOON)
    assert outbox.forget_person(person_id) == 1
    outbox.hand_over(mail_id, now=LATER)
    assert sink.arrived == []


@pytest.mark.django_db
def test_old_words_go_and_the_key_stays(sink):
    mail_id = outbox.post(a_letter(), now=NOON)
    outbox.hand_over(mail_id, now=NOON)
    assert outbox.forget_words(before=NOON) == 0
    assert outbox.forget_words(before=LATER) == 1
    mail = OutgoingMail.objects.get(public_id=mail_id)
    assert (mail.recipient, mail.subject, mail.text, mail.html) == ("", "", "", "")
    assert outbox.post(a_letter(), now=LATER) == mail_id


@pytest.mark.django_db
def test_what_stays_half_handed_over_becomes_uncertain_in_time():
    outbox.post(a_letter(), now=NOON)
    OutgoingMail.objects.update(state=MailState.HANDING_OVER, changed_at=NOON)
    assert outbox.give_up_on(since=NOON, now=LATER) == 0
    assert outbox.give_up_on(since=LATER, now=LATER) == 1
    assert outbox.uncertain_count() == 1


@pytest.mark.django_db
def test_a_backend_that_fails_without_saying_how_far_it_went_leaves_uncertainty(settings):
    settings.EMAIL_BACKEND = "parvis.kernel.tests.test_outbox.BrokenBackend"
    mail_id = outbox.post(a_letter(), now=NOON)
    with pytest.raises(ConnectionResetError):
        outbox.hand_over(mail_id, now=NOON)
    assert state_of(mail_id) == MailState.UNCERTAIN


class BrokenBackend:
    """A provider whose connection breaks."""

    def __init__(self, **options) -> None:
        pass

    def send_messages(self, messages) -> int:
        raise ConnectionResetError
