"""The works of a winner from the agent's desk: what is noted makes sense, and is told once."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.testing import alice, bachir, chloe, signed_in
from parvis.budget.actions import building, delivering, freezing
from parvis.budget.actions.delivering import Move, Won
from parvis.budget.models import Delivery, Milestone, News
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.sheets import LONGEST_REASON
from parvis.budget.rules.status import Status
from parvis.budget.rules.winners import Step
from parvis.budget.testing import NOON, a_project, an_edition
from parvis.budget.tests.test_budget_editions import ada
from parvis.budget.tests.world import refused
from parvis.kernel.models import FactRecord

pytestmark = pytest.mark.django_db
GAS, SORRY = "Une conduite de gaz passe dessous.", "Le square d'à côté sera rénové à la place."


@pytest.fixture
def won():
    edition = an_edition(Kind.POST_VOTE)
    one = a_project(edition, status=Status.ACCEPTED, by=alice())
    freezing.freeze(edition_id=edition.pk, by=ada(), now=NOON)
    delivering.proclaim(edition.pk, [Won(project_id=one.pk, rank=1, votes=30)], by=None, now=NOON)
    building.follow(one.pk, by=chloe(), now=NOON)
    bachir()
    return one


def move(won, **changes):
    delivering.move(won.pk, Move(**changes), by=bachir(), now=NOON)


def month(text):
    return dt.date.fromisoformat(f"{text}-01")


def told():
    return FactRecord.objects.filter(name="budget.delivery_moved").count()


def test_who_follows_reads_why_a_project_is_given_up_whatever_else_is_said(won):
    move(won, stage="abandoned", reason=GAS, news=SORRY)
    assert News.objects.get().text == f"{GAS}\n\n{SORRY}"


def test_a_reason_is_for_what_is_given_up(won):
    refused("reason_too_much", lambda: move(won, stage="works", reason=GAS))


def test_what_is_said_is_not_cut_short(won):
    refused("news_long", lambda: move(won, stage="works", news="x" * (LONGEST_REASON + 1)))


def test_what_changes_nothing_and_says_nothing_is_not_told(won):
    refused("nothing_new", lambda: move(won, stage="not_started"))
    move(won, stage="not_started", news="La commande est partie.")
    refused("nothing_new", lambda: move(won, stage="not_started"))


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (Step.STUDY, Step.WORKS),
        (Step.STUDY, Step.PROCEDURE),
        (Step.STUDY, Step.DUE),
        (Step.WORKS, Step.OPENING),
        (Step.PROCEDURE, Step.OPENING),
        (Step.OPENING, Step.END),
    ],
)
def test_no_step_comes_before_what_it_follows(won, first, then):
    months = {first: month("2027-09"), then: month("2027-03")}
    refusal = refused("months_disorder", lambda: move(won, stage="works", months=months))
    assert refusal.status == 422
    move(won, stage="study", months={first: month("2027-03")})
    refused("months_disorder", lambda: move(won, stage="works", months={then: month("2027-02")}))
    move(won, stage="works", months={then: month("2027-03")})


def test_works_may_begin_later_than_they_were_to_end(won):
    move(won, stage="works", months={Step.DUE: month("2027-03"), Step.WORKS: month("2027-09")})
    assert Milestone.objects.get(step="works").month == month("2027-09")


@pytest.mark.parametrize("wrong", ["2025-12", "2057-01", "0001-01"])
def test_a_month_lies_in_the_years_of_the_edition(won, wrong):
    refused("month_far", lambda: move(won, stage="works", months={Step.WORKS: month(wrong)}))


def test_a_step_taken_back_and_a_disorder_of_before_stand_in_nobodys_way(won):
    Milestone.objects.filter(step="works").update(month=month("2027-09"), unknown="")
    Milestone.objects.filter(step="opening").update(month=month("2027-03"), unknown="")
    move(won, stage="works", news="On creuse.")
    move(won, stage="study", months={Step.WORKS: None})
    assert Delivery.objects.get().stage == "study"
    assert Milestone.objects.get(step="works").unknown == "not_set"


def test_a_page_sent_twice_is_told_once(won):
    page, desk = reverse("budget:work", args=[won.pk]), signed_in(Client(), bachir())
    token = str(desk.get(page).context["form"]["form_token"].value())
    said = {"stage": "works", "month_works": "2027-03", "news": "On creuse.", "form_token": token}
    for _each in range(2):
        assert desk.post(page, said).status_code == 302
    assert (News.objects.count(), told()) == (1, 1)
    again = said | {"form_token": str(uuid.uuid4())}
    assert desk.post(page, again).status_code == 302
    assert (News.objects.count(), told()) == (2, 2)
