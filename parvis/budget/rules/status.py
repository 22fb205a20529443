"""The life of a project: its statuses as the City of Paris named them, and what may follow what."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a project stands (Lutece: DRAFT, SUBMITTED, ENCOCONSTRUCTION, REGROUPE, AETUDE, RETENU,
    NONRETENU, SUPPRIMEPARUSAGER, SUPPRIMEPARMDP)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CO_CONSTRUCTION = "coconstruction"
    MERGED = "merged"
    STUDY = "study"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


FOLLOWS: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.SUBMITTED, Status.WITHDRAWN}),
    Status.SUBMITTED: frozenset(
        {
            Status.CO_CONSTRUCTION,
            Status.STUDY,
            Status.MERGED,
            Status.REJECTED,
            Status.WITHDRAWN,
            Status.REMOVED,
        }
    ),
    Status.CO_CONSTRUCTION: frozenset(
        {Status.STUDY, Status.MERGED, Status.REJECTED, Status.WITHDRAWN, Status.REMOVED}
    ),
    Status.STUDY: frozenset(
        {Status.ACCEPTED, Status.REJECTED, Status.MERGED, Status.WITHDRAWN, Status.REMOVED}
    ),
    # An appeal that is upheld sends a project back to its study, or straight to the vote.
    Status.REJECTED: frozenset({Status.STUDY, Status.ACCEPTED}),
    Status.ACCEPTED: frozenset({Status.WITHDRAWN, Status.REMOVED}),
    Status.MERGED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.REMOVED: frozenset(),
}
PUBLIC = frozenset(
    {
        Status.SUBMITTED,
        Status.CO_CONSTRUCTION,
        Status.MERGED,
        Status.STUDY,
        Status.ACCEPTED,
        Status.REJECTED,
    }
)
"""What everybody may read; a project taken back is its author's alone, one the City removed too."""
ALIVE = frozenset({Status.SUBMITTED, Status.CO_CONSTRUCTION, Status.STUDY})
OPEN_TO_WORDS = frozenset({Status.SUBMITTED, Status.CO_CONSTRUCTION})


def may_follow(now: str, then: str) -> bool:
    """Tell whether a project may go from a status to another."""
    return Status(then) in FOLLOWS[Status(now)]
