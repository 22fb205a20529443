"""« Ce n'est pas réglé »: who reported opens a closed case again, and everybody can count it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.testing import alice, chloe, signed_in
from parvis.kernel.facts import facts_about
from parvis.streets import testing
from parvis.streets.actions.contradicting import contradict
from parvis.streets.models import Case, Contradiction
from parvis.streets.queries import access
from parvis.streets.queries.voices import voice_of
from parvis.streets.tests.life_cases import (
    DAY,
    HOUR,
    NOON,
    a_case,
    a_report,
    closed,
    everything,
    refused,
)

LAST = NOON + HOUR + 30 * DAY


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()


def test_a_closing_is_contradicted_within_thirty_days_and_counted():
    case = a_case(email="marie@exemple.fr")
    one, other = case.reports.get(), a_report(case, email="paul@exemple.fr")
    refused("not_closed", contradict, report_id=one.pk, now=NOON)
    case = closed(case)
    calm = case.priority
    refused("no_report", contradict, report_id=uuid.uuid4(), now=LAST)
    refused("text_too_long", contradict, report_id=one.pk, text="x" * 1001, now=LAST)
    refused("too_late", contradict, report_id=one.pk, now=LAST + dt.timedelta(seconds=1))
    said = contradict(report_id=one.pk, text="Il est toujours là.", now=LAST)
    case.refresh_from_db()
    assert (case.state_id, case.is_open, case.contradictions_count) == ("contradicted", True, 1)
    assert (case.reason, case.closed_at) == (None, None)
    assert case.priority > calm
    assert said.closing.after_id == "done"
    [fact] = [
        known.fact
        for known in facts_about(f"streets.case:{case.pk}")
        if known.fact.NAME == "streets.case_contradicted"
    ]
    assert (fact.report_id, fact.code) == (one.pk, case.code)
    # It is open: the other one has nothing to contest; the first has said it.
    refused("not_closed", contradict, report_id=other.pk, now=LAST)
    refused("already_said", contradict, report_id=one.pk, now=LAST)
    case = closed(case, now=LAST + DAY)
    contradict(report_id=other.pk, now=LAST + 2 * DAY)
    case = closed(Case.objects.get(pk=case.pk), now=LAST + 3 * DAY)
    contradict(report_id=one.pk, now=LAST + 4 * DAY)
    assert Case.objects.get(pk=case.pk).contradictions_count == 3
    assert Contradiction.objects.filter(case=case).count() == 3


def test_what_one_may_do_is_what_the_page_offers():
    case = a_case(email="marie@exemple.fr")
    report = case.reports.get()
    assert voice_of(report, now=NOON).until is None
    closed(case)
    report = type(report).objects.select_related("case").get(pk=report.pk)
    voice = voice_of(report, now=LAST)
    assert (voice.until, voice.is_last, voice.has_contradicted) == (LAST, False, False)
    assert voice_of(report, now=LAST + DAY).until is None
    contradict(report_id=report.pk, now=LAST)
    report.case.refresh_from_db()
    voice = voice_of(report, now=LAST)
    assert (voice.until, voice.is_last, voice.has_contradicted) == (None, True, True)


@pytest.fixture
def at_noon(monkeypatch):
    monkeypatch.setattr("parvis.kernel.clock.now", lambda: NOON + DAY)


@pytest.mark.usefixtures("at_noon")
def test_by_account_by_link_and_by_nobody_else():
    person, outsider = alice(), chloe()
    case = a_case()
    by_account = a_report(case, person=person)
    by_link = a_report(case, email="paul@exemple.fr")
    secret = access.secret_of(by_link.pk)
    closed(case)
    before = everything()
    address = reverse("streets:contradict", args=[by_account.pk])
    for client in (Client(), signed_in(Client(), outsider)):
        for sent in ({}, {"secret": "x" * 43}, {"secret": secret}):
            answer = client.post(address, {"text": "Non", **sent})
            assert (answer.status_code, b"no_report" in answer.content) == (404, True)
    assert everything() == before
    answer = Client().post(reverse("streets:contradict", args=[by_link.pk]), {"secret": secret})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("streets:by_link", args=[secret])
    assert Case.objects.get(pk=case.pk).state_id == "contradicted"
    closed(Case.objects.get(pk=case.pk), now=NOON + DAY)
    answer = signed_in(Client(), person).post(address, {"text": "Toujours là"})
    assert answer["Location"] == reverse("streets:case", args=[case.code])
    shown = Client().get(answer["Location"]).content.decode()
    # Everybody reads that it was contradicted, nobody what was said.
    assert "Rouvert" in shown
    assert "Toujours là" not in shown
    withdraw = reverse("streets:withdraw", args=[by_account.pk])
    assert signed_in(Client(), outsider).post(withdraw).status_code == 404
    assert signed_in(Client(), person).post(withdraw).status_code == 302
    quiet = reverse("streets:messages", args=[by_link.pk])
    assert Client().post(quiet, {"secret": secret, "wanted": "0"}).status_code == 302
    by_link.refresh_from_db()
    assert by_link.wants_messages is False
