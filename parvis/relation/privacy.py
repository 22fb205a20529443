"""What relation keeps about people."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from parvis.account.public import person
from parvis.kernel import outbox
from parvis.kernel.declarations import Keeps, keeps
from parvis.relation.models import Preference, TimelineEntry


def _export_timeline(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = TimelineEntry.objects.filter(person_id=person_id).order_by("happened_at")
    return [
        {
            "notice": row.notice_key,
            "fact": str(row.fact_id),
            "happened_at": row.happened_at.isoformat(),
            "read_at": row.read_at.isoformat() if row.read_at else None,
            "mailed": row.mailed,
        }
        for row in rows
    ]


def _export_choices(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = Preference.objects.filter(person_id=person_id).order_by("topic")
    return [
        {"topic": row.topic, "mail": row.mail, "chosen_at": row.chosen_at.isoformat()}
        for row in rows
    ]


def _export_mails(person_id: uuid.UUID) -> list[dict[str, Any]]:
    return [
        {
            "to": mail.recipient,
            "subject": mail.subject,
            "state": mail.state,
            "posted_at": mail.posted_at.isoformat(),
        }
        for mail in outbox.posted_about(person_id)
    ]


def _erase_timeline(person_id: uuid.UUID, _now: dt.datetime) -> int:
    return TimelineEntry.objects.filter(person_id=person_id).delete()[0]


def _erase_choices(person_id: uuid.UUID, _now: dt.datetime) -> int:
    return Preference.objects.filter(person_id=person_id).delete()[0]


def _erase_mails(person_id: uuid.UUID, _now: dt.datetime) -> int:
    known = person(person_id)
    return outbox.forget_person(person_id, email=known.email if known else "")


def _nothing(_person_id: uuid.UUID) -> list[dict[str, Any]]:
    return []


def _none(_person_id: uuid.UUID, _now: dt.datetime) -> int:
    return 0


keeps.declare(
    Keeps(
        key="relation.timeline",
        models=("relation.TimelineEntry",),
        personal=_("Your thread with the City: what happened, when, and whether you read it."),
        retention=_("Kept as long as your account is open; erased with it."),
        export=_export_timeline,
        erase=_erase_timeline,
    ),
    Keeps(
        key="relation.choices",
        models=("relation.Preference",),
        personal=_("The notices that you want by e-mail, and those that you stopped."),
        retention=_("Kept as long as your account is open; erased with it."),
        export=_export_choices,
        erase=_erase_choices,
    ),
    Keeps(
        key="relation.mails",
        models=("kernel.OutgoingMail",),
        personal=_(
            "The e-mails that the City sent you: address, subject, text, and when they left."
        ),
        retention=_("Address and text are erased 30 days after sending, or with your account."),
        export=_export_mails,
        erase=_erase_mails,
    ),
    Keeps(
        key="relation.demo_mails",
        models=("relation.DemoMail",),
        personal=_(
            "In a demonstration only: the e-mails that it would have sent, readable by all."
        ),
        retention=_(
            "Kept until the demonstration is emptied; does not exist in a city in service."
        ),
        export=_nothing,
        erase=_none,
        about_people=settings.PARVIS_DEMO,
    ),
)
