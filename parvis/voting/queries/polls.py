"""A vote as everybody may know it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from parvis.kernel.prepared import Prepared
from parvis.voting.models import Poll
from parvis.voting.queries.refusals import refusal
from parvis.voting.rules.plans import BallotKind, ContestPlan, CountingRule, Option, PollPlan
from parvis.voting.rules.shuffling import drawn_order

_REMEMBERED = 32  # fixed votes that a process keeps in mind


class PollState(StrEnum):
    """How far a vote is. It is ready once its key is kept, and open by the clock once it is fixed;
    closed by the clock too."""

    DRAFT = "draft"
    READY = "ready"
    OPEN = "open"
    CLOSED = "closed"
    OPENED = "opened"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollView:
    """A vote: what is asked and how far it is. `configuration_hash` and `seed` are "" until it is
    fixed; `opening_key` is the public half, "" until one is made."""

    ref: str
    title: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    state: PollState
    contests: tuple[ContestPlan, ...]
    opening_key: str
    is_key_kept: bool
    is_frozen: bool
    is_released: bool
    configuration_hash: str
    seed: str

    def contest(self, key: str) -> ContestPlan:
        """Return one of its questions.

        :raises NotFound: `no_contest`
        """
        return find_contest(self.contests, key)


def row(ref: str) -> Poll:
    """Return the row of a vote.

    :raises NotFound: `no_poll`
    """
    found = _ROW.first(ref)
    if found is None:
        raise refusal("no_poll")
    return found


# Asked by every page of a vote, and twice for each ballot.
_ROW = Prepared(lambda ref: Poll.objects.defer("configuration", "results").filter(ref=ref), str)


def poll(*, ref: str, now: dt.datetime) -> PollView:
    """Return a vote as it stands.

    :raises NotFound: `no_poll`
    """
    return view(row(ref), now=now)


def polls(*, now: dt.datetime) -> list[PollView]:
    """Return every vote that is fixed, the latest first."""
    found = Poll.objects.defer("configuration", "results").exclude(frozen_at=None)
    return [view(one, now=now) for one in found.order_by("-opens_at", "ref")]


def drafts(*, now: dt.datetime) -> list[PollView]:
    """Return every vote that is not fixed yet."""
    found = Poll.objects.defer("configuration", "results").filter(frozen_at=None)
    return [view(one, now=now) for one in found.order_by("opens_at", "ref")]


def view(one: Poll, *, now: dt.datetime) -> PollView:
    """Return a vote from its row."""
    return PollView(
        ref=one.ref,
        title=one.title,
        opens_at=one.opens_at,
        closes_at=one.closes_at,
        state=state(one, now=now),
        contests=contests(one),
        opening_key=one.opening_key,
        is_key_kept=one.key_kept_at is not None,
        is_frozen=one.frozen_at is not None,
        is_released=one.released_at is not None,
        configuration_hash=one.configuration_hash,
        seed=one.seed,
    )


def state(one: Poll, *, now: dt.datetime) -> PollState:
    """Return how far a vote is."""
    if one.published_at is not None:
        return PollState.PUBLISHED
    if one.box_opened_at is not None:
        return PollState.OPENED
    if one.frozen_at is None:
        return PollState.DRAFT if one.key_kept_at is None else PollState.READY
    if now < one.opens_at:
        return PollState.READY
    return PollState.OPEN if now < one.closes_at else PollState.CLOSED


def why_not_open(one: Poll, *, now: dt.datetime) -> str | None:
    """Return why nobody can vote now, None if one can."""
    if one.frozen_at is None or now < one.opens_at:
        return "poll_not_open_yet"
    return None if now < one.closes_at and one.released_at is None else "poll_closed"


def plan(ref: str) -> PollPlan:
    """Return what a vote asks.

    :raises NotFound: `no_poll`
    """
    one = row(ref)
    return PollPlan(
        ref=one.ref,
        title=one.title,
        opens_at=one.opens_at,
        closes_at=one.closes_at,
        contests=contests(one),
    )


def contests(one: Poll) -> tuple[ContestPlan, ...]:
    """Return the questions of a vote; what is fixed is read once for the life of a process."""
    if one.configuration_hash:
        return _fixed(one.ref, one.configuration_hash)
    return _read(one.ref)


def find_contest(among: Sequence[ContestPlan], key: str) -> ContestPlan:
    """Return the question of this key.

    :raises NotFound: `no_contest`
    """
    found = next((one for one in among if one.key == key), None)
    if found is None:
        raise refusal("no_contest")
    return found


def shuffled(*, ref: str, contest: str, draw: int) -> tuple[Option, ...]:
    """Return the options of a question in the order of a draw number; as prepared while the vote
    has no public seed.

    :raises NotFound: `no_poll`, `no_contest`
    """
    one = row(ref)
    options = find_contest(contests(one), contest).options
    if not one.seed:
        return options
    return tuple(drawn_order(options, seed=one.seed, contest=contest, draw=draw))


@lru_cache(maxsize=_REMEMBERED)
def _fixed(ref: str, _configuration_hash: str) -> tuple[ContestPlan, ...]:
    return _read(ref)


def _read(ref: str) -> tuple[ContestPlan, ...]:
    rows = Poll.objects.get(ref=ref).contests.prefetch_related("options").order_by("position")
    return tuple(
        ContestPlan(
            key=one.key,
            title=one.title,
            kind=BallotKind(one.kind),
            max_options=one.max_options,
            points=one.points,
            budget=one.budget,
            rule=CountingRule(**one.rule),
            options=tuple(
                Option(id=option.key, title=option.title, cost=option.cost)
                for option in sorted(one.options.all(), key=lambda option: option.position)
            ),
        )
        for one in rows
    )
