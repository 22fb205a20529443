"""Taking a person out of what the open data keeps, when they close their account."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.opendata.models import (
    ApiKey,
    Following,
    Question,
    Report,
    Reuse,
    Watch,
    Webhook,
)
from parvis.opendata.models.reuses import QuestionState, ReuseState


@transaction.atomic
def forget_person(person_id: uuid.UUID, now: dt.datetime) -> int:
    """Revoke keys, end followings and webhooks; what is public stays without a name, what is not
    is deleted. Return how many rows changed."""
    changed = ApiKey.objects.filter(person_id=person_id).update(
        person_id=None, label="", revoked_at=now
    )
    changed += Following.objects.filter(person_id=person_id).delete()[0]
    Watch.objects.filter(followings=None).delete()
    changed += Webhook.objects.filter(person_id=person_id).delete()[0]
    mine = {"author_id": person_id}
    changed += Reuse.objects.filter(**mine).exclude(state=ReuseState.PUBLIC).delete()[0]
    changed += Question.objects.filter(**mine).exclude(state=QuestionState.PUBLIC).delete()[0]
    nobody = {"author_id": None, "author_name": ""}
    changed += Reuse.objects.filter(**mine).update(**nobody)
    changed += Question.objects.filter(**mine).update(**nobody)
    changed += Report.objects.filter(person_id=person_id).update(person_id=None, comment="")
    changed += Reuse.objects.filter(decided_by_id=person_id).update(decided_by_id=None)
    return changed
