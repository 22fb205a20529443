"""What the timeline says of the account, and what is forgotten at night."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account import tasks
from parvis.account.models import Resident
from parvis.account.testing import MORNING, alice, mona, signed_in
from parvis.kernel import clock, facts
from parvis.kernel.declarations import notices


def told(person):
    said = []
    for delivered in facts.facts_about(f"person:{person.id}"):
        for notice in notices:
            if type(delivered.fact) is notice.fact_type:
                assert list(notice.who(delivered.fact)) == [person.id]
                said.append(notice.tell(delivered, person.id))
    return said


@pytest.mark.django_db
def test_mona_reads_that_her_account_is_open_and_what_role_she_has():
    person = mona()
    assert [line.title for line in told(person)] == [
        "Votre compte est ouvert",
        "La Ville vous a confi\u00e9 un r\u00f4le\u00a0: Mod\u00e9ration",
    ]
    with translation.override("en"):
        assert [line.title for line in told(person)] == [
            "Your account is open",
            "The City gave you a role: Moderator",
        ]
        assert told(person)[0].url == "/en/my-account/my-data/"


@pytest.mark.django_db
def test_at_night_stale_sign_ups_and_spent_sessions_go_and_the_others_stay():
    person = alice()
    signed_in(Client(), person)
    signed_in(Client(), person)
    spent = Session.objects.first()
    Session.objects.filter(pk=spent.pk).update(expire_date=MORNING)
    Resident.objects.create(usual_name="Personne", opened_at=clock.now() - dt.timedelta(days=4))
    Resident.objects.create(usual_name="Quelqu\u2019un", opened_at=clock.now())
    tasks.forget_by_rule(0)
    assert Session.objects.count() == 1
    assert sorted(row.usual_name for row in Resident.objects.all()) == ["Alice", "Quelqu\u2019un"]


@pytest.mark.django_db
def test_the_page_of_what_is_known_asks_few_questions(client, django_assert_max_num_queries):
    signed_in(client, alice())
    with django_assert_max_num_queries(16):
        assert client.get(reverse("account:known")).status_code == 200
