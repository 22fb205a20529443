"""Two requests of one browser at the same moment: neither takes back what the other wrote."""

from __future__ import annotations

import threading
import time

import pytest
from django.conf import settings as city
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from parvis.account.testing import OPEN_SESAME, alice, signed_in

LIBRARYS = "django.contrib.sessions.backends.db"
OURS = "parvis.kernel.sessions"
PROOFS = "account_authentication_methods"
SEEN = "parvis_seen_at"


def waiting():
    """Count who waits for a row that somebody holds."""
    with connection.cursor() as cursor:
        # Within a transaction it would be told the same again and again.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchone()[0]


def in_a_thread(act):
    def run():
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def held_up(client, *acts):
    """Let requests of one session begin, and keep the session from being written until all of
    them want to write it; they write it in this order."""
    key = client.session.session_key
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_session WHERE session_key = %s FOR UPDATE", [key])
        threads, end = [], time.monotonic() + 30
        for act in acts:
            threads.append(in_a_thread(act))
            # Who waits first for a row has it first.
            while waiting() < len(threads):
                assert time.monotonic() < end
                time.sleep(0.02)
    for thread in threads:
        thread.join()


def copy_of(client):
    """Return a second tab of the same browser."""
    other = Client()
    other.cookies[city.SESSION_COOKIE_NAME] = client.cookies[city.SESSION_COOKIE_NAME].value
    return other


def seen_long_ago(client):
    session = client.session
    session[SEEN] = time.time() - 3600
    session.save()


def both_at_once(client):
    """Let one tab be seen while the other one proves again who it is; return what is kept: the
    proof, and that it was seen."""
    signed_in(client, alice())
    seen_long_ago(client)
    before = client.session[SEEN]
    proves, looks = copy_of(client), copy_of(client)
    held_up(
        client,
        lambda: proves.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME}),
        lambda: looks.get(reverse("account:profile")),
    )
    kept = client.session
    return len(kept.get(PROOFS, ())) > 0, kept[SEEN] > before


@pytest.mark.django_db(transaction=True)
def test_a_session_written_whole_loses_one_of_the_two(client, settings):
    """What we mend, shown on the library's own store."""
    settings.SESSION_ENGINE = LIBRARYS
    assert both_at_once(client) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_the_proof_and_the_look_are_both_kept(client, settings):
    settings.SESSION_ENGINE = OURS
    assert both_at_once(client) == (True, True)


@pytest.mark.django_db
def test_what_one_takes_out_the_other_does_not_bring_back(client, settings):
    """Acting for oneself again, in one tab, while another tab loads a page."""
    settings.SESSION_ENGINE = OURS
    session = signed_in(client, alice()).session
    session["acting"] = {"by": "mandates.mandate:x", "name": "Dédé"}
    session.save()
    leaves, looks = client.session, client.session
    assert leaves.pop("acting") == looks["acting"]
    looks[SEEN] = 1.0
    leaves.save()
    looks.save()
    kept = client.session
    assert "acting" not in kept
    assert kept[SEEN] == 1.0
    assert "acting" not in looks


@pytest.mark.django_db(transaction=True)
def test_a_session_that_was_ended_does_not_come_back(client, settings):
    settings.SESSION_ENGINE = OURS
    signed_in(client, alice())
    seen_long_ago(client)
    key = client.session.session_key
    ends, looks = copy_of(client), copy_of(client)
    held_up(
        client,
        lambda: ends.post(reverse("account_logout")),
        lambda: looks.get(reverse("account:profile")),
    )
    store = type(client.session)(key)
    assert store.load() == {}
