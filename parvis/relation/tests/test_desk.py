"""Administrators settle what went astray; nobody else sees it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection

from parvis.account.testing import a_person, alice, bachir, mona, oscar, signed_in
from parvis.kernel import outbox
from parvis.kernel.clock import now as present
from parvis.kernel.declarations import desk_queues
from parvis.kernel.models import MailState, OutgoingMail
from parvis.kernel.register import about
from parvis.relation.testing import deliver_everything
from parvis.relation.tests.conftest import NOON, answered, forget_deliveries

PAGES = ["/bureau/envois/courriels-a-verifier/", "/bureau/envois/en-echec/"]


@pytest.fixture
def ada(db):
    """Ada, an administrator."""
    ada = a_person("Ada", "administrator")
    forget_deliveries()
    return ada


@pytest.fixture
def uncertain_mail(db):
    """A mail of which nobody knows whether it left."""
    letter = outbox.Letter(
        message_key="a/1", to="alice@parvis.example", subject="Votre réponse", text="Bonjour"
    )
    mail_id = outbox.post(letter, now=NOON)
    OutgoingMail.objects.update(state=MailState.UNCERTAIN)
    forget_deliveries()
    return mail_id


def fail_every_job() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 10")


@pytest.mark.parametrize("who", [alice, bachir, mona, oscar])
@pytest.mark.parametrize("path", PAGES)
def test_only_administrators_come_in(db, client, path, who):
    assert client.get(path).status_code == 302
    assert signed_in(client, who()).get(path).status_code == 403


@pytest.mark.parametrize("who", [alice, bachir, mona, oscar])
def test_only_administrators_settle_a_mail(client, uncertain_mail, who):
    path = f"{PAGES[0]}{uncertain_mail}/"
    assert signed_in(client, who()).post(path, {"again": "1"}).status_code == 403
    assert outbox.uncertain_count() == 1
    deliver_everything()
    assert mail.outbox == []


def test_ada_sends_an_uncertain_mail_again(client, ada, uncertain_mail):
    signed_in(client, ada)
    page = client.get(PAGES[0]).content.decode()
    # What a mail says is for who receives it; its name in the relay's log is enough to settle it.
    assert "Votre réponse" not in page
    assert outbox.message_id("a/1").strip("<>") in page
    assert "alice@parvis.example" in page
    path = f"{PAGES[0]}{uncertain_mail}/"
    assert client.post(path, {"again": "1"}).status_code == 302
    deliver_everything()
    assert [message.subject for message in mail.outbox] == ["Votre réponse"]
    [line] = about(f"kernel.mail:{uncertain_mail}")
    assert (line.action, line.actor_ref) == ("relation.mail_sent_again", f"person:{ada.id}")
    # Two administrators, one mail.
    assert client.post(path, {"again": "1"}).status_code == 409
    assert len(mail.outbox) == 1


def test_ada_marks_an_uncertain_mail_delivered(client, ada, uncertain_mail):
    path = f"{PAGES[0]}{uncertain_mail}/"
    assert signed_in(client, ada).post(path, {"delivered": "1"}).status_code == 302
    assert OutgoingMail.objects.get().state == MailState.SENT
    assert deliver_everything() == 0
    assert mail.outbox == []


def test_failed_facts_and_mails_are_listed_and_tried_again(client, ada, the_cast, kites):
    answered(1, the_cast[0])
    fail_every_job()
    signed_in(client, ada)
    page = client.get(PAGES[1]).content.decode()
    assert "test.kite_answered → relation.test.kite_answered" in page
    [queue] = [queue for queue in desk_queues if queue.key == "relation.failed_deliveries"]
    assert queue.waiting(present()) == 1

    key = page.split('name="key" value="')[1].split('"')[0]
    assert client.post(f"{PAGES[1]}reessayer/", {"key": key}).status_code == 302
    assert queue.waiting(present()) == 0
    assert deliver_everything() == 2
    assert len(mail.outbox) == 1


def test_a_failed_mail_shows_its_reason_and_is_tried_again(client, ada, uncertain_mail):
    outbox.resend(uncertain_mail, now=NOON)
    OutgoingMail.objects.update(last_error="450 Mailbox busy")
    fail_every_job()
    signed_in(client, ada)
    page = client.get(PAGES[1]).content.decode()
    assert "Votre réponse" not in page
    assert "450 Mailbox busy" in page
    client.post(f"{PAGES[1]}reessayer/", {"key": f"mail/{uncertain_mail}"})
    deliver_everything()
    assert len(mail.outbox) == 1


def test_what_has_not_failed_is_not_tried_again(client, ada):
    for key in ("", "mail/x", "facts/\x00"):
        answer = signed_in(client, ada).post(f"{PAGES[1]}reessayer/", {"key": key})
        assert answer.status_code == 404
