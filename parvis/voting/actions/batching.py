"""Releasing ballots from their outer envelopes, many at once and in no order."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from parvis.kernel.clock import city_day
from parvis.voting.actions.common import hold_casting, hold_log, locked_poll, note
from parvis.voting.models import (
    Envelope,
    LogEntry,
    Poll,
    Root,
    Seal,
    SealedBallot,
    Tile,
    keyring,
)
from parvis.voting.models.roles import in_box
from parvis.voting.queries import log
from parvis.voting.rules import envelopes, published
from parvis.voting.rules.batches import kept_back, shuffled

_AT_ONCE = 2000  # rows in one statement
_TAG = 32  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ballot:
    """A ballot out of its outer envelope."""

    contest: str
    receipt: str
    inner: bytes


def release_batch(*, ref: str, now: dt.datetime) -> int:
    """Release the ballots that wait, as many as may be; return how many.

    Casting goes on meanwhile: first the key is replaced, which takes no time, then what was sealed
    to the former ones is opened. After the vote closes everything is released, once and for all.
    The former keys are destroyed, and none that another batch made meanwhile. Nothing happens
    before the vote is fixed nor after its last batch.

    :raises NotFound: `no_poll`
    """
    if not _replace_key(ref, now=now):
        return 0
    with transaction.atomic():
        hold_log(ref)
        poll = locked_poll(ref)
        if poll.released_at is not None:
            return 0
        with in_box():
            public = Seal.objects.filter(poll=ref).values_list("public", flat=True).first() or ""
        # Who makes a key holds the log: of those that lie there now only the present one serves,
        # and what others make before these are destroyed is not among them.
        former = keyring.other_batch_keys(ref, public)
        is_last = not public
        released = _release(ref, public, is_last=is_last)
        append_to_log(ref, (one.receipt for one in released), now=now)
        if is_last:
            poll.released_at = now
            poll.save(update_fields=["released_at"])
        note("batch_released", ref, by=None, now=now, ballots=len(released), is_last=is_last)
    keyring.destroy_batch_keys(former)
    return len(released)


def release_batches(*, now: dt.datetime) -> int:
    """Release a batch of every vote that is going on or has just closed; return of how many."""
    going_on = Poll.objects.filter(frozen_at__isnull=False, released_at=None, opens_at__lte=now)
    refs = list(going_on.order_by("ref").values_list("ref", flat=True))
    for ref in refs:
        release_batch(ref=ref, now=now)
    return len(refs)


def release_closed(*, now: dt.datetime) -> int:
    """Release the last batch of every vote that has closed; return of how many."""
    closed = Poll.objects.filter(frozen_at__isnull=False, released_at=None, closes_at__lte=now)
    refs = list(closed.order_by("ref").values_list("ref", flat=True))
    for ref in refs:
        release_batch(ref=ref, now=now)
    return len(refs)


def append_to_log(ref: str, receipts: Iterable[str], *, now: dt.datetime) -> None:
    """Append receipts to the log, sorted, and sign its new root, in the caller's transaction, who
    holds the log."""
    first = log.size(ref)
    rows = [
        LogEntry(poll=ref, position=first + n, receipt=receipt)
        for n, receipt in enumerate(sorted(receipts))
    ]
    LogEntry.objects.bulk_create(rows, batch_size=_AT_ONCE)
    size = first + len(rows)
    for number in range(first // log.TILE, size // log.TILE):
        Tile.objects.create(poll=ref, number=number, root=log.tile_root(ref, number, size).hex())
    root, day = log.root_of(ref), city_day(now)
    text = published.root_text(poll=ref, size=size, root=root, day=day)
    signature = keyring.sign(ref, text)
    Root.objects.create(
        poll=ref, size=size, root=root.hex(), day=day, signed=text, signature=signature
    )


@transaction.atomic
def _replace_key(ref: str, *, now: dt.datetime) -> bool:
    """Let ballots that come from now on be sealed to a new key; to none once the vote is closed.
    Tell whether there is something to release."""
    # The log first: who waits for another's batch keeps nobody from voting meanwhile.
    hold_log(ref)
    hold_casting(ref)
    poll = locked_poll(ref)
    if poll.frozen_at is None or now < poll.opens_at or poll.released_at is not None:
        return False
    is_last = now >= poll.closes_at
    public = "" if is_last else keyring.new_batch_key(ref).keys.public
    with in_box():
        if is_last:
            Seal.objects.filter(poll=ref).delete()
        else:
            Seal.objects.filter(poll=ref).update(public=public)
    return True


def _release(ref: str, public: str, *, is_last: bool) -> list[_Ballot]:
    """Move what is sealed to former keys: most into the box, some back under the present key."""
    with in_box():
        former = Envelope.objects.filter(poll=ref).exclude(seal=public)
        waiting = _opened(ref, former.values_list("contest", "seal", "outer"))
        former.delete()
        released: list[_Ballot] = []
        for contest in sorted(waiting):
            mixed = shuffled(waiting[contest])
            kept = kept_back(len(mixed), is_last=is_last)
            _seal_again(ref, mixed[:kept], public)
            released += mixed[kept:]
        sealed = [
            SealedBallot(poll=ref, contest=one.contest, inner=one.inner)
            for one in shuffled(released)
        ]
        SealedBallot.objects.bulk_create(sealed, batch_size=_AT_ONCE)
    return released


def _opened(ref: str, former: Iterable[tuple[str, str, Any]]) -> dict[str, list[_Ballot]]:
    keys: dict[str, str] = {}
    opened: dict[str, list[_Ballot]] = defaultdict(list)
    for contest, seal, outer in former:
        if seal not in keys:
            keys[seal] = keyring.batch_key(ref, seal).keys.private
        receipt, inner = envelopes.open_envelope(
            bytes(outer), private=keys[seal], place=envelopes.place(ref, contest)
        )
        opened[contest].append(_Ballot(contest=contest, receipt=receipt, inner=inner))
    return opened


def _seal_again(ref: str, kept: list[_Ballot], public: str) -> None:
    """Put ballots back under the present key; their marks are drawn anew and tell nothing."""
    rows = [
        Envelope(
            poll=ref,
            contest=one.contest,
            seal=public,
            outer=envelopes.seal_envelope(
                receipt=one.receipt,
                inner=one.inner,
                key=public,
                place=envelopes.place(ref, one.contest),
            ),
            cast_tag=secrets.token_hex(_TAG),
            receipt_tag=secrets.token_hex(_TAG),
        )
        for one in kept
    ]
    Envelope.objects.bulk_create(rows, batch_size=_AT_ONCE)
