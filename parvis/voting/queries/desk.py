"""What waits for those who hold a vote: keys to make or give back, boxes to count."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from parvis.voting.models import PaperBox, Poll, Sheet
from parvis.voting.queries import paper


def boxes_to_count(*, now: dt.datetime) -> int:
    """Return how many boxes of closed votes, for each contest, are not ready."""
    closed = Poll.objects.filter(
        frozen_at__isnull=False, box_opened_at=None, closes_at__lte=now
    ).filter(ref__in=PaperBox.objects.values("poll_id"))
    refs = closed.values_list("ref", flat=True)
    return sum(not one.is_ready for ref in refs for one in paper.states(ref))


def keys_awaited(*, now: dt.datetime) -> int:
    """Return how many votes wait for their key: before they open, or to open their box."""
    to_open = Q(frozen_at=None, closes_at__gt=now)
    to_unlock = Q(frozen_at__isnull=False, box_opened_at=None, closes_at__lte=now)
    return Poll.objects.filter(to_open | to_unlock).count()


def next_sheet(ref: str, box: str, contest: str, *, reader: object, until: int) -> int | None:
    """Return the number of the next sheet for this person to read: one they have not read and that
    nobody or one other person has; None once there is none."""
    rows = Sheet.objects.filter(box__poll_id=ref, box__code=box, contest__key=contest)
    done = {
        row.number
        for row in rows
        if row.second or row.first_by_id == reader or row.second_by_id == reader
    }
    return next((n for n in range(1, until + 1) if n not in done), None)
