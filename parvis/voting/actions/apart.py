"""One ballot of several: who stands in the register for one of them casts no other."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from parvis.voting.actions.ticking import Voter
from parvis.voting.queries import places
from parvis.voting.queries.refusals import refusal

# Ticking takes turns by the account of whoever has one. The same person may come once without it,
# so the turn of their mark is taken too, after their own ticks are written: of two at once the
# second reads what the first wrote.
_VOTED_APART = """
SELECT pg_advisory_xact_lock(hashtextextended(%(turn)s, 0));
SET LOCAL ROLE parvis_roll;
SELECT EXISTS (SELECT FROM voting_roll.tick t WHERE t.poll = %(poll)s
        AND t.contest = ANY(%(others)s) AND t.person_tag = %(mark)s)
    OR EXISTS (SELECT FROM voting_roll.tick t WHERE t.poll = %(poll)s
        AND t.contest = ANY(%(others)s) AND t.person_id = %(person_id)s::uuid);
SET LOCAL ROLE NONE
"""
_ANSWERED = 2  # the place of the answer among theirs


def require_one(voter: Voter, asked: Sequence[str], *, of: Sequence[str]) -> None:
    """Refuse who votes in several contests of which one may be voted in only, or voted in another
    of them before; `of` are all contests of the vote. To be called where the voter was ticked, in
    the same transaction.

    :raises Refused: `one_only`, `voted_apart`
    """
    apart = places.one_of(voter.poll, of)
    chosen = apart & set(asked)
    if len(chosen) > 1:
        raise refusal("one_only")
    if chosen and _is_ticked_in(voter, sorted(apart - chosen)):
        raise refusal("voted_apart")


def _is_ticked_in(voter: Voter, others: list[str]) -> bool:
    said = {
        "turn": f"voting.tick:{voter.poll}:{voter.mark}",
        "poll": voter.poll,
        "mark": voter.mark,
        "person_id": voter.person_id,
        "others": others,
    }
    with connection.cursor() as cursor:
        cursor.execute(_VOTED_APART, said)
        for _earlier in range(_ANSWERED):
            cursor.nextset()
        (found,) = cursor.fetchone()
        return bool(found)
