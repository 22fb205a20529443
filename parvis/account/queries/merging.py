"""What one can ask about accounts that were brought together: which went into which."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from parvis.account.models import Merge
from parvis.account.queries import people
from parvis.account.queries.people import Person
from parvis.account.rules import merging as rules


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeView:
    """Two accounts that were brought together; `stays` is the one that stayed, if it is open.

    `by` is the agent who did it, None where their owner did. `can_be_undone` for a year, while
    nobody closed the account.
    """

    id: uuid.UUID
    stays: Person | None
    by: Person | None
    reason: str
    rows: int
    merged_at: dt.datetime
    undone_at: dt.datetime | None
    undo_reason: str
    can_be_undone: bool


def _views(rows: Iterable[Merge], *, now: dt.datetime) -> list[MergeView]:
    found = list(rows)
    ids = {one for row in found for one in (row.stays_id, row.by_id) if one}
    persons = people.persons(ids)
    return [
        MergeView(
            id=row.public_id,
            stays=persons.get(row.stays_id),
            by=persons.get(row.by_id) if row.by_id else None,
            reason=row.reason,
            rows=row.rows,
            merged_at=row.merged_at,
            undone_at=row.undone_at,
            undo_reason=row.undo_reason,
            can_be_undone=bool(row.kept) and row.merged_at >= rules.undone_from(now),
        )
        for row in found
    ]


def remaining(person_id: uuid.UUID) -> uuid.UUID:
    """Return the account somebody has now: their own, or the one it was brought into, at any
    remove."""
    merged = Merge.objects.filter(undone_at=None, goes_id=person_id)
    into = merged.values_list("stays_id", flat=True).first()
    return remaining(into) if into else person_id


def brought_into(person_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the accounts that were brought into a person's, at any remove, and still are."""
    found: list[uuid.UUID] = []
    wanted = [person_id]
    while wanted:
        merged = Merge.objects.filter(undone_at=None, stays_id__in=wanted)
        wanted = list(merged.order_by("merged_at", "pk").values_list("goes_id", flat=True))
        found += wanted
    return found


def former_refs(ref: str) -> list[str]:
    """Return what the register calls the accounts that were brought into the one it calls `ref`."""
    try:
        person_id = uuid.UUID(ref.removeprefix("person:"))
    except ValueError:
        return []
    return [f"person:{one}" for one in brought_into(person_id)]


def may_come_back(ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of these accounts may still be taken apart from the one they went into."""
    merged = Merge.objects.filter(undone_at=None, goes_id__in=list(ids)).exclude(kept="")
    return set(merged.values_list("goes_id", flat=True))


def merges_of(person_id: uuid.UUID, *, now: dt.datetime) -> list[MergeView]:
    """Return the accounts that were brought into a person's, newest first."""
    rows = Merge.objects.filter(stays_id=person_id).order_by("-merged_at")
    return _views(rows, now=now)


def latest_merges(*, now: dt.datetime, limit: int = 50) -> list[MergeView]:
    """Return the merges of late, newest first."""
    return _views(Merge.objects.order_by("-merged_at")[:limit], now=now)


def merge(merge_id: uuid.UUID, *, now: dt.datetime) -> MergeView | None:
    """Return one merge, or None."""
    return next(iter(_views(Merge.objects.filter(public_id=merge_id), now=now)), None)
