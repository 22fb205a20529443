"""What became of a mission and of a doubt, and whom that concerns."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.fields.json import KeyTextTransform

from parvis.missions.models import Doubt, Mission, Participation, Task, TaskState
from parvis.missions.queries import words
from parvis.missions.rules.questions import CHOICE

_DONE = Q(state__in=[TaskState.AGREED, TaskState.SETTLED])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a mission stands: of its `tasks` things, how many have a result, are disputed, had too
    few answers; `found` counts the results by question with choices: (words, how many)."""

    mission: Mission
    tasks: int
    decided: int
    disputed: int
    unanswered: int
    found: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


def outcome(mission_id: uuid.UUID) -> Outcome | None:
    """Return how a mission stands, in the active language; None for one that is gone."""
    mission = Mission.objects.filter(pk=mission_id).first()
    if mission is None:
        return None
    rows = Task.objects.filter(mission=mission).exclude(state=TaskState.DROPPED)
    counts = rows.aggregate(
        tasks=Count("id"),
        decided=Count("id", filter=_DONE),
        disputed=Count("id", filter=Q(state=TaskState.DISPUTED)),
        unanswered=Count("id", filter=Q(state=TaskState.OPEN)),
    )
    return Outcome(mission=mission, found=_found(mission), **counts)


def task(task_id: uuid.UUID) -> Task | None:
    """Return a thing with its mission."""
    return Task.objects.select_related("mission").filter(pk=task_id).first()


def takers(mission_id: uuid.UUID) -> set[uuid.UUID]:
    """Return who answered in a mission and has not left it; who proposed it is told as such."""
    rows = Participation.objects.filter(mission=mission_id, left_at=None)
    return set(rows.values_list("person_id", flat=True)) - proposer(mission_id)


def proposer(mission_id: uuid.UUID) -> set[uuid.UUID]:
    """Return who proposed a mission, if they have an account."""
    rows = Mission.objects.filter(pk=mission_id).exclude(proposed_by=None)
    return set(rows.values_list("proposed_by_id", flat=True))


def proposer_of_others(mission_id: uuid.UUID) -> set[uuid.UUID]:
    """Return who proposed a mission, unless they decided about it themselves."""
    mission = Mission.objects.filter(pk=mission_id).first()
    if mission is None or mission.proposed_by_id == mission.decided_by_id:
        return set()
    return proposer(mission_id)


def doubters(task_id: uuid.UUID) -> set[uuid.UUID]:
    """Return who held the datum of a thing for wrong."""
    return set(Doubt.objects.filter(task=task_id).values_list("person_id", flat=True))


def answerable(mission_id: uuid.UUID) -> set[uuid.UUID]:
    """Return who opened a mission and who proposed it."""
    mission = Mission.objects.filter(pk=mission_id).first()
    both = (mission.decided_by_id, mission.proposed_by_id) if mission else ()
    return {one for one in both if one is not None}


def _found(mission: Mission) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    choices = [one for one in words.asked(mission) if one.datatype == CHOICE]
    rows = Task.objects.filter(_DONE, mission=mission)
    told = []
    for asked in choices:
        said = rows.annotate(said=KeyTextTransform(asked.code, "result"))
        counts = dict(said.values_list("said").annotate(n=Count("id")))
        shown = tuple((label, counts[key]) for key, label in asked.choices if counts.get(key))
        if shown:
            told.append((asked.label, shown))
    return tuple(told)
