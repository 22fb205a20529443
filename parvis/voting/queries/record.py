"""The published record of a vote: plain files in a zip, from which a stranger recounts it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from parvis.kernel.canonical import canonical
from parvis.voting.models import LogEntry, OpenedBallot, Poll
from parvis.voting.queries import log, paper, roll, verifier
from parvis.voting.queries.polls import contests
from parvis.voting.queries.refusals import refusal
from parvis.voting.rules import published

# The oldest moment a zip can say: the same record is the same bytes on every day.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def record(*, ref: str) -> bytes:
    """Return the record of a vote as a zip: what is fixed, the log and its roots from the day it is
    fixed; ballots, turnout, paper and results once they are published.

    :raises NotFound: `no_poll`, also while nothing is fixed
    """
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files(ref=ref).items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def files(*, ref: str) -> dict[str, bytes]:
    """Return the files of the record by name, in order.

    :raises NotFound: `no_poll`, also while nothing is fixed
    """
    poll = Poll.objects.filter(ref=ref).exclude(frozen_at=None).first()
    if poll is None:
        raise refusal("no_poll")
    opening = {"configuration_hash": poll.configuration_hash, "seed": poll.seed}
    found = {
        "configuration.json": poll.configuration.encode(),
        "opening.json": canonical(opening),
        "log.txt": _lines(_receipts(ref)),
        "roots.jsonl": _lines(_roots(ref)),
    }
    if poll.box_opened_at is not None:
        found |= _opened(poll)
    if poll.published_at is not None:
        found["results.json"] = poll.results.encode()
    return found | {"verify.py": verifier.one_file().encode()}


def ballots(*, ref: str, contest: str) -> list[str]:
    """Return the ballots of a contest as they are published: canonical lines, in the order of the
    shuffled heap, without those that were replaced.

    :raises NotFound: `no_poll`, `no_contest`
    :raises Refused: `box_closed`
    """
    poll = Poll.objects.filter(ref=ref).first()
    if poll is None:
        raise refusal("no_poll")
    if contest not in {one.key for one in contests(poll)}:
        raise refusal("no_contest")
    if poll.box_opened_at is None:
        raise refusal("box_closed")
    return _ballots(ref, contest)


def results(*, ref: str) -> dict[str, Any]:
    """Return what was counted, by contest, as it is published.

    :raises NotFound: `no_poll`
    :raises Refused: `not_published`
    """
    poll = Poll.objects.filter(ref=ref).first()
    if poll is None:
        raise refusal("no_poll")
    if poll.published_at is None:
        raise refusal("not_published")
    told: dict[str, Any] = json.loads(poll.results)
    return told


def _opened(poll: Poll) -> dict[str, bytes]:
    ref = poll.ref
    found = {f"ballots-{one.key}.jsonl": _lines(_ballots(ref, one.key)) for one in contests(poll)}
    replaced = OpenedBallot.objects.filter(poll=ref, is_replaced=True).order_by("receipt")
    found["replaced.txt"] = _lines(replaced.values_list("receipt", flat=True))
    found["turnout.json"] = canonical(roll.turnout(ref=ref).as_json())
    found["paper.jsonl"] = _lines(_paper(ref))
    return found


def _ballots(ref: str, contest: str) -> list[str]:
    rows = OpenedBallot.objects.filter(poll=ref, contest=contest, is_replaced=False)
    return list(rows.order_by("pk").values_list("line", flat=True))


def _receipts(ref: str) -> list[str]:
    rows = LogEntry.objects.filter(poll=ref).order_by("position")
    return list(rows.values_list("receipt", flat=True))


def _roots(ref: str) -> list[str]:
    return [
        json.dumps({"signed": one.signed, "signature": one.signature, "timestamp": one.timestamp})
        for one in log.roots(ref)
    ]


def _paper(ref: str) -> list[str]:
    found = [
        published.Box(
            contest=one.contest,
            box=one.box,
            ballots=one.minutes.ballots,
            blank=one.minutes.blank,
            spoilt=one.minutes.spoilt,
            ticks=one.ticks,
            difference=one.reason,
        )
        for one in paper.states(ref)
        if one.minutes is not None
    ]
    return [canonical(one.as_json()).decode() for one in published.boxes(found)]


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
