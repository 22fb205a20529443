"""Forgetting who took part: what was answered stays, without them and without their photos."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Q

from parvis.kernel import files
from parvis.missions.actions.answering import FOLDER
from parvis.missions.models import (
    Answer,
    Doubt,
    Mission,
    MissionState,
    Participation,
    Task,
    TaskState,
    Trust,
)

_DECIDED = (TaskState.AGREED, TaskState.SETTLED, TaskState.DROPPED)
# Long enough for every answer that brings a photo to have written its row.
_ARRIVING = dt.timedelta(days=1)


@transaction.atomic
def forget_person(person_id: uuid.UUID, _now: dt.datetime) -> int:
    """Take a person out of every row: what they answered, added, proposed and decided stays without
    them; what they take part in, doubted and how often they agreed goes. Return how many rows
    changed."""
    changed = Answer.objects.filter(person_id=person_id).update(person=None, photo="")
    changed += Participation.objects.filter(person_id=person_id).delete()[0]
    changed += Doubt.objects.filter(person_id=person_id).delete()[0]
    changed += Trust.objects.filter(person_id=person_id).delete()[0]
    changed += Mission.objects.filter(proposed_by_id=person_id).update(proposed_by=None)
    changed += Mission.objects.filter(decided_by_id=person_id).update(decided_by=None)
    changed += Task.objects.filter(added_by_id=person_id).update(added_by=None)
    return changed + Task.objects.filter(settled_by_id=person_id).update(settled_by=None)


def forget_photos(before: dt.datetime, _now: dt.datetime) -> int:
    """Let go of the photos of things that were decided, or whose mission was over, before a moment;
    return how many."""
    decided = Q(task__state__in=_DECIDED, task__changed_at__lt=before)
    over = Q(task__mission__state=MissionState.CLOSED, task__mission__closes_at__lt=before)
    return Answer.objects.filter(decided | over).exclude(photo="").update(photo="")


def sweep_photos(*, now: dt.datetime) -> int:
    """Delete the files of photos that no answer names any more; return how many."""
    return files.sweep(FOLDER, named=_named, before=now - _ARRIVING)


def _named(names: Collection[str]) -> Iterable[str]:
    return Answer.objects.filter(photo__in=names).values_list("photo", flat=True)
