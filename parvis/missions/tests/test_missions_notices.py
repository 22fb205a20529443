"""Who proposed, who answered, who doubted and who opened a mission is told what became of it."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from django.conf import settings
from django.core import mail
from django.utils import translation

from parvis.account.testing import a_person, bachir
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.models import FactRecord
from parvis.kernel.typography import french
from parvis.missions.actions import answering, finding, proposing, settling
from parvis.missions.actions.finding import Doubt
from parvis.missions.models import Doubt as DoubtRow, Mission
from parvis.missions.tests.world import (
    HOUR,
    IS_THERE,
    NOON,
    T1,
    TREES,
    WISH,
    opened,
    says,
    tree,
)
from parvis.relation.public import timeline
from parvis.relation.testing import deliver_everything
from parvis.territory.testing import the_city

pytestmark = pytest.mark.django_db
LATER = NOON + 2 * HOUR
SITE = settings.PARVIS_SITE_URL.rstrip("/")


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


def nadia():
    """Save Nadia, another agent."""
    return a_person("Nadia", "agent")


def emma():
    """Save Emma, who reads English."""
    return a_person("Emma", language="en")


def delivered():
    """Deliver all, and return the letters that left: address, subject, words."""
    mail.outbox.clear()
    deliver_everything()
    return {(one.to[0], one.subject): one.body for one in mail.outbox}


def subjects():
    return dict(delivered().keys())


def thread(person):
    """Return what stands on a thread about missions, the latest first: title and words."""
    found = timeline(person_id=person.id, now=LATER)
    return [(one.title, one.body) for one in found if one.topic.startswith("missions.")]


def proposed_by(person, **changes):
    """Return a mission that another agent proposed and that waits."""
    the_city()
    mission = proposing.propose(replace(WISH, **changes), by=person, now=NOON)
    finding.add_list(mission_id=mission.pk, content=TREES, by=person, now=NOON)
    delivered()
    return mission


def close(mission, by):
    proposing.close_mission(mission_id=mission.pk, by=by, now=LATER)


def test_who_proposed_is_told_that_it_opens():
    proposer, agent = nadia(), bachir()
    mission = proposed_by(proposer)
    proposing.open_mission(mission_id=mission.pk, by=agent, now=NOON)
    [(key, words)] = delivered().items()
    assert key == (proposer.email, french("Votre mission est ouverte : Les arbres du 11e"))
    assert "On peut y répondre jusqu" in words
    [(title, body)] = thread(proposer)
    assert title == french("Votre mission est ouverte : Les arbres du 11e")
    assert body == french("On peut y répondre jusqu'au vendredi 3\u00a0juillet.")
    assert thread(agent) == []


def test_who_proposed_is_told_why_it_is_refused_in_the_language_they_read():
    proposer = a_person("Emma", "agent", language="en")
    mission = proposed_by(proposer)
    proposing.refuse_mission(mission_id=mission.pk, why="Déjà fait en mai.", by=bachir(), now=NOON)
    assert subjects() == {proposer.email: "The City did not open your mission: Les arbres du 11e"}
    Mission.objects.filter(pk=mission.pk).update(refusal="Déjà fait en juin.")
    # The reason is the one that stands on the page.
    with translation.override("en"):
        assert thread(proposer) == [
            (
                "The City did not open your mission: Les arbres du 11e",
                "Its reason: Déjà fait en juin.",
            )
        ]


def test_who_decides_about_their_own_mission_is_not_told_of_it():
    mission = opened()
    assert delivered() == {}
    assert mission.proposed_by_id == mission.decided_by_id


def test_who_answered_and_who_proposed_are_told_what_was_found():
    proposer, agent = nadia(), bachir()
    mission = proposed_by(proposer)
    proposing.open_mission(mission_id=mission.pk, by=agent, now=NOON)
    people = [a_person("Alice"), emma(), a_person("Mona")]
    for person in people:
        says(person, "oui")
    for person in people[:2]:
        says(person, "non", "t2")
    delivered()
    close(mission, agent)
    letters = delivered()
    assert {to for to, _subject in letters} == {one.email for one in (*people, proposer)}
    assert len(letters) == 4
    told = {to: (subject, words) for (to, subject), words in letters.items()}
    subject, words = told[people[0].email]
    assert subject == french("La mission est terminée : Les arbres du 11e")
    assert told[proposer.email][0] == french("Votre mission est terminée : Les arbres du 11e")
    assert told[people[1].email][0] == "The mission is over: Les arbres du 11e"
    with translation.override("en"):
        assert thread(people[1])[0][1] == (
            "1 thing of 3 has a result. 2 of them had too few answers. Is the tree there? yes 1."
            f" The result is open data: {SITE}/en/missions/les-arbres-du-11e/export.csv"
        )
    _title, body = thread(people[0])[0]
    assert body == (
        french("1 chose sur 3 a un résultat. 2 ont eu trop peu de réponses.")
        + " L'arbre est-il là ? oui 1. "
        + french("Le résultat est en données ouvertes : ")
        + f"{SITE}/missions/les-arbres-du-11e/export.csv"
    )
    assert f"{SITE}/missions/les-arbres-du-11e/export.csv" in words
    # How much anybody answered is nobody's business.
    assert all(name not in body for name in ("Alice", "Emma", "Mona"))


def test_a_mission_whose_day_is_over_tells_the_same():
    mission = opened(closes_at=NOON + 2 * HOUR)
    person = a_person("Alice")
    says(person, "oui")
    assert proposing.close_ended(now=NOON + 3 * HOUR) == 1
    assert set(subjects()) == {person.email, bachir().email}
    assert mission.closes_at == NOON + 2 * HOUR


def doubt(person, ref="t9"):
    said = Doubt(dataset_id="les-arbres-plantes", ref=ref, label="Orme", at=T1)
    return finding.doubt(said, by=person, now=NOON + HOUR)


def test_each_who_doubted_a_datum_is_told_what_holds():
    opened()
    first, second = a_person("Alice"), emma()
    assert doubt(first).pk == doubt(second).pk == doubt(first).pk
    assert DoubtRow.objects.count() == 2
    delivered()
    for name in ("Chloé", "Dédé", "Mona"):
        says(a_person(name), "non", "t9")
    assert subjects() == {
        first.email: french("Ce dont vous doutiez a été regardé : Orme"),
        second.email: "What you doubted is looked at: Orme",
    }
    _title, body = thread(first)[0]
    what = "L'arbre est-il là ? non"
    assert body == french("Plusieurs personnes disent la même chose : ") + what + "."


def test_who_doubted_reads_why_the_city_settled_it_or_took_it_out():
    opened()
    alice = a_person("Alice")
    doubt(alice)
    delivered()
    settling.settle(
        task_id=tree("t9").pk, values={"la": "non"}, why="Abattu en mai.", by=bachir(), now=LATER
    )
    delivered()
    _title, body = thread(alice)[0]
    assert body.endswith(french("Sa raison : Abattu en mai."))
    assert body.startswith(french("La Ville a tranché : "))
    settling.drop(task_id=tree("t9").pk, why="Deux fois dans la liste.", by=bachir(), now=LATER)
    delivered()
    # What was true before is not told any more.
    assert [words for _title, words in thread(alice)] == [
        french("La Ville l'a retirée de la mission. Sa raison : Deux fois dans la liste.")
    ]


def test_a_doubt_about_what_is_agreed_is_refused_and_not_kept():
    opened()
    for name in ("Chloé", "Dédé", "Mona"):
        says(a_person(name), "oui")
    with pytest.raises(Refused) as refusal:
        doubt(a_person("Alice"), "t1")
    assert refusal.value.code == "already_checked"
    assert not DoubtRow.objects.exists()


def disagree(ref, now=HOUR, people="Voix"):
    """Let people disagree about a thing until the City has to look."""
    for rank, value in enumerate(("oui", "non", "oui", "non", "oui")):
        person = a_person(f"{people}{rank}")
        values = {"la": value}
        said = answering.Said(task_id=tree(ref).pk, client_key=uuid.uuid4(), values=values)
        answering.answer(said, by=person, now=NOON + now)


def test_the_agents_of_a_mission_are_told_once_that_disputes_wait():
    proposer = nadia()
    mission = proposed_by(proposer, agree_percent=80, questions=(IS_THERE,))
    proposing.open_mission(mission_id=mission.pk, by=bachir(), now=NOON)
    a_person("Rania", "agent")
    delivered()
    disagree("t1")
    title = french("Des avis divergent dans une mission : Les arbres du 11e")
    assert subjects() == {proposer.email: title, bachir().email: title}
    assert thread(bachir())[0] == (title, french("1 chose attend que la Ville tranche."))
    disagree("t2")
    assert delivered() == {}
    assert thread(bachir())[0] == (title, french("2 choses attendent que la Ville tranche."))
    for ref in ("t1", "t2"):
        settling.settle(
            task_id=tree(ref).pk, values={"la": "oui"}, why="Vu.", by=bachir(), now=LATER
        )
    assert thread(bachir()) == []
    assert FactRecord.objects.filter(name="missions.disputes_wait").count() == 1
    # Whose word has no weight yet: what was settled gave some to the others.
    disagree("t3", 2 * HOUR, "Ami")
    assert set(subjects()) == {proposer.email, bachir().email}
