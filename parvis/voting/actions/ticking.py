"""Ticking somebody in the register: all the contests they vote on, or none."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

# Who is known by an account votes once with it, whatever name was typed at a desk. A person who
# stands in the register twice cannot be refused by a unique row: two accounts that both voted may
# be brought together later, and no tick may be lost. One waits for the other. All of it goes to the
# database at once: of all that casting a ballot costs, most is waiting for answers.
_TICKS = """
SELECT pg_advisory_xact_lock(hashtextextended(%(turn)s, 0));
SET LOCAL ROLE parvis_roll;
INSERT INTO voting_roll.tick (id, poll, contest, person_tag, person_id, day, channel, box, told)
SELECT gen_random_uuid(), %(poll)s, asked.contest, %(mark)s, %(person_id)s, %(day)s, %(channel)s,
    %(box)s, false
FROM unnest(%(contests)s::text[]) AS asked (contest)
WHERE %(person_id)s::uuid IS NULL OR NOT EXISTS (
    SELECT FROM voting_roll.tick t WHERE t.person_id = %(person_id)s::uuid
    AND t.poll = %(poll)s AND t.contest = asked.contest)
ON CONFLICT (poll, contest, person_tag) DO NOTHING;
SET LOCAL ROLE NONE
"""
_INSERTED = 2  # the place of its answer among theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """Somebody as the register of a vote knows them."""

    poll: str
    mark: str
    person_id: uuid.UUID | None
    day: dt.date
    channel: str
    box: str = ""


def is_ticked(voter: Voter, contests: Sequence[str]) -> bool:
    """Tick a voter in these contests, in the caller's transaction; tell whether none of them was
    ticked before. Where one was, the caller takes the transaction back."""
    said = {
        "turn": f"voting.tick:{voter.poll}:{voter.person_id or voter.mark}",
        "poll": voter.poll,
        "mark": voter.mark,
        "person_id": voter.person_id,
        "day": voter.day,
        "channel": voter.channel,
        "box": voter.box,
        "contests": list(contests),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TICKS, said)
        for _earlier in range(_INSERTED):
            cursor.nextset()
        return bool(cursor.rowcount == len(contests))
