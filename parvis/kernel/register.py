"""The register: who did what to which object, on whose behalf, by which channel; never
rewritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q

from parvis.kernel import acting
from parvis.kernel.known_as import refs_of
from parvis.kernel.models import Channel, RegisterEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the register. Refs are `person:<public id>` or `<module>.<object>:<public
    id>`.

    Left empty, `on_behalf_of_ref` is whoever is acted for at the moment of writing
    (`kernel.acting`).
    """

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
    shredded.

    Who acts for another is written as the actor of what their hands do, with the right they act by
    among the details.
    """
    entry = _by_these_hands(entry)
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
    """Return what was done by or for a person, newest first, for that person to read; also under
    the accounts that were brought into theirs."""
    rows = RegisterEntry.objects.filter(_about(person_ref)).order_by("-pk")[:limit]
    return [_entry(row) for row in rows]


def done_for(refs: Iterable[str], *, limit: int = 100) -> list[Entry]:
    """Return what others did on behalf of whoever goes by one of these refs, newest first."""
    known_as = [known for ref in refs for known in refs_of(ref)]
    rows = RegisterEntry.objects.filter(on_behalf_of_ref__in=known_as)
    rows = rows.exclude(actor_ref__in=known_as)
    return [_entry(row) for row in rows.order_by("-pk")[:limit]]


def about(object_ref: str, *, limit: int = 100) -> list[Entry]:
    """Return what was done to an object, newest first."""
    rows = RegisterEntry.objects.filter(object_ref=object_ref).order_by("-pk")[:limit]
    return [_entry(row) for row in rows]


def shred(person_ref: str, *, now: dt.datetime) -> int:
    """Empty the personal part of every line that concerns a person; return how many were
    emptied."""
    lines = RegisterEntry.objects.filter(_about(person_ref), shredded_at=None)
    return lines.exclude(personal={}).update(personal={}, shredded_at=now)


def _about(person_ref: str) -> Q:
    known_as = refs_of(person_ref)
    return Q(actor_ref__in=known_as) | Q(on_behalf_of_ref__in=known_as) | Q(object_ref__in=known_as)


def _by_these_hands(entry: Entry) -> Entry:
    """Return the line as it is true while somebody acts for another.

    A module writes the person signed in as the actor. That is whose hands do it, or, where a
    helper sits beside them, for whom it is done.
    """
    held = acting.hands()
    standing = held.acting
    if standing is None or entry.actor_ref not in {"", standing.actor_ref, standing.for_ref}:
        return entry
    return replace(
        entry,
        actor_ref=standing.actor_ref,
        on_behalf_of_ref=entry.on_behalf_of_ref or standing.for_ref,
        details={**entry.details, "by": standing.by_ref},
    )


def shred_old(before: dt.datetime, now: dt.datetime) -> int:
    """Empty the personal part of every line older than a moment; return how many were emptied."""
    old = RegisterEntry.objects.filter(recorded_at__lt=before, shredded_at=None)
    return old.exclude(personal={}).update(personal={}, shredded_at=now)


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
