"""What one can ask about the phones of a person."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings

from parvis.account.models import Phone
from parvis.account.rules import phones as rules
from parvis.kernel import sms


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPhone:
    """A phone of a person, for that person; `number` is written as people of the city read it."""

    id: uuid.UUID
    number: str
    verified_at: dt.datetime


def phones_of(person_id: uuid.UUID) -> list[KnownPhone]:
    """Return the phones of a person, oldest first."""
    return [
        KnownPhone(id=row.public_id, number=said(row.number), verified_at=row.verified_at)
        for row in Phone.objects.filter(person_id=person_id).order_by("pk")
    ]


def phone_count(person_id: uuid.UUID) -> int:
    """Return how many phones a person has."""
    return Phone.objects.filter(person_id=person_id).count()


def said(number: str) -> str:
    """Return a number (E.164) as people of the city read it."""
    return rules.said(number, region=getattr(settings, "PARVIS_PHONE_REGION", "FR"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Astray:
    """A text message that went astray; `to` is the end of its number, its words are not here.

    `is_uncertain` is one that may have left; `why` is what the gateway said.
    """

    id: uuid.UUID
    to: str
    is_uncertain: bool
    can_be_resent: bool
    why: str
    posted_at: dt.datetime


def astray(*, now: dt.datetime) -> list[Astray]:
    """Return the text messages that went astray, newest first."""
    return [
        Astray(
            id=text.id,
            to=rules.masked(text.recipient),
            is_uncertain=text.state == "uncertain",
            can_be_resent=text.can_be_resent,
            why=text.last_error,
            posted_at=text.posted_at,
        )
        for text in sms.astray(now=now)
    ]
