"""Forgetting a person who closes their account: what was published stays, without them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db.models import Manager

from parvis.budget.models import (
    Appeal,
    Author,
    Consent,
    Decision,
    Edition,
    Follow,
    Merging,
    MergingState,
    News,
    Picture,
    Project,
    Remark,
    Study,
    Version,
)
from parvis.budget.rules.status import Status

_NAMED: tuple[tuple[Manager[Any], str], ...] = (
    (Author.objects, "person"),
    (Version.objects, "written_by"),
    (Remark.objects, "author"),
    (Remark.objects, "hidden_by"),
    (Picture.objects, "added_by"),
    (Merging.objects, "proposed_by"),
    (Appeal.objects, "author"),
    (Appeal.objects, "answered_by"),
    (Study.objects, "asked_by"),
    (Study.objects, "given_by"),
    (Decision.objects, "decided_by"),
    (News.objects, "written_by"),
    (Edition.objects, "frozen_by"),
)


def forget_person(person_id: uuid.UUID, now: dt.datetime) -> int:
    """Forget who wrote, followed, consented and decided; delete drafts that were theirs alone, and
    end mergings that waited for their answer. Return how many rows changed."""
    waiting = Merging.objects.filter(state=MergingState.WAITING)
    asked = waiting.filter(consents__person_id=person_id, consents__agrees=None)
    changed: int = waiting.filter(pk__in=list(asked.values_list("pk", flat=True))).update(
        state=MergingState.DROPPED, settled_at=now
    )
    drafts = Project.objects.filter(status=Status.DRAFT, authors__person_id=person_id)
    gone: list[Any] = [
        Follow.objects.filter(person_id=person_id),
        Consent.objects.filter(person_id=person_id),
        Project.objects.filter(pk__in=list(drafts.values_list("pk", flat=True))),
    ]
    changed += sum(rows.delete()[0] for rows in gone)
    for people, column in _NAMED:
        changed += people.filter(**{f"{column}_id": person_id}).update(**{column: None})
    return changed
