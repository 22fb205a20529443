"""How a ballot and its summary are drawn: what is on the page, and what travels hidden in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from parvis.budget.forms.ballots import field_of, mistyped, typed, written
from parvis.budget.models import Edition
from parvis.budget.queries import ballots, editions, words
from parvis.budget.queries.ballots import Asked, Line
from parvis.budget.rules import ballots as rules
from parvis.budget.rules.ballots import WEIGHTED, Question
from parvis.budget.views.carrying import Held, voter_of
from parvis.kernel import clock
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.http import CityRequest
from parvis.voting.public import GRADES, PollState, PollView

_CARRIED = ("voter", "held", "draw")
_HELD_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of somebody's vote: what they asked for, and all that stands in their page."""

    request: CityRequest
    edition: Edition
    poll: PollView
    data: QueryDict


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A project on the page: the name of its field, what stands in it, whether that cannot be
    read, and the ids of the sentences that explain it, None if none do."""

    line: Line
    field: str
    value: str
    is_mistyped: bool = False
    described_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A question as the page shows it: its projects as they are filled in, and what is wrong."""

    question: Question
    name: str
    rows: tuple[Row, ...]
    skip: str
    is_skipped: bool = False
    wrong: str = ""
    used: int = 0
    most: int | None = None

    @property
    def is_over(self) -> bool:
        """Tell whether more is used than there is."""
        return self.most is not None and self.used > self.most

    @property
    def to_mend(self) -> str:
        """Return the id of what to mend: the first field that cannot be read, else what is said of
        the question."""
        fields = [one.field for one in self.rows if one.is_mistyped]
        return f"w{fields[0]}" if fields else f"e{self.question.key}"


def vote_at(slug: str) -> tuple[Edition, PollView]:
    """Return an edition and its vote, once what is asked is fixed.

    :raises NotFound: `no_vote`
    """
    edition = editions.by_slug(slug)
    poll = ballots.vote_of(edition, now=clock.now()) if edition else None
    if edition is None or poll is None or not poll.is_frozen:
        raise NotFound("no_vote", _("There is no vote at this address, or not yet."))
    return edition, poll


def frame(edition: Edition, poll: PollView) -> dict[str, Any]:
    """Return what every page of the vote says."""
    return {
        "edition": edition,
        "title": words.title_of(edition),
        "poll": poll,
        "is_open": poll.state == PollState.OPEN,
        "is_over": poll.state in {PollState.CLOSED, PollState.OPENED, PollState.PUBLISHED},
        "steps": [_("You"), _("Ballot"), _("Reading again"), _("Receipt")],
        "grades": [(str(value), label) for value, label in GRADES.items()],
    }


def held_of(data: QueryDict) -> tuple[Held, ...]:
    """Return the receipts and codes that a page carries to change ballots with; none if none."""
    try:
        told = json.loads(data.get("held", "") or "[]")
    except ValueError:
        return ()
    pairs = [one for one in told if isinstance(one, list) and len(one) == _HELD_PARTS]
    return tuple((str(one[0]), str(one[1]), str(one[2])) for one in pairs)


def keys_of(data: QueryDict) -> tuple[str, ...]:
    """Return the contests of a ballot on its way: those of its voter, or of the receipts held.

    :raises Forbidden: `begin_again` for a voter that no page of ours carried
    """
    held = held_of(data)
    return tuple(one[0] for one in held) if held else voter_of(data).contests


def ballot(
    step: Step, *, keys: Sequence[str], wrong: Mapping[str, str] | None = None
) -> HttpResponse:
    """Draw the ballot with what is filled in, and beside each question what is wrong with it."""
    faults, draw, poll = wrong or {}, _draw(step.data), step.poll
    asked = [ballots.asked(step.edition, poll, key, draw=draw) for key in _known(poll, keys)]
    context = frame(step.edition, poll) | {
        "asked": [filled(one, step.data, wrong=faults.get(one.question.key, "")) for one in asked],
        "wrong": faults.get("", ""),
        "is_wrong": bool(faults),
        "hidden": _carried(step.data, draw),
        "draw": draw,
        "is_change": bool(held_of(step.data)),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return render(step.request, "budget/vote_ballot.html", context, status=status)


def summary(
    step: Step,
    *,
    values: Mapping[str, tuple[Any, ...]],
    token: str = "",
    refusal: Refused | None = None,
) -> HttpResponse:
    """Draw a ballot as it will be cast; or why it is not, with what was chosen still there."""
    data, poll = step.data, step.poll
    hidden = [*_carried(data, _draw(data)), ("token", token)]
    for key, value in values.items():
        hidden += written(ballots.question_of(poll.contest(key)), value)
    hidden += [(name, data.get(name, "")) for name in data if name.startswith("skip-")]
    keys = _known(poll, tuple(values))
    context = frame(step.edition, poll) | {
        "chosen": [_chosen(step.edition, poll, key, values[key]) for key in keys],
        "left_out": [ballots.area_name(step.edition, key) for key in _left_out(step)],
        "hidden": hidden,
        "refusal": refusal,
        "is_change": bool(held_of(data)),
    }
    status = refusal.status if refusal else HTTPStatus.OK
    return render(step.request, "budget/vote_check.html", context, status=status)


def filled(asked: Asked, data: QueryDict, *, wrong: str = "") -> Filled:
    """Return a question with what stands in the fields of a page."""
    question = asked.question
    found, skip = typed(question, data), f"skip-{question.key}"
    unread = mistyped(question, data)
    read = {name: text for name, text in found.items() if name not in unread}
    used, most = rules.used(question, read)
    has_own = question.kind in WEIGHTED or question.kind == "ranking"
    return Filled(
        question=question,
        name=asked.name,
        rows=tuple(
            Row(
                line=one,
                field=field_of(question, one.item.id if has_own else ""),
                value=found.get(one.item.id, ""),
                is_mistyped=one.item.id in unread,
                described_by=_described_by(question.key, rank, is_mistyped=one.item.id in unread),
            )
            for rank, one in enumerate(asked.lines)
        ),
        skip=skip,
        is_skipped=bool(data.get(skip)),
        wrong=wrong,
        used=used,
        most=most,
    )


def _described_by(key: str, rank: int, *, is_mistyped: bool) -> str | None:
    # Whoever goes from field to field hears what is asked at the first one, and only there.
    ids = ([f"how{key}"] if rank == 0 else []) + ([f"e{key}"] if is_mistyped else [])
    return " ".join(ids) or None


def _chosen(edition: Edition, poll: PollView, key: str, value: tuple[Any, ...]) -> dict[str, Any]:
    asked = ballots.asked(edition, poll, key)
    lines = {one.item.id: one for one in asked.lines}
    said = rules.said(asked.question, value)
    return {
        "name": asked.name,
        "question": asked.question,
        "said": [
            {
                "line": lines[one.item.id],
                "number": one.item.id,
                "cost": one.item.cost,
                "weight": one.weight,
                "grade": GRADES.get(one.weight or 0),
            }
            for one in said
        ],
        "spent": sum(one.item.cost for one in said),
        "points": sum(one.weight or 0 for one in said),
    }


def _known(poll: PollView, keys: Sequence[str]) -> list[str]:
    """Return those contests that the vote has, in its own order: the whole city first."""
    return [one.key for one in poll.contests if one.key in keys]


def _left_out(step: Step) -> list[str]:
    """Return the contests that a voter leaves as they are, of those they may vote in."""
    keys = _known(step.poll, keys_of(step.data))
    return [key for key in keys if step.data.get(f"skip-{key}")]


def _draw(data: QueryDict) -> int:
    given = data.get("draw", "")
    return int(given) if given.isdecimal() and len(given) < len("123456") else 0


def _carried(data: QueryDict, draw: int) -> list[tuple[str, str]]:
    told = {name: data.get(name, "") for name in _CARRIED} | {"draw": str(draw)}
    return [(name, value) for name, value in told.items() if value]
