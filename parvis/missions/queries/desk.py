"""What waits for agents: missions to open or refuse, things about which people do not agree."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.missions.models import Answer, AnswerState, Mission, MissionState, Task, TaskState
from parvis.missions.queries import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """What was said of a thing, the same words together: (words, how many, percent)."""

    task: Task
    said: list[tuple[str, int, int]]
    known: list[tuple[str, str]]
    photos: list[uuid.UUID]


def proposals() -> QuerySet[Mission]:
    """Return the missions that wait for the City, the oldest first."""
    rows = Mission.objects.filter(state=MissionState.PROPOSED)
    return rows.select_related("association", "zone").order_by("proposed_at", "id")


def proposals_count() -> int:
    """Return how many missions wait for the City."""
    return Mission.objects.filter(state=MissionState.PROPOSED).count()


def open_missions() -> QuerySet[Mission]:
    """Return the missions that are open, the soonest over first."""
    return Mission.objects.filter(state=MissionState.OPEN).order_by("closes_at", "title")


def disputed() -> QuerySet[Task]:
    """Return the things about which people do not agree, the oldest first."""
    rows = Task.objects.filter(state=TaskState.DISPUTED).select_related("mission")
    return rows.order_by("changed_at", "id")


def disputed_count() -> int:
    """Return how many things people do not agree about."""
    return Task.objects.filter(state=TaskState.DISPUTED).count()


def voices(task_id: uuid.UUID) -> Voices:
    """Return what counted answers say of a thing, without who gave them.

    :raises NotFound: `no_task`
    """
    task = Task.objects.select_related("mission").filter(pk=task_id).first()
    if task is None:
        raise NotFound("no_task", _("There is no such thing in a mission."))
    rows = list(task.answers.exclude(state=AnswerState.WITHDRAWN).order_by("answered_at", "id"))
    counted = [one for one in rows if one.state == AnswerState.COUNTED]
    said = Counter(words.in_a_line(task.mission, one.values) for one in counted)
    return Voices(
        task=task,
        said=[(line, many, many * 100 // len(counted)) for line, many in said.most_common()],
        known=[(str(key), str(value)) for key, value in task.known.items()],
        photos=[one.pk for one in rows if one.photo],
    )


def photo(answer_id: uuid.UUID) -> str:
    """Return the name in the storage of the photo of an answer.

    :raises NotFound: `no_photo`
    """
    found = Answer.objects.filter(pk=answer_id).exclude(photo="").first()
    if found is None:
        raise NotFound("no_photo", _("There is no such photo."))
    return found.photo
