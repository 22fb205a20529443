"""When two accounts may become one, and how long it can be undone: pure rules."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

# As long as somebody may notice that the two were not one person.
UNDO_DAYS = 365
REASON_MAX_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two accounts."""

    person: uuid.UUID
    is_open: bool
    has_role: bool


def why_not(*, stays: Side, goes: Side) -> str:
    """Return why an account may not be merged into another, or "".

    "same_account"; "not_open" if one is closed or not confirmed; "has_roles" if the account that
    would go holds a role of the city: what an agent may do is never acquired by joining accounts.
    """
    if stays.person == goes.person:
        return "same_account"
    if not (stays.is_open and goes.is_open):
        return "not_open"
    return "has_roles" if goes.has_role else ""


def undone_from(now: dt.datetime) -> dt.datetime:
    """Return the moment before which a merge can no longer be undone."""
    return now - dt.timedelta(days=UNDO_DAYS)
