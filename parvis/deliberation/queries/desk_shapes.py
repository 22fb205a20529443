"""What moderators meet on their desk, and what a writer keeps in a drawer."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from parvis.deliberation.models.choices import BodyFormat, Kind, Reason, State
from parvis.deliberation.queries.shapes import Author, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagView:
    """Somebody's reason for flagging; who they are is not told."""

    reason: Reason
    comment: str
    flagged_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """A flagged text as a moderator meets it: the text whole, its context, why, since when."""

    target: Target
    consultation: str
    contribution_id: uuid.UUID
    contribution_title: str
    section_ref: str
    body: str
    body_format: BodyFormat
    author: Author
    state: State
    created_at: dt.datetime
    flags: tuple[FlagView, ...]
    first_flagged_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A text somebody has begun; private to them."""

    id: uuid.UUID
    consultation: str
    kind: Kind
    section_ref: str
    branch_ref: str
    title: str
    body: str
    saved_at: dt.datetime
