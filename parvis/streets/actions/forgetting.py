"""Forgetting who reported: the case stays, without them and without their words."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from parvis.kernel.holdings import ref_of
from parvis.streets.actions.photos import forget_photos
from parvis.streets.models import (
    ApiKey,
    Assignment,
    BulkJob,
    Contradiction,
    Follow,
    Message,
    OfflineBatch,
    PartnerLink,
    Photo,
    Reply,
    Report,
    RouteSheet,
    RoutingRule,
    Step,
)

_CHUNK = 500
# Who decided for the City, at the time: the deed stays, without them.
_AGENTS = (
    (Photo, "reviewed_by"),
    (RoutingRule, "written_by"),
    (BulkJob, "asked_by"),
    (BulkJob, "undone_by"),
    (RouteSheet, "made_by"),
    (PartnerLink, "made_by"),
)


@transaction.atomic
def forget_person(person_id: uuid.UUID, now: dt.datetime) -> int:
    """Take a person out of every row: what was reported stays, without their words; what they
    follow and their keys go. Return how many rows changed."""
    ref, mine = ref_of(person_id), Report.objects.filter(person_id=person_id)
    changed = _forget(list(mine.values_list("pk", flat=True)), now)
    changed += Follow.objects.filter(person_id=person_id).delete()[0]
    changed += ApiKey.objects.filter(owner_id=person_id).delete()[0]
    changed += OfflineBatch.objects.filter(sender_ref=ref).delete()[0]
    changed += Message.objects.filter(actor_ref=ref).update(actor_ref="")
    for model, column in _AGENTS:
        rows: QuerySet[Photo] = QuerySet(model)
        changed += rows.filter(**{column: person_id}).update(**{column: None})
    return changed


@transaction.atomic
def forget_closed(before: dt.datetime, now: dt.datetime) -> int:
    """Forget who reported the cases that were closed before a moment, their words and how to reach
    them, and what agents noted for each other. Return how many rows changed."""
    changed = 0
    while ids := _to_forget(before):
        changed += _forget(ids, now)
    over = {"case__is_open": False, "case__closed_at__lt": before}
    for model in (Step, Assignment):
        rows: QuerySet[Step] = QuerySet(model)
        noted = rows.filter(**over, shredded_at=None).exclude(note="")
        changed += noted.update(note="", shredded_at=now)
    private = Message.objects.filter(**over, is_public=False)
    return changed + private.delete()[0]


def forget_unconfirmed(before: dt.datetime, _now: dt.datetime) -> int:
    """Forget the addresses that nobody confirmed, and what waits for that in vain; the reports
    stay. Return how many addresses."""
    waiting = Contradiction.objects.filter(counted_at=None)
    waiting.filter(said_at__lt=before).delete()
    rows = Report.objects.filter(email_confirmed_at=None, reported_at__lt=before)
    rows = rows.exclude(Exists(waiting.filter(report=OuterRef("pk"))))
    return rows.exclude(email="").update(email="")


def _to_forget(before: dt.datetime) -> list[uuid.UUID]:
    rows = Report.objects.filter(forgotten_at=None, case__is_open=False, case__closed_at__lt=before)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:_CHUNK])


def _forget(ids: Sequence[uuid.UUID], now: dt.datetime) -> int:
    """Empty what these reports say of people; their place, moment and number stay."""
    changed = Reply.objects.filter(report__in=ids).delete()[0]
    said = Contradiction.objects.filter(report__in=ids).exclude(text="")
    changed += said.update(text="")
    changed += forget_photos(reports=ids, now=now)
    return changed + Report.objects.filter(pk__in=ids).update(
        person=None,
        association="",
        email="",
        email_confirmed_at=None,
        access_hash="",
        text="",
        answers={},
        client_key=None,
        forgotten_at=now,
    )
