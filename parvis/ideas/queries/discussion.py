"""One contribution as its page shows it: the place it is about, the arguments, how it changed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from parvis.account.public import Person
from parvis.deliberation.public import (
    ContributionView,
    Origin,
    Page,
    RemarkView,
    RevisionView,
    Stance,
    State,
    WantedRemarks,
    answer_history,
    discussion,
    history,
    remarks,
)
from parvis.ideas.queries.places import places
from parvis.ideas.rules import Piece, difference

_SIDES = {"for": Stance.FOR, "against": Stance.AGAINST, "replies": Stance.REPLY}
# Enough to see where a discussion stands; a link leads to the next ones of each side.
_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A version of a contribution, and what it changed of the one before (None for the first)."""

    version: RevisionView
    title: tuple[Piece, ...] | None
    body: tuple[Piece, ...] | None


def heading(shown: ContributionView, *, now: dt.datetime) -> dict[str, Any]:
    """Return the consultation and the place a contribution belongs to, and what is possible."""
    held = shown.consultation
    revised = shown.answer is not None and shown.answer.revised_at is not None
    found = places(held)
    return {
        "shown": shown,
        "is_open": held.is_open(now) and shown.row.state == State.PUBLIC,
        "is_flaggable": held.origin == Origin.HERE,
        "consultation": held,
        "place": found.get(shown.row.section_ref),
        "places": found,
        "answers": answer_history(shown.row.id) if revised else [],
        "changed": found.get(shown.answer.section_ref) if shown.answer else None,
    }


def columns(
    shown: ContributionView, *, viewer: Person | None, cursors: Mapping[str, str]
) -> dict[str, Page[RemarkView]]:
    """Return the arguments for, the arguments against and the replies, as far as `cursors` ask.

    The keys of `cursors` and of the answer are "for", "against" and "replies".
    """
    if not shown.row.remarks:
        return {side: Page(items=()) for side in _SIDES}
    first = discussion(shown.row.id, viewer=viewer, limit=_SHOWN)
    sides = {
        "for": first.arguments_for,
        "against": first.arguments_against,
        "replies": first.replies,
    }
    further = {side: cursor for side, cursor in cursors.items() if cursor}
    return sides | {
        side: remarks(shown.row.id, wanted=_further(side, cursor), viewer=viewer)
        for side, cursor in further.items()
    }


def _further(side: str, cursor: str) -> WantedRemarks:
    return WantedRemarks(stance=_SIDES[side], cursor=cursor, limit=_SHOWN)


def changes(contribution_id: uuid.UUID, *, viewer: Person | None) -> list[Change]:
    """Return the versions of a contribution, the present one first, each with what it changed.

    A withdrawn one has none any more.
    """
    versions = history(contribution_id, viewer=viewer)
    if not versions:
        return []
    told = [Change(version=versions[0], title=None, body=None)]
    for old, new in pairwise(versions):
        title = difference(old=old.title, new=new.title)
        told.append(Change(version=new, title=title, body=difference(old=old.body, new=new.body)))
    return told[::-1]
