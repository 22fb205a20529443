"""Missions for tests: trees of the 11th arrondissement, and people who answer."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from parvis.account.public import Person
from parvis.account.testing import a_person, bachir
from parvis.missions.actions import answering, finding, proposing
from parvis.missions.actions.answering import Said
from parvis.missions.actions.proposing import Wish
from parvis.missions.models import Answer, Mission, Task
from parvis.missions.rules.questions import CHOICE, NUMBER, Choice, Question
from parvis.territory.testing import the_city

NOON = dt.datetime(2026, 6, 3, 10, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
TREES = b"""id;nom;lon;lat;essence
t1;Platane;2.36925;48.85331;Platanus
t2;Erable;2.37180;48.85420;Acer
t3;Ginkgo;2.37900;48.85900;Ginkgo
lyon;Tilleul;4.83500;45.76000;Tilia
t1;Platane;2.36925;48.85331;Platanus
sans-lieu;Charme;;;Carpinus
"""
T1 = (2.36925, 48.85331)
IS_THERE = Question(
    code="la",
    fr="L'arbre est-il là ?",
    en="Is the tree there?",
    datatype=CHOICE,
    values=(Choice(key="oui", fr="oui", en="yes"), Choice(key="non", fr="non", en="no")),
)
GIRTH = Question(
    code="tour",
    fr="Tour du tronc en cm",
    en="Girth in cm",
    datatype=NUMBER,
    tolerance=2,
    is_required=False,
)
WISH = Wish(
    title="Les arbres du 11e",
    text="Regardez si chaque arbre est là.",
    kind="verify",
    questions=(IS_THERE, GIRTH),
    arrondissement=11,
    source_dataset="les-arbres-plantes",
    source_field="idbase",
    licence="Open Database License (ODbL) 1.0",
    provenance="Ville de Paris, Les arbres plantés",
    closes_at=NOON + dt.timedelta(days=30),
)


def an_agent() -> Person:
    """Save Bachir, an agent."""
    return bachir()


def people(*names: str) -> list[Person]:
    """Save residents of these names."""
    return [a_person(name) for name in names]


def proposed(**changes: Any) -> Mission:
    """Return a mission that an agent proposed, with its list, in the loaded city."""
    the_city()
    agent = an_agent()
    mission = proposing.propose(replace(WISH, **changes), by=agent, now=NOON)
    finding.add_list(mission_id=mission.pk, content=TREES, by=agent, now=NOON)
    return mission


def opened(**changes: Any) -> Mission:
    """Return a mission that is open."""
    mission = proposed(**changes)
    return proposing.open_mission(mission_id=mission.pk, by=an_agent(), now=NOON)


def tree(ref: str = "t1") -> Task:
    """Return a thing of the only mission, as it is now."""
    return Task.objects.select_related("mission").get(ref=ref)


def says(person: Person, value: str, ref: str = "t1", **changes: Any) -> Answer:
    """Let a person say whether a tree is there."""
    values = {"la": value} | dict(changes.pop("also", {}))
    said = Said(task_id=tree(ref).pk, client_key=uuid.uuid4(), values=values)
    return answering.answer(replace(said, **changes), by=person, now=NOON + HOUR)
