"""What one person did for missions, for that person alone."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from parvis.missions.models import Answer, AnswerState, Mission, TaskState, Trust
from parvis.missions.queries import words

_LISTED = 100
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One's answer, what it says, and what holds of the thing now ("" while nothing does)."""

    answer: Answer
    said: str
    holds: str
    tone: str
    state: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How often what one said was what holds; None as long as nothing was decided."""

    agreed: int
    contradicted: int
    far: int
    percent: int | None


def given(person_id: uuid.UUID, *, limit: int = _LISTED) -> list[Given]:
    """Return what a person answered, the latest first."""
    rows = Answer.objects.filter(person_id=person_id).select_related("task__mission")
    return [_given(one) for one in rows.order_by("-answered_at", "-id")[:limit]]


def standing(person_id: uuid.UUID) -> Standing:
    """Return how often a person was right; nobody else is told."""
    row = Trust.objects.filter(person_id=person_id).first() or Trust(person_id=person_id)
    decided = row.agreed + row.contradicted
    return Standing(
        agreed=row.agreed,
        contradicted=row.contradicted,
        far=row.far,
        percent=row.agreed * _PERCENT // decided if decided else None,
    )


def proposed(person_id: uuid.UUID) -> list[Mission]:
    """Return the missions a person proposed, the latest first."""
    return list(Mission.objects.filter(proposed_by_id=person_id).order_by("-proposed_at"))


def _given(one: Answer) -> Given:
    mission, task = one.task.mission, one.task
    withdrawn = one.state == AnswerState.WITHDRAWN
    return Given(
        answer=one,
        said=words.in_a_line(mission, one.values),
        holds=words.in_a_line(mission, task.result),
        tone="line" if withdrawn else words.TONES[task.state],
        state=str(AnswerState.WITHDRAWN.label if withdrawn else TaskState(task.state).label),
        why=str(words.WHY_ASIDE.get(one.why, "")),
    )
