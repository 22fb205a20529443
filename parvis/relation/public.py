"""The front door of relation: the thread between a person and the city."""

from __future__ import annotations

from parvis.relation.actions.choices import mark_read
from parvis.relation.queries import Entry, Month, months, timeline, unread_count

__all__ = ["Entry", "Month", "mark_read", "months", "timeline", "unread_count"]
