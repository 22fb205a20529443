"""What voters are told, when, and how often; roots that somebody else dates."""

from __future__ import annotations

import base64
import datetime as dt
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from parvis.account.testing import alice, chloe
from parvis.kernel import facts
from parvis.kernel.declarations import keeps, notices
from parvis.kernel.models import FactRecord
from parvis.voting import tasks
from parvis.voting.actions import batching, stamping, telling
from parvis.voting.models import Root, SealedBallot, Started, Tick
from parvis.voting.testing import CLOSES, NOON, REF, a_vote, an_open_poll
from parvis.voting.tests import authority

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def told(name):
    return list(FactRecord.objects.filter(name=name).values_list("payload__person_id", flat=True))


def test_a_voter_is_told_the_day_after_and_once():
    an_open_poll()
    person = alice()
    a_vote("Alice", person_id=person.id)
    a_vote("Bob")
    assert told("voting.vote_registered") == []
    telling.tell_registered(now=NOON)
    assert told("voting.vote_registered") == []
    for _ in range(2):
        telling.tell_registered(now=NOON + DAY)
        assert told("voting.vote_registered") == [str(person.id)]
    [said] = facts.facts_about(f"voting.poll:{REF}")[-1:]
    with translation.override("en"):
        notice = notices["voting.registered"].tell(said, person.id)
    assert notice.title == "Your vote is in the register: Budget participatif 2015"
    assert notice.url == "/en/votes/receipt/"


def test_who_began_and_did_not_confirm_is_reminded_once_before_the_end():
    an_open_poll()
    for person in (alice(), chloe()):
        for _ in range(2):
            telling.note_started(ref=REF, person_id=person.id, now=NOON)
    a_vote("Alice", person_id=alice().id)
    assert telling.remind(now=NOON) == 0
    soon = CLOSES - 2 * DAY
    # Two days before its end it is midnight, and nobody is woken.
    assert telling.remind(now=soon) == 0
    assert telling.remind(now=soon + 10 * HOUR) == 1
    assert telling.remind(now=soon + DAY + 10 * HOUR) == 0
    assert told("voting.vote_not_confirmed") == [str(chloe().id)]
    [said] = facts.facts_about(f"voting.poll:{REF}")[-1:]
    with translation.override("en"):
        notice = notices["voting.not_confirmed"].tell(said, chloe().id)
    assert notice.title == "You began to vote and did not confirm: Budget participatif 2015"
    assert "on Monday 21 September at 0:00" in notice.body.replace("\xa0", " ")


def test_who_begins_on_the_last_day_is_reminded_while_there_is_time_to_vote():
    an_open_poll()
    telling.note_started(ref=REF, person_id=chloe().id, now=CLOSES - 14 * HOUR)
    assert telling.remind(now=CLOSES - 13 * HOUR) == 0
    assert telling.remind(now=CLOSES - 6 * HOUR) == 1
    telling.note_started(ref=REF, person_id=alice().id, now=CLOSES - 5 * HOUR)
    a_vote("Alice", person_id=alice().id, now=CLOSES - 5 * HOUR)
    assert telling.remind(now=CLOSES - 4 * HOUR) == 0
    assert told("voting.vote_not_confirmed") == [str(chloe().id)]


def test_a_closed_account_leaves_the_register_without_it():
    an_open_poll()
    person = alice()
    telling.note_started(ref=REF, person_id=person.id, now=NOON)
    a_vote("Alice", person_id=person.id)
    assert keeps["voting"].erase(person.id, NOON) == 2
    assert (Started.objects.count(), Tick.objects.get().person_id) == (0, None)


def test_time_does_its_part():
    an_open_poll()
    a_vote()
    for task in (tasks.release_batches, tasks.release_closed, tasks.tell, tasks.remind):
        task(timestamp=0)
    # The vote is long over: its one ballot left with the last batch, and nobody has an account.
    assert (Root.objects.get().size, SealedBallot.objects.count()) == (1, 1)
    assert told("voting.vote_registered") == []


class Deaf(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_args) -> None:
        """Say nothing."""


def test_a_root_does_not_wait_for_who_should_date_it(settings):
    server = HTTPServer(("127.0.0.1", 0), Deaf)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        an_open_poll()
        batching.release_batch(ref=REF, now=NOON)
        assert stamping.stamp_roots() == 0
        settings.VOTING_TIMESTAMP_URL = f"http://127.0.0.1:{server.server_port}/"
        assert stamping.stamp_roots() == 0
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert Root.objects.get().timestamp == ""


def test_a_root_is_dated_once_by_an_authority_that_anybody_can_ask_back(settings):
    an_open_poll()
    batching.release_batch(ref=REF, now=NOON)
    named = authority.Authority()
    with authority.answering(named) as address:
        settings.VOTING_TIMESTAMP_URL = address
        assert (stamping.stamp_roots(), stamping.stamp_roots()) == (1, 0)
    root = Root.objects.get()
    token = decode_timestamp_response(base64.b64decode(root.timestamp))
    asked = VerifierBuilder().add_root_certificate(named.certificate).build()
    assert asked.verify_message(token, root.signed.encode())
    with pytest.raises(VerificationError):
        asked.verify_message(token, root.signed.encode() + b" ")
    with pytest.raises(DatabaseError), transaction.atomic():
        Root.objects.update(timestamp="other")
