"""What is fixed is published whole, with its hash: who may vote as much as how it is counted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from hypothesis import given, strategies as st

from parvis.budget.actions import freezing
from parvis.budget.actions.voting import open_vote
from parvis.budget.models import Edition
from parvis.budget.queries.ballots import ref_of
from parvis.budget.rules import fixed
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.entitlement import Tie
from parvis.budget.rules.plans import envelopes
from parvis.budget.rules.status import Status
from parvis.budget.testing import NOON, a_plan, a_project, an_area, an_edition
from parvis.budget.tests.polls import an_open_vote
from parvis.budget.tests.test_budget_editions import ada
from parvis.kernel import register
from parvis.kernel.canonical import digest
from parvis.kernel.errors import Refused
from parvis.voting import public as voting

PLAN = a_plan(Kind.PRE_VOTE)
ONE = fixed.OnBallot(
    area="75111",
    number=1,
    title="Un jardin",
    title_en="A garden",
    text="Partagé.",
    text_en="Shared.",
    place="Bastille",
    cents=60_000_00,
)
CHANGES = {
    "name": {"title_fr": "Autre"},
    "money": {"local_cents": 1},
    "bonus": {"bonus_percent": 1},
    "calendar": {"phases": a_plan(Kind.VOTE).phases},
    "an area less": {"areas": PLAN.areas[:2]},
    "who votes": {"areas": (an_area(voters=(Tie.RESIDENCE,)), *PLAN.areas[1:])},
    "who proposes": {"areas": (an_area(proposers=(Tie.HEART,)), *PLAN.areas[1:])},
    "age": {"areas": (an_area(vote_age=7), *PLAN.areas[1:])},
    "ballot": {"areas": (an_area(most_options=3), *PLAN.areas[1:])},
    "count": {"areas": (an_area(count_rule="phragmen"), *PLAN.areas[1:])},
}
SHEETS = {
    "title": "Deux jardins",
    "text_en": "Closed.",
    "place": "Nation",
    "cents": 1,
    "number": 2,
    "area": "75118",
}


def the_hash(plan=PLAN, ballot=(ONE,)):
    return digest(fixed.written(plan, cents=envelopes(plan), ballot=ballot))


@pytest.mark.parametrize("what", CHANGES)
def test_every_rule_is_in_the_hash(what):
    assert the_hash(replace(PLAN, **CHANGES[what])) != the_hash()


@pytest.mark.parametrize("what", SHEETS)
def test_every_word_of_the_ballot_is_in_the_hash(what):
    assert the_hash(ballot=(replace(ONE, **{what: SHEETS[what]}),)) != the_hash()


@given(st.permutations(PLAN.areas), st.permutations(PLAN.phases), st.permutations(list(Tie)))
def test_the_order_in_which_rules_are_told_does_not_matter(areas, phases, ties):
    told = tuple(replace(one, voters=tuple(ties)) for one in areas)
    assert the_hash(replace(PLAN, areas=told, phases=tuple(phases))) == the_hash()


@pytest.mark.django_db
def test_whoever_computes_the_hash_of_the_file_finds_the_one_on_the_page():
    edition = an_edition(Kind.PRE_VOTE, areas=(an_area(vote_age=7), an_area(11, vote_age=16)))
    a_project(edition, arrondissement=11, status=Status.ACCEPTED, title="Un jardin")
    page, file = "/en/participatory-budget/editions/2026/", Client()
    assert file.get(f"{page}rules.json").status_code == 404
    freezing.freeze(edition_id=edition.pk, by=ada(), now=NOON)
    sent = file.get(f"{page}rules.json").content
    told = json.loads(sent)
    assert [one["vote_age"] for one in told["areas"]] == [7, 16]
    assert [one["title"] for one in told["ballot"]] == ["Un jardin"]
    assert hashlib.sha256(sent).hexdigest() in file.get(page).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"rules": "{}"}, {"rules_sha256": "0" * 64}])
def test_the_published_rules_stay(change):
    edition = an_edition(Kind.PRE_VOTE)
    a_project(edition, status=Status.ACCEPTED)
    with pytest.raises(IntegrityError, match="what_is_fixed_is_published"), transaction.atomic():
        Edition.objects.update(frozen_at=NOON)
    freezing.freeze(edition_id=edition.pk, by=ada(), now=NOON)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Edition.objects.update(**change)


@pytest.mark.django_db
def test_the_page_says_who_may_as_a_refusal_promises():
    an_edition(Kind.VOTE, areas=(an_area(vote_age=7), an_area(11, voters=(Tie.RESIDENCE,))))
    page = Client().get("/en/participatory-budget/editions/2026/").content.decode()
    heart = "People who live there, who work or study there, or whose heart is there"
    assert f"{heart}, of any age." in page
    assert f"{heart}, from the age of 7 on." in page
    assert "People who live there, of any age." in page


@pytest.mark.django_db
def test_what_a_vote_asks_reads_the_same_whatever_the_language_of_who_opens_it():
    with translation.override("en"):
        edition, _key = an_open_vote(now=NOON)
    poll = voting.poll(ref=ref_of(edition), now=NOON)
    assert [one.title for one in poll.contests] == ["Tout Paris", "11e arrondissement"]


@pytest.mark.django_db(transaction=True)
def test_opening_what_is_fixed_already_is_refused_and_the_attempt_stays_written_down():
    edition, _key = an_open_vote(now=NOON)
    with pytest.raises(Refused) as again:
        open_vote(edition_id=edition.pk, by=ada(), now=NOON)
    assert again.value.code == "frozen"
    lines = register.about(f"voting.poll:{ref_of(edition)}")
    assert [one.action for one in lines].count("voting.change_refused") == 1
