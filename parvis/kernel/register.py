"""The register: who did what to which object, on whose behalf, by which channel; never
rewritten."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from parvis.kernel.models import Channel, RegisterEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the register. Refs are `person:<public id>` or `<module>.<object>:<public
    id>`."""

    action: str
    object_ref: str
    recorded_at: dt.datetime
    actor_ref: str = ""
    on_behalf_of_ref: str = ""
    channel: str = Channel.WEB.value
    details: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, Any] = field(default_factory=dict)


def record(entry: Entry) -> None:
    """Write one line. What names or describes a person goes into `personal`, which can be
    shredded."""
    RegisterEntry.objects.create(
        action=entry.action,
        object_ref=entry.object_ref,
        actor_ref=entry.actor_ref,
        on_behalf_of_ref=entry.on_behalf_of_ref,
        channel=entry.channel,
        details=entry.details,
        personal=entry.personal,
        recorded_at=entry.recorded_at,
    )


def concerning(person_ref: str, *, limit: int = 100) -> list[Entry]:
    """Return what was done by or for a person, newest first, for that person to read."""
    rows = RegisterEntry.objects.filter(
        Q(actor_ref=person_ref) | Q(on_behalf_of_ref=person_ref) | Q(object_ref=person_ref)
    ).order_by("-pk")[:limit]
    return [_entry(row) for row in rows]


def about(object_ref: str, *, limit: int = 100) -> list[Entry]:
    """Return what was done to an object, newest first."""
    rows = RegisterEntry.objects.filter(object_ref=object_ref).order_by("-pk")[:limit]
    return [_entry(row) for row in rows]


def shred(person_ref: str, *, now: dt.datetime) -> int:
    """Empty the personal part of every line that concerns a person; return how many were
    emptied."""
    return (
        RegisterEntry.objects.filter(
            Q(actor_ref=person_ref) | Q(on_behalf_of_ref=person_ref) | Q(object_ref=person_ref),
            shredded_at=None,
        )
        .exclude(personal={})
        .update(personal={}, shredded_at=now)
    )


def _entry(row: RegisterEntry) -> Entry:
    return Entry(
        action=row.action,
        object_ref=row.object_ref,
        recorded_at=row.recorded_at,
        actor_ref=row.actor_ref,
        on_behalf_of_ref=row.on_behalf_of_ref,
        channel=row.channel,
        details=row.details,
        personal=row.personal,
    )
