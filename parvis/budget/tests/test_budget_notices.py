"""Authors and followers are told what becomes of a project, in their language, and nobody else."""

from __future__ import annotations

import uuid

import pytest
from django.utils import translation

from parvis.account.testing import a_person, alice, bachir, chloe
from parvis.budget.actions import building, deciding, delivering, freezing, merging, studying
from parvis.budget.actions.deciding import Verdict
from parvis.budget.actions.delivering import Move, Won
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import Status
from parvis.budget.testing import NOON, TEXT, a_department, a_project, an_edition
from parvis.budget.tests.test_budget_editions import ada
from parvis.kernel import clock
from parvis.kernel.declarations import account_cards, desk_queues, happenings, stones
from parvis.kernel.typography import french
from parvis.relation.public import timeline
from parvis.relation.testing import deliver_everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def thread(person):
    """Return what stands on a thread about the budget, the latest first."""
    deliver_everything()
    found = timeline(person_id=person.id, now=NOON)
    return [one.title for one in found if one.topic.startswith("budget.")]


def test_who_follows_is_told_of_a_merging_and_is_moved_nowhere():
    edition = an_edition(Kind.IDEATION)
    one = a_project(edition, by=alice(), title="Un jardin")
    other = a_project(edition, by=chloe(), title="Un verger")
    nadia = a_person("Nadia")
    building.follow(one.pk, by=nadia, now=NOON)
    asked = merging.propose_merging(
        source_id=one.pk, target_id=other.pk, why="Le même terrain.", by=bachir(), now=NOON
    )
    title = french("« Un jardin » doit-il rejoindre « Un verger » ?")
    assert thread(alice()) == [title]
    assert thread(nadia) == []
    for person in (alice(), chloe()):
        merging.answer_merging(asked.pk, agrees=True, by=person, now=NOON)
    assert thread(alice())[0] == french("« Un jardin » fait maintenant partie de « Un verger »")
    assert thread(nadia) == [french("Un projet que vous suivez en a rejoint un autre : Un jardin")]
    assert [f.project_id for f in one.follows.all()] == [one.pk]
    assert other.follows.count() == 0


def test_authors_and_followers_are_told_what_is_decided_chosen_and_given_up():
    edition = an_edition(Kind.PRE_SUBMIT)
    project = a_project(edition, by=alice(), status=Status.STUDY, title="Un jardin")
    emma = a_person("Emma", language="en")
    building.follow(project.pk, by=emma, now=NOON)
    study = studying.ask_opinion(project.pk, department=a_department().pk, by=bachir(), now=NOON)
    studying.give_opinion(
        study.pk, opinion="feasible", cost_cents=100, reason="Oui.", by=bachir(), now=NOON
    )
    assert thread(alice()) == thread(emma) == []
    verdict = Verdict(
        accepts=True,
        body="Commission",
        reason="Oui.",
        cost_cents=100,
        title="Un jardin",
        text=TEXT,
        title_en="A garden",
    )
    deciding.decide(project.pk, verdict, by=bachir(), now=NOON)
    freezing.freeze(edition_id=edition.pk, by=ada(), now=NOON)
    won = Won(project_id=project.pk, rank=1)
    delivering.proclaim(edition.pk, [won], by=None, now=NOON)
    step = Move(stage="abandoned", reason="Une conduite de gaz.")
    delivering.move(project.pk, step, by=bachir(), now=NOON)
    assert thread(alice()) == [
        french("Abandonné : Un jardin"),
        french("Choisi par le vote : Un jardin"),
        french("Sur le bulletin : Un jardin"),
    ]
    with translation.override("en"):
        assert thread(emma) == [
            "Given up: A garden",
            "Chosen by the vote: A garden",
            "On the ballot: A garden",
        ]


def test_an_author_is_told_of_a_remark_but_not_of_their_own():
    project = a_project(an_edition(Kind.IDEATION), by=alice(), title="Un jardin")
    for person in (alice(), chloe()):
        building.remark(project.pk, "Oui.", form_token=uuid.uuid4(), by=person, now=NOON)
    assert thread(alice()) == [french("Une remarque sur votre projet : Un jardin")]
    assert thread(chloe()) == []


def test_the_front_door_says_what_is_on():
    assert stones["budget"].sentence(NOON) == ""
    project = a_project(an_edition(Kind.IDEATION), by=alice(), title="Un jardin")
    assert "idées" in stones["budget"].sentence(NOON)
    (happening,) = happenings["budget"].find(NOON)
    assert happening.verb == "Proposer un projet"
    (line,) = account_cards["budget"].lines(alice().id, NOON)
    assert line[1].endswith(f"{project.pk}/")
    assert {
        key: desk_queues[f"budget.{key}"].waiting(NOON)
        for key in ("studies", "decisions", "works", "remarks", "editions")
    } == {"studies": 0, "decisions": 0, "works": 0, "remarks": 0, "editions": 0}
