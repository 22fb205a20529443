"""The mission of a demonstration city: trees to check, and what its people answered."""

from __future__ import annotations

import datetime as dt
import tomllib
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from parvis.account.public import Person, person_by_email
from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps
from parvis.missions.actions import answering, finding, proposing
from parvis.missions.actions.answering import Said
from parvis.missions.actions.proposing import Wish
from parvis.missions.models import Mission
from parvis.missions.rules import lists, questions

_AGENT = "bachir@parvis.example"
_BEGUN = dt.timedelta(days=6)
_ANSWERED = dt.timedelta(hours=20)
_PLAIN = (
    "title",
    "text",
    "why",
    "arrondissement",
    "source_dataset",
    "source_field",
    "licence",
    "provenance",
)
Told = Mapping[str, Any]


def load(city: DemoCity) -> None:
    """Open the missions of the folder and let people answer, unless that was done."""
    folder = city.city / "demo"
    if not (folder / "missions.toml").exists():
        return
    agent = person_by_email(_AGENT)
    for told in tomllib.loads((folder / "missions.toml").read_text("utf-8"))["mission"]:
        if agent and not Mission.objects.filter(slug=slugify(told["title"])).exists():
            content = (folder / told["list"]).read_bytes()
            mission = _opened(told, content, agent, city.now)
            _answer(told, content, mission, city.now)


def _opened(told: Told, content: bytes, agent: Person, now: dt.datetime) -> Mission:
    begun = now - _BEGUN
    mission = proposing.propose(_wish(told, now), by=agent, now=begun)
    finding.add_list(mission_id=mission.pk, content=content, by=agent, now=begun)
    return proposing.open_mission(mission_id=mission.pk, by=agent, now=begun)


def _answer(told: Told, content: bytes, mission: Mission, now: dt.datetime) -> None:
    refs = [one.ref for one in lists.read(content).things]
    for rank, about in enumerate(told["answered"], start=1):
        task = mission.tasks.get(ref=refs[about["tree"]])
        for name, value in about["said"].items():
            person = person_by_email(f"{name}@parvis.example")
            if person is not None:
                said = Said(task_id=task.pk, client_key=uuid.uuid4(), values={"la": value})
                answering.answer(said, by=person, now=now - _ANSWERED / rank)


def _wish(told: Told, now: dt.datetime) -> Wish:
    return Wish(
        **{name: told[name] for name in _PLAIN},
        kind="verify",
        questions=questions.read(told["question"]),
        closes_at=now + dt.timedelta(days=told["days"]),
    )


demo_steps.declare(DemoStep(key="missions", label=_("Missions"), order=56, load=load))
