"""« Ce n'est pas réglé » of who gave an address that nobody confirmed counts once they came by the
letter to it, and for nobody until then."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from parvis.account.public import Reach
from parvis.account.testing import alice
from parvis.relation.testing import deliver_everything
from parvis.streets import testing
from parvis.streets.actions import forgetting, withdrawing
from parvis.streets.actions.confirming import confirm_address
from parvis.streets.actions.contradicting import contradict
from parvis.streets.models import Case, Contradiction, Report
from parvis.streets.queries import access
from parvis.streets.queries.case_desk import desk_case
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

MARIE = "marie@exemple.fr"
LATER = NOON + DAY


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()


@pytest.fixture
def at_noon(monkeypatch):
    monkeypatch.setattr("parvis.kernel.clock.now", lambda: LATER)


def unconfirmed(case, email=MARIE):
    """Return a report whose address nobody has confirmed."""
    return a_report(case, email=email, email_confirmed_at=None)


def stands(case):
    """Return what everybody sees of a case."""
    known = Case.objects.get(pk=case.pk)
    return known.state_id, known.contradictions_count


def by_letter(report, *, now=LATER + HOUR):
    return confirm_address(report.pk, token=access.letter_token(report.pk), now=now)


def test_it_waits_for_the_address_and_counts_once_that_is_confirmed():
    case = a_case()
    report = unconfirmed(case)
    closed(case)
    before = Case.objects.filter(pk=case.pk).values_list().get()
    said = contradict(report_id=report.pk, text="Il est toujours là.", now=LATER)
    assert said.counted_at is None
    assert Case.objects.filter(pk=case.pk).values_list().get() == before
    refused("already_said", contradict, report_id=report.pk, now=LATER)
    assert by_letter(report)
    assert stands(case) == ("contradicted", 1)
    said.refresh_from_db()
    assert (said.said_at, said.counted_at) == (LATER, LATER + HOUR)
    assert not by_letter(report)
    assert stands(case) == ("contradicted", 1)


def test_who_is_known_already_waits_for_nothing():
    case = a_case()
    by_account = a_report(case, person=alice())
    by_address = a_report(case, email="paul@exemple.fr")
    for day, report in enumerate((by_account, by_address), start=1):
        closed(Case.objects.get(pk=case.pk), now=NOON + day * DAY)
        said = contradict(report_id=report.pk, now=NOON + day * DAY + HOUR)
        assert said.counted_at == said.said_at
        assert stands(case) == ("contradicted", day)


def test_the_same_address_confirmed_elsewhere_vouches_for_nobody():
    a_report(a_case(), email=MARIE)
    case = a_case()
    report = unconfirmed(case)
    closed(case)
    contradict(report_id=report.pk, now=LATER)
    assert stands(case) == ("done", 0)


def test_who_gave_no_address_gives_one():
    case = a_case()
    nobody = case.reports.get()
    a_report(case, email="paul@exemple.fr")
    closed(case)
    refused("address_needed", contradict, report_id=nobody.pk, now=LATER)
    refused("email_invalid", contradict, report_id=nobody.pk, email="paul", now=LATER)
    refused("already_yours", contradict, report_id=nobody.pk, email="Paul@exemple.fr", now=LATER)
    contradict(report_id=nobody.pk, email="Marie@exemple.fr ", now=LATER)
    nobody.refresh_from_db()
    assert (nobody.email, nobody.email_confirmed_at) == (MARIE, None)
    assert stands(case) == ("done", 0)
    by_letter(nobody)
    assert stands(case) == ("contradicted", 1)


def test_what_another_has_opened_again_meanwhile_is_not_counted_twice():
    case = a_case()
    unsure, sure = unconfirmed(case), a_report(case, email="paul@exemple.fr")
    closed(case)
    waiting = contradict(report_id=unsure.pk, now=LATER)
    contradict(report_id=sure.pk, now=LATER)
    by_letter(unsure)
    assert stands(case) == ("contradicted", 1)
    # A later closing is another one: nobody has contradicted it.
    closed(Case.objects.get(pk=case.pk), now=LATER + DAY)
    assert stands(case) == ("done", 1)
    waiting.refresh_from_db()
    assert waiting.counted_at is None


def test_the_letter_opens_it_again_and_the_page_says_so(at_noon):
    case = a_case()
    report = unconfirmed(case)
    secret = access.secret_of(report.pk)
    closed(case)
    deliver_everything()
    mail.outbox.clear()
    client = Client()
    address = reverse("streets:contradict", args=[report.pk])
    page = client.post(address, {"secret": secret, "text": "Non"}, follow=True).content.decode()
    assert "ne compte pas encore" in page
    assert "rouvert, et toutes" not in page
    public = client.get(reverse("streets:case", args=[case.code])).content.decode()
    assert "contesté" not in public
    deliver_everything()
    [letter] = [one for one in mail.outbox if one.to == [MARIE]]
    assert case.code in letter.body
    assert "pas réglé" in letter.body
    link = re.search(r"http://[^/]+(/\S+\?letter=\w+)", letter.body).group(1)
    assert reverse("streets:confirm", args=[secret]) in client.get(link).content.decode()
    sent = {"letter": link.partition("letter=")[2]}
    page = client.post(
        reverse("streets:confirm", args=[secret]), sent, follow=True
    ).content.decode()
    assert stands(case) == ("contradicted", 1)
    assert "rouvert" in page
    assert "ne compte pas encore" not in page


def test_who_gave_no_address_is_asked_for_one_on_the_page(at_noon):
    case = a_case()
    nobody = case.reports.get()
    secret = access.secret_of(nobody.pk)
    closed(case)
    page = Client().get(reverse("streets:by_link", args=[secret])).content.decode()
    assert 'name="email"' in page
    sent = {"secret": secret, "email": MARIE}
    page = Client().post(reverse("streets:contradict", args=[nobody.pk]), sent, follow=True)
    assert "ne compte pas encore" in page.content.decode()
    assert Report.objects.get(pk=nobody.pk).email == MARIE


def test_an_agent_reads_that_it_does_not_count_yet():
    case = a_case()
    report = unconfirmed(case)
    closed(case)
    contradict(report_id=report.pk, text="Non", now=LATER)
    [voice] = [
        one
        for one in desk_case(case.code, Reach(None), now=LATER).voices
        if one.report_id == report.pk
    ]
    [said] = voice.contradictions
    assert (said.text, said.waits) == ("Non", True)
    assert voice_of(Report.objects.select_related("case").get(pk=report.pk), now=LATER).not_counted


def test_an_address_is_kept_while_a_contradiction_waits_for_it():
    case = a_case()
    report = unconfirmed(case)
    closed(case)
    contradict(report_id=report.pk, now=NOON + 20 * DAY)
    assert forgetting.forget_unconfirmed(NOON + DAY, NOON + 31 * DAY) == 0
    assert Contradiction.objects.count() == 1
    assert forgetting.forget_unconfirmed(NOON + 21 * DAY, NOON + 51 * DAY) == 1
    assert (Report.objects.get(pk=report.pk).email, Contradiction.objects.count()) == ("", 0)


def test_what_was_withdrawn_leaves_no_words_behind():
    case = a_case()
    unsure, sure = unconfirmed(case), a_report(case, email="paul@exemple.fr")
    closed(case)
    contradict(report_id=unsure.pk, text="Il est là, chez moi.", now=LATER)
    contradict(report_id=sure.pk, text="Toujours là.", now=LATER)
    withdrawing.withdraw(report_id=unsure.pk, now=LATER)
    withdrawing.withdraw(report_id=sure.pk, now=LATER)
    assert list(Contradiction.objects.values_list("report", "text")) == [(sure.pk, "")]


def test_nobody_s_waiting_word_is_told_to_a_stranger(at_noon):
    case = a_case()
    report = unconfirmed(case)
    closed(case)
    before = everything()
    address = reverse("streets:contradict", args=[report.pk])
    assert Client().post(address, {"email": MARIE}).status_code == 404
    assert Client().post(address, {"secret": access.secret_of(uuid.uuid4())}).status_code == 404
    assert everything() == before
