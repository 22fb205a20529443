"""What the City says of a thing about which people do not agree, or that is not there to check."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from parvis.account.public import Person
from parvis.missions.actions.answering import locked_task
from parvis.missions.actions.judging import (
    counted_answers,
    give_trust,
    say_decided,
    take_back_trust,
)
from parvis.missions.actions.proposing import said_why
from parvis.missions.actions.recording import note
from parvis.missions.actions.refusing import Unfit
from parvis.missions.models import Mission, Task, TaskState
from parvis.missions.permissions import require_agent
from parvis.missions.rules import questions


@transaction.atomic
def settle(
    *, task_id: uuid.UUID, values: Mapping[str, str], why: str, by: Person, now: dt.datetime
) -> Task:
    """Say what holds of a thing, and why; the answers stay as they were given.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_task`
    :raises Unfit: `why_missing`; `question_unanswered`, `answer_unknown`, `answer_too_long`
    """
    require_agent(by)
    task = locked_task(task_id)
    result, said = _result(task.mission, values), said_why(why)
    counted = counted_answers(task)
    take_back_trust(counted, now=now)
    _decide(task, TaskState.SETTLED, result, said, by, now)
    give_trust(task, counted, now=now)
    note("settled", task, by=by, now=now, why=said)
    return task


@transaction.atomic
def drop(*, task_id: uuid.UUID, why: str, by: Person, now: dt.datetime) -> Task:
    """Take a thing out of a mission: it is there twice, or nobody can get to it.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_task`
    :raises Unfit: `why_missing`
    """
    require_agent(by)
    task = locked_task(task_id)
    said = said_why(why)
    take_back_trust(counted_answers(task), now=now)
    _decide(task, TaskState.DROPPED, None, said, by, now)
    note("dropped", task, by=by, now=now, why=said)
    return task


def _decide(
    task: Task,
    state: TaskState,
    result: dict[str, Any] | None,
    why: str,
    by: Person,
    now: dt.datetime,
) -> None:
    task.state, task.result, task.settled_why = state, result, why
    task.settled_by_id, task.changed_at = by.id, now
    task.save(update_fields=["state", "result", "settled_why", "settled_by", "changed_at"])
    say_decided(task, now=now)


def _result(mission: Mission, given: Mapping[str, str]) -> dict[str, Any]:
    result = {}
    for one in questions.read(mission.questions):
        value, why_not = questions.tidied(one, given.get(one.code, ""))
        if why_not:
            raise Unfit(why_not, field=one.code)
        if value is not None:
            result[one.code] = value
    return result
