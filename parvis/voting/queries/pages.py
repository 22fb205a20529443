"""What the page of a vote shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from parvis.ui.wording import number
from parvis.voting.models import Root
from parvis.voting.queries import log, places, polls, record, roll, words
from parvis.voting.queries.polls import PollState, PollView
from parvis.voting.queries.refusals import refusal
from parvis.voting.rules.batches import K
from parvis.voting.rules.plans import ContestPlan
from parvis.voting.rules.published import CHANNELS

_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How many voted on one question, by each channel and in all, in words."""

    title: str
    online: str
    paper: str
    total: str


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
    least = 1 if poll.state is PollState.PUBLISHED else K
    lines = [
        _line(one.title, [told.get((one.key, channel), 0) for channel in CHANNELS], least=least)
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


def _line(title: str, counts: Sequence[int], *, least: int) -> Line:
    """Return what is told of a question: no number of people below `least`, and none from which
    one could be computed. Ballots are published one by one in the end, and all numbers with them.
    """
    hidden = [n for n in counts if 0 < n < least]
    online, paper = (_told(n, least=least) for n in counts)
    known = sum(counts) - sum(hidden)
    total = _told(sum(counts), least=least)
    if len(hidden) == 1 and known:
        total = _("more than %(number)s") % {"number": number(known)}
    return Line(title=title, online=online, paper=paper, total=total)


def _told(count: int, *, least: int) -> str:
    if 0 < count < least:
        return _("fewer than %(number)s") % {"number": least}
    return number(count)


def _asked(contest: ContestPlan) -> Asked:
    return Asked(
        title=contest.title,
        options=len(contest.options),
        rule=words.rule(contest.rule.name, contest.kind),
        details=words.details(contest.rule, contest.kind),
    )
