"""From a plan to an open vote: prepare, make the opening key, prove it is kept, fix everything."""

from __future__ import annotations

import datetime as dt
import json
import secrets

from django.db import transaction

from parvis.account.public import Person
from parvis.kernel.canonical import digest
from parvis.kernel.errors import Refused
from parvis.kernel.facts import announce
from parvis.voting import events
from parvis.voting.actions.common import locked_poll, note, write_down_attempt
from parvis.voting.models import Contest, Option, Poll, Seal, keyring
from parvis.voting.models.roles import in_box
from parvis.voting.permissions import require_official, require_organiser
from parvis.voting.queries import polls
from parvis.voting.queries.polls import PollView
from parvis.voting.queries.refusals import refusal, refuse_if
from parvis.voting.rules import envelopes
from parvis.voting.rules.plans import ContestPlan, PollPlan, configuration, why_not_held

_SEED = 32  # bytes


def prepare_poll(*, plan: PollPlan, by: Person, now: dt.datetime) -> PollView:
    """Write down what a vote will ask, or write it anew while it is not fixed.

    :raises Forbidden: `needs_role`
    :raises Refused: `bad_name`, `bad_dates`, `bad_contest`; `frozen`, and the attempt is recorded
    """
    require_organiser(by)
    refuse_if(why_not_held(plan))
    try:
        return _prepare(plan, by=by, now=now)
    except Refused as refused:
        write_down_attempt(refused, plan.ref, attempt="prepare_poll", by=by, now=now)
        raise


def make_opening_key(*, ref: str, by: Person, now: dt.datetime) -> bytes:
    """Make the key that will open the box, and return its private half as a file to keep: it is
    given this once and stored nowhere. A key made before counts no more.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_poll`
    :raises Refused: `frozen`, and the attempt is recorded
    """
    require_official(by)
    try:
        return _make_key(ref, by=by, now=now)
    except Refused as refused:
        write_down_attempt(refused, ref, attempt="make_opening_key", by=by, now=now)
        raise


@transaction.atomic
def keep_opening_key(*, ref: str, key: bytes, by: Person, now: dt.datetime) -> PollView:
    """Take the file of the opening key back once, to see that it is kept and whole; it is compared
    and forgotten.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_poll`
    :raises Refused: `no_key`, `wrong_key`
    """
    require_official(by)
    poll = locked_poll(ref)
    if not poll.opening_key:
        raise refusal("no_key")
    private_half(poll, key)
    if poll.key_kept_at is None:
        poll.key_kept_at = now
        poll.save(update_fields=["key_kept_at"])
        note("key_kept", ref, by=by, now=now)
    return polls.view(poll, now=now)


@transaction.atomic
def open_poll(*, ref: str, by: Person, now: dt.datetime) -> PollView:
    """Fix what is asked and how it will be counted, and publish its hash and the seed of draws;
    from `opens_at` on people can vote.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_poll`
    :raises Refused: `key_not_kept`, `already_open`, `poll_closed`
    """
    require_organiser(by)
    poll = locked_poll(ref)
    refuse_if(_why_not_fixed(poll, now=now))
    poll.signing_key = keyring.create(ref)
    fixed = configuration(
        polls.plan(ref), opening_key=poll.opening_key, signing_key=poll.signing_key
    )
    poll.configuration, poll.configuration_hash = fixed.decode(), digest(fixed)
    poll.seed, poll.frozen_at = secrets.token_hex(_SEED), now
    key = keyring.new_batch_key(ref)
    with in_box():
        Seal.objects.create(poll=ref, public=key.keys.public)
    poll.save()
    note("poll_opened", ref, by=by, now=now, configuration_hash=poll.configuration_hash)
    frozen = events.PollFrozen(
        poll=ref,
        configuration_hash=poll.configuration_hash,
        opens_at=poll.opens_at,
        closes_at=poll.closes_at,
    )
    announce(frozen, now=now)
    return polls.view(poll, now=now)


def private_half(poll: Poll, key: bytes) -> str:
    """Return the private half out of the file of an opening key.

    :raises Refused: `wrong_key`
    """
    try:
        keys = envelopes.keys_of(json.loads(key)["opening_key"])
    except (ValueError, TypeError, KeyError):
        raise refusal("wrong_key") from None
    if keys.public != poll.opening_key:
        raise refusal("wrong_key")
    return keys.private


def _why_not_fixed(poll: Poll, *, now: dt.datetime) -> str | None:
    if poll.frozen_at is not None:
        return "already_open"
    if poll.key_kept_at is None:
        return "key_not_kept"
    return None if now < poll.closes_at else "poll_closed"


@transaction.atomic
def _prepare(plan: PollPlan, *, by: Person, now: dt.datetime) -> PollView:
    asked = {"title": plan.title, "opens_at": plan.opens_at, "closes_at": plan.closes_at}
    Poll.objects.get_or_create(ref=plan.ref, defaults=asked)
    poll = locked_poll(plan.ref)
    if poll.frozen_at is not None:
        raise refusal("frozen")
    poll.title, poll.opens_at, poll.closes_at = plan.title, plan.opens_at, plan.closes_at
    poll.save()
    poll.contests.all().delete()
    for position, contest in enumerate(plan.contests):
        _write_contest(poll, contest, position)
    note("poll_prepared", plan.ref, by=by, now=now, contests=len(plan.contests))
    return polls.view(poll, now=now)


def _write_contest(poll: Poll, plan: ContestPlan, position: int) -> None:
    rule = plan.rule
    row = Contest.objects.create(
        poll=poll,
        key=plan.key,
        title=plan.title,
        kind=plan.kind.value,
        max_options=plan.max_options,
        points=plan.points,
        budget=plan.budget,
        rule={
            "name": rule.name,
            "utility": rule.utility,
            "completion": rule.completion,
            "threshold": rule.threshold,
            "comparison": rule.comparison,
        },
        position=position,
    )
    Option.objects.bulk_create(
        Option(contest=row, key=one.id, title=one.title, cost=one.cost, position=rank)
        for rank, one in enumerate(plan.options)
    )


@transaction.atomic
def _make_key(ref: str, *, by: Person, now: dt.datetime) -> bytes:
    poll = locked_poll(ref)
    if poll.frozen_at is not None:
        raise refusal("frozen")
    keys = envelopes.new_keys()
    poll.opening_key, poll.key_given_at, poll.key_kept_at = keys.public, now, None
    poll.save(update_fields=["opening_key", "key_given_at", "key_kept_at"])
    note("key_given", ref, by=by, now=now, opening_key=keys.public)
    held = {"v": 1, "poll": ref, "opening_key": keys.private, "public": keys.public}
    return json.dumps(held, indent=1).encode()
