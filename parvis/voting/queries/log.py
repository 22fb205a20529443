"""The log of receipts: its length, its root, and the proof that a receipt is in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from parvis.voting.models import LogEntry, OpenedBallot, Poll, Root, Tile
from parvis.voting.rules import merkle

TILE = 1024  # receipts under one root that is kept; a power of two, so that proofs pass through it
LAST_BATCH = dt.timedelta(days=1)


class Found(StrEnum):
    """What is known of a receipt. `NOT_YET`: it may wait for its batch, or belong to no vote."""

    LOGGED = "logged"
    COUNTED = "counted"
    REPLACED = "replaced"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What is known of a receipt: in which log, at which place of how many (from 0), and the hashes
    that lead from it to the signed root, lowest first. `at_the_latest` is the day by which a
    receipt that is not in the log yet must be there."""

    receipt: str
    found: Found
    poll: str = ""
    index: int = 0
    size: int = 0
    root: str = ""
    day: dt.date | None = None
    proof: tuple[str, ...] = ()
    at_the_latest: dt.datetime | None = None


def size(poll: str) -> int:
    """Return how many receipts are in the log of a vote."""
    last = LogEntry.objects.filter(poll=poll).order_by("-position").first()
    return last.position + 1 if last else 0


def root_of(poll: str) -> bytes:
    """Return the root over the whole log of a vote."""
    return merkle.root(_nodes(poll, size(poll)))


def roots(poll: str) -> list[Root]:
    """Return the signed roots of a vote, oldest first."""
    return list(Root.objects.filter(poll=poll).order_by("pk"))


def lookup(*, receipt: str, now: dt.datetime) -> Lookup:
    """Return what is known of a receipt, in whichever vote it is."""
    entry = LogEntry.objects.filter(receipt=receipt).first()
    if entry is None:
        return _not_there(receipt, now=now)
    last = Root.objects.filter(poll=entry.poll).order_by("-pk")[:1].get()
    proof = _proof(entry.poll, entry.position, last.size)
    return Lookup(
        receipt=receipt,
        found=_fate(receipt),
        poll=entry.poll,
        index=entry.position,
        size=last.size,
        root=last.root,
        day=last.day,
        proof=tuple(one.hex() for one in proof),
    )


def tile_root(poll: str, number: int, until: int) -> bytes:
    """Return the root over one run of the log, up to a length of the whole."""
    first = number * TILE
    return merkle.root(_leaves(poll, first, min(first + TILE, until)))


def _fate(receipt: str) -> Found:
    opened = OpenedBallot.objects.filter(receipt=receipt).first()
    if opened is None:
        return Found.LOGGED
    return Found.REPLACED if opened.is_replaced else Found.COUNTED


def _not_there(receipt: str, *, now: dt.datetime) -> Lookup:
    going_on = Poll.objects.filter(frozen_at__isnull=False, released_at=None, opens_at__lte=now)
    last = going_on.order_by("-closes_at").first()
    if last is None:
        return Lookup(receipt=receipt, found=Found.UNKNOWN)
    latest = last.closes_at + LAST_BATCH
    return Lookup(receipt=receipt, found=Found.NOT_YET, at_the_latest=latest)


def _proof(poll: str, position: int, until: int) -> list[bytes]:
    number, inside = divmod(position, TILE)
    first = number * TILE
    leaves = _leaves(poll, first, min(first + TILE, until))
    return merkle.path(leaves, inside) + merkle.path(_nodes(poll, until), number)


def _nodes(poll: str, until: int) -> list[bytes]:
    """Return the roots over each run of the log, the last of which may be shorter."""
    full, rest = divmod(until, TILE)
    kept = Tile.objects.filter(poll=poll, number__lt=full).order_by("number")
    found = [bytes.fromhex(root) for root in kept.values_list("root", flat=True)]
    return [*found, tile_root(poll, full, until)] if rest else found


def _leaves(poll: str, first: int, until: int) -> list[bytes]:
    rows = LogEntry.objects.filter(poll=poll, position__gte=first, position__lt=until)
    receipts = rows.order_by("position").values_list("receipt", flat=True)
    return [merkle.leaf(bytes.fromhex(receipt)) for receipt in receipts]
