"""What the open data keeps about a person, as they may ask for it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q

from parvis.opendata.models import (
    ApiKey,
    Approval,
    Following,
    IngestRun,
    Question,
    Report,
    Reuse,
    Webhook,
)


def kept_about(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return their keys (without the secret, which is not kept), what they follow, their webhooks,
    what they proposed, asked and reported; of agents, the files they sent and what they signed."""
    return [
        *_keys(person_id),
        *_followings(person_id),
        *_webhooks(person_id),
        *_reuses(person_id),
        *_questions(person_id),
        *_reports(person_id),
        *_work(person_id),
    ]


def _keys(person_id: uuid.UUID) -> list[dict[str, Any]]:
    keys = ApiKey.objects.filter(person_id=person_id).order_by("pk")
    return [{"label": key.label, "created_at": key.created_at.isoformat()} for key in keys]


def _followings(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = Following.objects.filter(person_id=person_id).select_related("dataset", "watch")
    return [
        {
            "follows": one.dataset.dataset_id,
            "filters": one.watch.query,
            "since": one.followed_at.isoformat(),
        }
        for one in rows.order_by("pk")
    ]


def _webhooks(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = Webhook.objects.filter(person_id=person_id).select_related("dataset")
    return [
        {
            "webhook": one.url,
            "dataset": one.dataset.dataset_id,
            "state": one.state,
            "added_at": one.added_at.isoformat(),
        }
        for one in rows.order_by("pk")
    ]


def _reuses(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = Reuse.objects.filter(author_id=person_id).select_related("dataset")
    return [
        {
            "reuse": one.title,
            "url": one.url,
            "text": one.text,
            "dataset": one.dataset.dataset_id,
            "state": one.state,
            "proposed_at": one.proposed_at.isoformat(),
        }
        for one in rows.order_by("pk")
    ]


def _questions(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = Question.objects.filter(author_id=person_id).select_related("dataset")
    return [
        {
            "question": one.text,
            "dataset": one.dataset.dataset_id,
            "state": one.state,
            "answer": one.answer,
            "asked_at": one.asked_at.isoformat(),
        }
        for one in rows.order_by("pk")
    ]


def _reports(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = Report.objects.filter(person_id=person_id).order_by("pk")
    return [
        {
            "reported": one.reason,
            "comment": one.comment,
            "reported_at": one.reported_at.isoformat(),
        }
        for one in rows
    ]


def _work(person_id: uuid.UUID) -> list[dict[str, Any]]:
    runs = IngestRun.objects.filter(Q(started_by=person_id) | Q(decided_by=person_id))
    signed = Approval.objects.filter(signed_by=person_id).order_by("pk")
    return [
        *(
            {"file": one.origin, "state": one.state, "started_at": one.started_at.isoformat()}
            for one in runs.order_by("pk")
        ),
        *(
            {
                "signed": one.finding,
                "reason": one.reason,
                "signed_at": one.signed_at.isoformat(),
            }
            for one in signed
        ),
    ]
