"""The pages of the thread, of the choices and of the unsubscribe link."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.test import Client

from parvis.account.testing import signed_in
from parvis.kernel.register import concerning
from parvis.relation.models import Preference, TimelineEntry
from parvis.relation.testing import deliver_everything
from parvis.relation.tests.conftest import answered


@pytest.fixture
def told(the_cast, kites):
    """Alice and Chloé, who were both told of one answer."""
    answered(1, *the_cast)
    deliver_everything()
    return the_cast


def stop_path(person) -> str:
    """The unsubscribe link of the mail to this person; mails leave in no promised order."""
    [letter] = [letter for letter in mail.outbox if letter.to == [person.email]]
    header = letter.extra_headers["List-Unsubscribe"]
    return str(urlsplit(header.strip("<>")).path)


@pytest.mark.parametrize("path", ["/messages/", "/messages/par-courriel/", "/en/messages/"])
def test_the_thread_is_for_who_is_signed_in(db, client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert "/mon-compte/" in answer["Location"] or "/my-account/" in answer["Location"]


@pytest.mark.parametrize(
    ("path", "mine"), [("/messages/", "/mon-compte/"), ("/en/messages/", "/en/my-account/")]
)
def test_the_old_address_of_the_thread_leads_to_my_account(told, client, path, mine):
    alice, _ = told
    answer = signed_in(client, alice).get(path)
    assert (answer.status_code, answer["Location"]) == (302, mine)


def test_alice_chooses_what_is_mailed(told, client):
    alice, _ = told
    signed_in(client, alice)
    assert 'value="test.kites" checked' in client.get("/messages/par-courriel/").content.decode()
    assert client.post("/messages/par-courriel/", {}).status_code == 302
    assert Preference.objects.get(person_id=alice.id, topic="test.kites").mail is False
    assert (
        'value="test.kites" checked' not in client.get("/messages/par-courriel/").content.decode()
    )
    client.post("/messages/par-courriel/", {"topic": ["test.kites", "not.a.topic"]})
    assert Preference.objects.get(person_id=alice.id, topic="test.kites").mail is True
    assert not Preference.objects.filter(topic="not.a.topic").exists()


def test_choices_are_not_changed_without_the_pages_own_form(told):
    alice, _ = told
    strict = signed_in(Client(enforce_csrf_checks=True), alice)
    assert strict.post("/messages/par-courriel/", {}).status_code == 403
    assert Preference.objects.count() == 0


def test_a_mail_scanner_that_follows_the_link_changes_nothing(told, client):
    alice, _ = told
    for ask in (client.get, client.head):
        assert ask(stop_path(alice)).status_code == 200
    assert Preference.objects.count() == 0


def test_the_link_stops_one_topic_after_a_click_without_signing_in(told, client):
    alice, _ = told
    path = stop_path(alice)
    assert "Ne plus recevoir ces courriels" in client.get(path).content.decode()
    done = client.post(path)
    assert done.status_code == 200
    assert "C\u2019est fait" in done.content.decode()
    [choice] = Preference.objects.all()
    assert (choice.person_id, choice.topic, choice.mail) == (alice.id, "test.kites", False)
    assert concerning(f"person:{alice.id}")[0].action == "relation.mail_stopped"

    client.post(path, {"again": "1"})
    assert Preference.objects.get(person_id=alice.id).mail is True


def test_a_mail_program_stops_a_topic_with_one_post(told):
    alice, _ = told
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        stop_path(alice),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200
    assert Preference.objects.get(person_id=alice.id).mail is False


def test_a_mail_program_that_insists_is_written_down_once(told, client):
    alice, _ = told
    for _press in range(3):
        assert client.post(stop_path(alice)).status_code == 200
    lines = [line.action for line in concerning(f"person:{alice.id}")]
    assert lines.count("relation.mail_stopped") == 1


def test_a_forged_link_stops_nothing(told, client):
    alice, _ = told
    path = stop_path(alice)
    for forged in (
        path[:-2] + "x/",
        "/messages/desabonnement/abc/",
        "/messages/desabonnement/%00/",
    ):
        assert client.get(forged).status_code == 404
        assert client.post(forged).status_code == 404
    assert Preference.objects.count() == 0


def test_the_link_of_a_closed_account_says_so(told, client):
    alice, _ = told
    path = stop_path(alice)
    TimelineEntry.objects.all().delete()
    apps.get_model(settings.AUTH_USER_MODEL).objects.filter(pk=alice.id).delete()
    assert client.post(path).status_code == 404
    assert Preference.objects.count() == 0
