"""What the page of a vote shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from parvis.voting.models import Root
from parvis.voting.queries import log, places, polls, record, roll, words
from parvis.voting.queries.polls import PollState, PollView
from parvis.voting.queries.refusals import refusal
from parvis.voting.rules.plans import ContestPlan
from parvis.voting.rules.published import CHANNELS

_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How many voted on one question, by each channel."""

    title: str
    online: int
    paper: int

    @property
    def total(self) -> int:
        """Return how many voted by whatever channel."""
        return self.online + self.paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question: between how many options, how it will be counted, in words, and what else the
    count heeds, a sentence each."""

    title: str
    options: int
    rule: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPage:
    """A vote as its page shows it. `ballot` is where one votes, "" while one cannot; `results`
    where one reads what came of it, "" until it is published; `roots` are the last ones, newest
    first."""

    poll: PollView
    state: str
    ballot: str
    results: str
    asked: tuple[Asked, ...]
    turnout: tuple[Line, ...]
    log_size: int
    roots: tuple[Root, ...]
    files: tuple[tuple[str, int], ...]
    last_batch_by: dt.datetime


def page(ref: str, *, now: dt.datetime) -> PollPage:
    """Return what the page of a vote shows.

    :raises NotFound: `no_poll`, also while it is not fixed
    """
    poll = polls.poll(ref=ref, now=now)
    if not poll.is_frozen:
        raise refusal("no_poll")
    told = {(key, channel): n for key, channel, n in roll.turnout(ref=ref).totals}
    has_begun = poll.state is not PollState.READY
    lines = [
        Line(title=one.title, **{channel: told.get((one.key, channel), 0) for channel in CHANNELS})
        for one in poll.contests
    ]
    return PollPage(
        poll=poll,
        state=poll.state.value,
        ballot=places.ballot_page(ref) if poll.state is PollState.OPEN else "",
        results=places.results_page(ref) if poll.state is PollState.PUBLISHED else "",
        asked=tuple(map(_asked, poll.contests)),
        turnout=tuple(lines if has_begun else ()),
        log_size=log.size(ref),
        roots=tuple(reversed(log.roots(ref)[-_SHOWN:])),
        files=tuple((name, len(held)) for name, held in record.files(ref=ref).items()),
        last_batch_by=poll.closes_at + log.LAST_BATCH,
    )


def _asked(contest: ContestPlan) -> Asked:
    return Asked(
        title=contest.title,
        options=len(contest.options),
        rule=words.rule(contest.rule.name),
        details=words.details(contest.rule),
    )
