"""What one person says of one thing, once; and taking it back."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.db import transaction

from parvis.account.public import Person
from parvis.kernel import files
from parvis.missions.actions.judging import count_far, judge, take_back_trust
from parvis.missions.actions.recording import note
from parvis.missions.actions.refusing import Unfit, refusal
from parvis.missions.models import (
    Answer,
    AnswerState,
    Mission,
    Participation,
    Task,
    TaskState,
)
from parvis.missions.queries.ground import takes_answers
from parvis.missions.rules import agreement, questions
from parvis.territory.public import in_metres

FOLDER = "missions"
_EAST, _NORTH = 180, 90
Place = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer as it comes: `values` by question, `at` where the person stands (WGS 84, degrees),
    None if they do not say. `client_key` is the same when it is sent again."""

    task_id: uuid.UUID
    client_key: uuid.UUID
    values: Mapping[str, str]
    at: Place | None = None
    photo: IO[bytes] | None = None


@transaction.atomic
def answer(said: Said, *, by: Person, now: dt.datetime) -> Answer:
    """Keep what a person says of a thing, and weigh it with what others said.

    From farther than the mission allows it is kept and shown, and does not count. Sent again, the
    same answer is returned. Where the person stood is not kept.

    :raises NotFound: `no_task`
    :raises Refused: `client_key_taken`, `already_answered`, `mission_not_open`, `task_decided`,
        `position_wrong`; those of a photo; `question_unanswered`, `answer_unknown`,
        `answer_too_long` with the question as field
    """
    task = locked_task(said.task_id)
    before = Answer.objects.filter(client_key=said.client_key).first()
    if before is not None:
        return _the_same(before, task, by)
    _check(task, by, now)
    values = _values(task.mission, said.values)
    metres = metres_from(task, said.at)
    why = agreement.why_set_aside(
        metres=metres, near_m=task.mission.near_m, is_own=task.added_by_id == by.id
    )
    kept = Answer.objects.create(
        task=task,
        person_id=by.id,
        values=values,
        state=AnswerState.SET_ASIDE if why else AnswerState.COUNTED,
        metres=None if metres is None else round(metres, 1),
        is_far=why == "too_far",
        why=why,
        photo=files.take_in(said.photo, folder=FOLDER).name if said.photo else "",
        client_key=said.client_key,
        answered_at=now,
    )
    _after(kept, task, by, now)
    return kept


@transaction.atomic
def withdraw(*, answer_id: uuid.UUID, by: Person, now: dt.datetime) -> Answer:
    """Take one's answer back: it does not count any more, and one does not get another.

    :raises NotFound: `no_answer`
    :raises Refused: `already_withdrawn`
    """
    found = Answer.objects.filter(pk=answer_id, person_id=by.id).first()
    if found is None:
        raise refusal("no_answer")
    task = locked_task(found.task_id)
    own = Answer.objects.select_for_update().get(pk=answer_id)
    if own.state == AnswerState.WITHDRAWN:
        raise refusal("already_withdrawn")
    take_back_trust([own], now=now)
    own.state, own.why = AnswerState.WITHDRAWN, ""
    own.save(update_fields=["state", "why"])
    judge(task, now=now)
    note("withdrawn", task, by=by, now=now)
    return own


def locked_task(task_id: uuid.UUID) -> Task:
    """Return a task that nobody else changes until the transaction ends.

    :raises NotFound: `no_task`
    """
    rows = Task.objects.select_for_update(of=("self",)).select_related("mission")
    task = rows.filter(pk=task_id).first()
    if task is None:
        raise refusal("no_task")
    return task


def metres_from(task: Task, at: Place | None) -> float | None:
    """Return how far from a thing a position (WGS 84, degrees) is, None for none.

    :raises Unfit: `position_wrong`
    """
    return None if at is None else math.dist(task.location, on_the_ground(at))


def on_the_ground(at: Place) -> Place:
    """Return a position (WGS 84, degrees) in metres of Lambert-93.

    :raises Unfit: `position_wrong`
    """
    lon, lat = at
    if not (math.isfinite(lon) and math.isfinite(lat)) or abs(lon) > _EAST or abs(lat) > _NORTH:
        raise Unfit("position_wrong")
    return in_metres([at])[0]


def _the_same(before: Answer, task: Task, by: Person) -> Answer:
    if before.task_id != task.pk or before.person_id != by.id:
        raise refusal("client_key_taken")
    return before


def _check(task: Task, by: Person, now: dt.datetime) -> None:
    if task.answers.filter(person_id=by.id).exists():
        raise refusal("already_answered")
    if not takes_answers(task.mission, now=now):
        raise refusal("mission_not_open")
    if task.state != TaskState.OPEN:
        raise refusal("task_decided")


def _values(mission: Mission, given: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for one in questions.read(mission.questions):
        value, why_not = questions.tidied(one, given.get(one.code, ""))
        if why_not:
            raise Unfit(why_not, field=one.code)
        if value is not None:
            values[one.code] = value
    return values


def _after(kept: Answer, task: Task, by: Person, now: dt.datetime) -> None:
    Participation.objects.get_or_create(
        mission_id=task.mission_id, person_id=by.id, defaults={"joined_at": now}
    )
    if kept.is_far:
        count_far(by.id, now=now)
    if kept.state == AnswerState.COUNTED:
        judge(task, now=now)
    note("answered", task, by=by, now=now, counts=kept.state == AnswerState.COUNTED)
