"""Every fact that concerns a person reaches their timeline once, and their mail if they want it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.utils import translation

from parvis.account.testing import a_person
from parvis.kernel.facts import facts_by_id
from parvis.kernel.models import OutgoingMail
from parvis.relation import public
from parvis.relation.actions import choices, telling
from parvis.relation.models import TimelineEntry
from parvis.relation.testing import deliver_everything
from parvis.relation.tests.conftest import NOON, answered, forget_deliveries, stop_kites

LATER = NOON + dt.timedelta(days=40)


def titles(person, **changes) -> list[str]:
    found = public.timeline(person_id=person.id, now=LATER, **changes)
    return [entry.title for entry in found]


def test_a_fact_reaches_the_person_it_concerns_and_nobody_else(the_cast, kites):
    alice, chloe = the_cast
    answered(1, alice)
    deliver_everything()
    assert titles(alice) == ["Votre cerf-volant 1"]
    assert titles(chloe) == []
    assert [message.to for message in mail.outbox] == [["alice@parvis.example"]]


def test_a_fact_delivered_twice_is_told_and_mailed_once(the_cast, kites):
    alice, _ = the_cast
    fact_id = answered(1, alice)
    deliver_everything()
    delivered = facts_by_id([fact_id])[fact_id]
    telling.tell_everyone(kites, delivered, now=LATER)
    deliver_everything()
    assert TimelineEntry.objects.count() == 1
    assert OutgoingMail.objects.count() == 1
    assert len(mail.outbox) == 1


def test_the_mail_speaks_the_persons_language_and_the_timeline_the_readers(the_cast, kites):
    ernest = a_person("Ernest", language="en")
    forget_deliveries()
    answered(2, ernest)
    with translation.override("fr"):
        deliver_everything()
        assert titles(ernest) == ["Votre cerf-volant 2"]
    with translation.override("en"):
        assert titles(ernest) == ["Your kite 2"]
    [message] = mail.outbox
    assert message.subject == "Your kite 2"
    assert message.body.startswith("Hello Ernest,")
    assert "http://localhost:8000/cerf-volant/2/" in message.body
    assert "http://localhost:8000/en/messages/unsubscribe/" in message.body


def test_the_mail_in_french_is_typeset_and_escapes_nothing(the_cast, kites):
    alice, _ = the_cast
    answered(3, alice)
    deliver_everything()
    [message] = mail.outbox
    assert message.body.startswith("Bonjour Alice,\n\nVotre cerf-volant 3\n\n")
    assert "Il vole haut. <b>Bravo</b>" in message.body
    assert "&lt;" not in message.body
    [html] = message.alternatives
    assert "Il vole haut. &lt;b&gt;Bravo&lt;/b&gt;" in html.content
    assert '<html lang="fr">' in html.content


def test_the_mail_can_be_stopped_in_one_click(the_cast, kites):
    alice, _ = the_cast
    answered(1, alice)
    deliver_everything()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe"].startswith("<http://localhost:8000/messages/desabonnement/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_who_stopped_a_topic_still_reads_it_on_the_timeline(the_cast, kites):
    alice, _ = the_cast
    stop_kites(alice)
    answered(1, alice)
    deliver_everything()
    [entry] = public.timeline(person_id=alice.id, now=LATER)
    assert entry.mailed is False
    assert mail.outbox == []


def test_nothing_is_told_to_an_account_that_is_closed_or_not_confirmed_or_unknown(the_cast, kites):
    alice, chloe = the_cast
    residents = apps.get_model(settings.AUTH_USER_MODEL)
    residents.objects.filter(pk=alice.id).update(email=None, confirmed_at=None)
    residents.objects.filter(pk=chloe.id).delete()
    answered(1, alice, chloe)
    assert deliver_everything() == 1
    assert TimelineEntry.objects.count() == 0
    assert OutgoingMail.objects.count() == 0


def test_a_notice_with_nothing_to_say_any_more_is_left_out_and_not_mailed(the_cast, kites):
    alice, _ = the_cast
    for number in (12, 13, 14):
        answered(number, alice, now=NOON + dt.timedelta(minutes=number))
    deliver_everything()
    assert titles(alice) == ["Votre cerf-volant 14", "Votre cerf-volant 12"]
    assert len(mail.outbox) == 2


def test_a_notice_that_this_version_no_longer_declares_is_left_out(the_cast, kites):
    alice, _ = the_cast
    answered(1, alice)
    deliver_everything()
    TimelineEntry.objects.update(notice_key="test.gone")
    assert titles(alice) == []


def test_the_timeline_pages_without_a_gap_or_a_double(the_cast, kites):
    alice, _ = the_cast
    # All at one moment: only the id tells them apart; number 13 has nothing to say.
    for number in range(30):
        answered(number, alice)
    deliver_everything()
    seen, before = [], ""
    while page := public.timeline(person_id=alice.id, now=LATER, limit=4, before=before):
        seen += [entry.fact_id for entry in page]
        before = page[-1].cursor
    assert len(seen) == len(set(seen)) == 29


def test_a_cursor_that_is_not_ones_own_shows_the_first_page(the_cast, kites):
    alice, chloe = the_cast
    answered(1, alice, chloe)
    deliver_everything()
    [of_chloe] = public.timeline(person_id=chloe.id, now=LATER)
    for cursor in (of_chloe.cursor, "x", str(uuid.uuid4()), "\x00"):
        assert titles(alice, before=cursor) == ["Votre cerf-volant 1"]


def test_the_timeline_filters_by_mail_and_by_topic(the_cast, kites):
    alice, _ = the_cast
    answered(1, alice)
    deliver_everything()
    stop_kites(alice)
    answered(2, alice)
    deliver_everything()
    assert titles(alice, only="mailed") == ["Votre cerf-volant 1"]
    assert titles(alice, only="test.kites") == ["Votre cerf-volant 2", "Votre cerf-volant 1"]
    assert titles(alice, only="test.other") == []


def test_the_months_are_those_of_the_city(the_cast, kites):
    alice, _ = the_cast
    # Half past eleven at night in London is July in Paris.
    answered(1, alice, now=dt.datetime(2015, 6, 30, 21, 59, tzinfo=dt.UTC))
    answered(2, alice, now=dt.datetime(2015, 6, 30, 22, 30, tzinfo=dt.UTC))
    deliver_everything()
    july, june = public.months(public.timeline(person_id=alice.id, now=LATER))
    assert (july.first_day, len(july.entries)) == (dt.date(2015, 7, 1), 1)
    assert (june.first_day, len(june.entries)) == (dt.date(2015, 6, 1), 1)


def test_what_was_read_is_counted_no_more(the_cast, kites):
    alice, chloe = the_cast
    answered(1, alice, chloe)
    answered(2, alice, now=LATER)
    deliver_everything()
    assert public.unread_count(person_id=alice.id) == 2
    [newest, _oldest] = public.timeline(person_id=alice.id, now=LATER)
    assert choices.mark_read(person_id=chloe.id, entry_ids=[newest.id], now=LATER) == 0
    assert choices.mark_read(person_id=alice.id, entry_ids=[newest.id], now=LATER) == 1
    assert choices.mark_read(person_id=alice.id, entry_ids=[newest.id], now=LATER) == 0
    assert public.unread_count(person_id=alice.id) == 1
    assert public.unread_count(person_id=chloe.id) == 1
    assert choices.mark_read(person_id=alice.id, now=LATER) == 1
    assert public.unread_count(person_id=alice.id) == 0
    assert public.unread_count(person_id=chloe.id) == 1


def test_what_a_person_did_themselves_is_no_news_to_them(the_cast, kites):
    alice, _ = the_cast
    fact_id = answered(1, alice)
    own = dataclasses.replace(kites, is_news=False)
    telling.tell_everyone(own, facts_by_id([fact_id])[fact_id], now=NOON)
    [entry] = public.timeline(person_id=alice.id, now=NOON)
    assert entry.is_read is True
    assert public.unread_count(person_id=alice.id) == 0


def test_a_hundred_entries_cost_no_more_questions_than_one(the_cast, kites, count_queries):
    alice, _ = the_cast
    answered(1, alice)
    deliver_everything()
    one = count_queries(lambda: titles(alice, limit=100))
    for number in range(20, 80):
        answered(number, alice)
    deliver_everything()
    assert count_queries(lambda: titles(alice, limit=100)) == one == 2


@pytest.fixture
def count_queries(django_assert_max_num_queries):
    """Return how many questions the database is asked."""

    def count(ask) -> int:
        with django_assert_max_num_queries(1000) as asked:
            ask()
        return len(asked)

    return count
