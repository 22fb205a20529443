"""Weighing what people said of one thing: agreed, disputed, or more answers wanted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F

from parvis.kernel.facts import announce
from parvis.missions import events
from parvis.missions.models import Answer, AnswerState, Task, TaskState, Trust
from parvis.missions.rules import agreement, questions
from parvis.missions.rules.agreement import Terms, Verdict, Voice
from parvis.missions.rules.questions import Question

_STATES = {
    agreement.WANTS: TaskState.OPEN,
    agreement.AGREED: TaskState.AGREED,
    agreement.DISPUTED: TaskState.DISPUTED,
}
_BY_THE_CITY = {TaskState.SETTLED, TaskState.DROPPED}


def judge(task: Task, *, now: dt.datetime) -> Task:
    """Bring a locked task up to date with its answers, and say if what holds has changed; what the
    City settled or dropped stays."""
    counted = counted_answers(task)
    task.answers_count, task.changed_at = len(counted), now
    if task.state in _BY_THE_CITY:
        task.save(update_fields=["answers_count", "changed_at"])
        return task
    before = (task.state, task.result)
    take_back_trust(counted, now=now)
    told = verdict_of(task, counted)
    task.state, task.agreement = _STATES[told.standing], told.percent
    task.result = told.value if told.standing == agreement.AGREED else None
    task.save(update_fields=["answers_count", "changed_at", "state", "agreement", "result"])
    if task.result is not None:
        give_trust(task, counted, now=now)
    if before != (task.state, task.result):
        say_decided(task, now=now)
        _say_disputed(task, before[0], now)
    return task


def counted_answers(task: Task) -> list[Answer]:
    """Return the answers about a task that count, the oldest first."""
    return list(task.answers.filter(state=AnswerState.COUNTED).order_by("answered_at", "id"))


def verdict_of(task: Task, counted: Sequence[Answer]) -> Verdict:
    """Return how a task stands by these answers, each with the weight of who gave it."""
    asked = questions.read(task.mission.questions)
    weights = _weights({one.person_id for one in counted if one.person_id})
    told = {one.code: _verdict(one, task, counted, weights) for one in asked}
    return agreement.overall(told, [one.code for one in asked if one.is_required])


def give_trust(task: Task, counted: Sequence[Answer], *, now: dt.datetime) -> None:
    """Note of each answer whether it was what holds now, and count it for who gave it."""
    asked = [one for one in questions.read(task.mission.questions) if one.is_required]
    for one in _by_person(counted):
        one.was_right = _is_right(one.values, task.result or {}, asked)
        one.save(update_fields=["was_right"])
        _count(one, 1, now)


def take_back_trust(answers: Iterable[Answer], *, now: dt.datetime) -> None:
    """Forget whether these answers were right: what holds is weighed anew."""
    for one in _by_person(answers):
        if one.was_right is not None:
            _count(one, -1, now)
            one.was_right = None
            one.save(update_fields=["was_right"])


def count_far(person_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Count an answer from afar."""
    Trust.objects.get_or_create(person_id=person_id, defaults={"counted_at": now})
    Trust.objects.filter(person_id=person_id).update(far=F("far") + 1, counted_at=now)


def say_decided(task: Task, *, now: dt.datetime) -> None:
    """Announce what became of a task."""
    announce(
        events.TaskDecided(
            mission_id=task.mission_id,
            slug=task.mission.slug,
            task_id=task.pk,
            ref=task.ref,
            state=task.state,
        ),
        now=now,
    )


def _say_disputed(task: Task, before: str, now: dt.datetime) -> None:
    """Announce that a mission has something to settle, unless something else waits there."""
    if TaskState.DISPUTED not in {task.state} - {before}:
        return
    others = Task.objects.filter(mission=task.mission_id, state=TaskState.DISPUTED)
    if not others.exclude(pk=task.pk).exists():
        fact = events.DisputesWait(mission_id=task.mission_id, slug=task.mission.slug)
        announce(fact, now=now)


def _verdict(
    asked: Question, task: Task, counted: Sequence[Answer], weights: dict[uuid.UUID, float]
) -> Verdict:
    mission = task.mission
    voices = [
        Voice(
            # An answer whose giver closed the account is one person's as before.
            person_id=one.person_id or one.pk,
            value=one.values[asked.code],
            weight=weights.get(one.person_id, 1.0) if one.person_id else 1.0,
        )
        for one in counted
        if one.values.get(asked.code) is not None
    ]
    terms = Terms(
        wanted=mission.wanted,
        most=mission.most,
        agree_percent=mission.agree_percent,
        tolerance=asked.tolerance,
    )
    return agreement.verdict(voices, terms)


def _weights(people: set[uuid.UUID]) -> dict[uuid.UUID, float]:
    rows = Trust.objects.filter(person_id__in=people)
    return {
        one.person_id: agreement.weight(agreed=one.agreed, contradicted=one.contradicted)
        for one in rows
    }


def _is_right(said: dict[str, Any], holds: dict[str, Any], asked: Sequence[Question]) -> bool:
    return all(
        agreement.is_same(said.get(one.code), holds.get(one.code), tolerance=one.tolerance)
        for one in asked
    )


def _by_person(answers: Iterable[Answer]) -> list[Answer]:
    # One order for all: two things decided at once lock the same people's rows.
    return sorted(answers, key=lambda one: str(one.person_id))


def _count(answer: Answer, step: int, now: dt.datetime) -> None:
    if answer.person_id is None:
        return
    column = "agreed" if answer.was_right else "contradicted"
    Trust.objects.get_or_create(person_id=answer.person_id, defaults={"counted_at": now})
    rows = Trust.objects.filter(person_id=answer.person_id)
    rows.update(**{column: F(column) + step, "counted_at": now})
