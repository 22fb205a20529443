"""Opening the box after the vote: with the key an official kept, all ballots at once, shuffled."""

from __future__ import annotations

import datetime as dt
import json
import secrets

from django.db import transaction

from parvis.account.public import Person
from parvis.kernel.canonical import canonical
from parvis.kernel.facts import announce
from parvis.voting import events
from parvis.voting.actions.batching import append_to_log, release_batch
from parvis.voting.actions.common import hold_log, locked_poll, note
from parvis.voting.actions.preparing import private_half
from parvis.voting.models import OpenedBallot, Poll, SealedBallot, Spent, keyring
from parvis.voting.models.roles import in_box
from parvis.voting.permissions import require_official, require_organiser
from parvis.voting.queries import paper
from parvis.voting.queries.refusals import refusal, refuse_if
from parvis.voting.rules import ballots, envelopes
from parvis.voting.rules.ballots import Ballot
from parvis.voting.rules.batches import shuffled

_AT_ONCE = 2000  # rows in one statement
_NONCE = 32  # bytes


def open_box(*, ref: str, key: bytes, by: Person, now: dt.datetime) -> int:
    """Open every ballot with the opening key, add the paper ones, and publish them in an order
    nobody can tell; return how many are counted. The key is not kept, and the secrets of the vote
    are destroyed.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_poll`
    :raises Refused: `poll_not_open_yet`, `poll_still_open`, `already_opened`, `wrong_key`,
        `paper_not_ready`, `box_damaged`
    """
    require_official(by)
    poll = Poll.objects.filter(ref=ref).first()
    if poll is None:
        raise refusal("no_poll")
    refuse_if(_why_not_opened(poll, now=now))
    private = private_half(poll, key)
    if not paper.is_ready(ref):
        raise refusal("paper_not_ready")
    release_batch(ref=ref, now=now)
    counted = _open(ref, private, by=by, now=now)
    keyring.destroy(ref)
    return counted


@transaction.atomic
def publish_results(*, ref: str, results: object, by: Person, now: dt.datetime) -> None:
    """Publish what was counted, by contest; it stays as it is.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_poll`
    :raises Refused: `box_closed`, `already_published`, `bad_results`
    """
    require_organiser(by)
    poll = locked_poll(ref)
    if poll.box_opened_at is None:
        raise refusal("box_closed")
    if poll.published_at is not None:
        raise refusal("already_published")
    try:
        poll.results = canonical(results).decode()
    except ValueError:
        raise refusal("bad_results") from None
    poll.published_at = now
    poll.save(update_fields=["results", "published_at"])
    note("results_published", ref, by=by, now=now)
    announce(events.ResultsPublished(poll=ref), now=now)


def destroy_keys(*, now: dt.datetime) -> int:
    """Destroy the secrets of every vote whose box is open, where a crash left some; return of how
    many votes."""
    opened = Poll.objects.filter(box_opened_at__lte=now).values_list("ref", flat=True)
    return sum(keyring.destroy(ref) for ref in opened)


def _why_not_opened(poll: Poll, *, now: dt.datetime) -> str | None:
    if poll.box_opened_at is not None:
        return "already_opened"
    if poll.frozen_at is None or now < poll.opens_at:
        return "poll_not_open_yet"
    return "poll_still_open" if now < poll.closes_at else None


@transaction.atomic
def _open(ref: str, private: str, *, by: Person, now: dt.datetime) -> int:
    hold_log(ref)
    poll = locked_poll(ref)
    refuse_if(_why_not_opened(poll, now=now))
    # Asked again: a sheet may have been read since.
    if not paper.is_ready(ref):
        raise refusal("paper_not_ready")
    on_paper = _on_paper(ref)
    if on_paper:
        append_to_log(ref, (one.receipt for one in on_paper), now=now)
    found = _unsealed(ref, private) + on_paper
    replaced = {one.replaces for one in found} - {""}
    _publish(ref, found, replaced)
    poll.box_opened_at = now
    poll.save(update_fields=["box_opened_at"])
    counted = sum(one.receipt not in replaced for one in found)
    note("box_opened", ref, by=by, now=now, ballots=counted, replaced=len(replaced))
    announce(events.BoxOpened(poll=ref), now=now)
    return counted


def _unsealed(ref: str, private: str) -> list[Ballot]:
    with in_box():
        sealed = SealedBallot.objects.filter(poll=ref)
        try:
            found = [
                _ballot(ref, contest, bytes(inner), private)
                for contest, inner in sealed.values_list("contest", "inner")
            ]
        except ValueError:
            raise refusal("box_damaged") from None
        sealed.delete()
        Spent.objects.filter(poll=ref).delete()
    return found


def _ballot(ref: str, contest: str, inner: bytes, private: str) -> Ballot:
    place = envelopes.place(ref, contest)
    read = ballots.read(envelopes.open_ballot(inner, private=private, place=place))
    if read.contest != contest:
        raise ValueError("this ballot lies in the box of another contest")
    return read


def _on_paper(ref: str) -> list[Ballot]:
    return [
        ballots.read(
            ballots.written(
                contest=contest, choice=json.loads(value), nonce=secrets.token_hex(_NONCE)
            )
        )
        for contest, value in paper.valid_sheets(ref)
    ]


def _publish(ref: str, found: list[Ballot], replaced: set[str]) -> None:
    rows = [
        OpenedBallot(
            poll=ref,
            contest=one.contest,
            receipt=one.receipt,
            line="" if one.receipt in replaced else one.line,
            is_replaced=one.receipt in replaced,
        )
        for one in shuffled(found)
    ]
    OpenedBallot.objects.bulk_create(rows, batch_size=_AT_ONCE)
