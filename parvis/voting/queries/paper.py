"""How far the paper of a vote is: what was found in each box, and what was read of it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from parvis.voting.models import Contest, Minutes, PaperBox, Sheet
from parvis.voting.queries.refusals import refusal
from parvis.voting.queries.roll import ticks_of_box
from parvis.voting.rules import paper as rules
from parvis.voting.rules.paper import BLANK, SPOILT, SheetSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxState:
    """One box for one contest: its minutes and who wrote them (None until written), the ticks made
    beside it, the sheets read by one person only, those read differently, what does not agree, and
    why."""

    box: str
    place: str
    contest: str
    contest_title: str
    minutes: rules.Minutes | None
    written_by: uuid.UUID | None
    ticks: int
    read_once: tuple[int, ...]
    read_differently: tuple[int, ...]
    settled: int
    differences: dict[str, tuple[int, int]]
    reason: str

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing is missing, and what differs is explained."""
        return (
            self.is_read and self.may_be_explained and (not self.differences or bool(self.reason))
        )

    @property
    def is_read(self) -> bool:
        """Tell whether two people read the same on as many sheets as the minutes say there are."""
        if self.minutes is None or self.read_once or self.read_differently:
            return False
        return self.settled == self.minutes.ballots

    @property
    def may_be_explained(self) -> bool:
        """Tell whether what differs is the number of people who were ticked: all else is in the
        box, where it can be looked at again."""
        return set(self.differences) <= {"ticks"}

    def may_be_signed_by(self, person_id: uuid.UUID) -> bool:
        """Tell whether somebody may sign what differs: whoever did not write the minutes."""
        return self.written_by != person_id


def boxes(ref: str) -> list[PaperBox]:
    """Return the ballot boxes of a vote."""
    return list(PaperBox.objects.filter(poll_id=ref).order_by("code"))


def box(ref: str, code: str) -> PaperBox:
    """Return one ballot box.

    :raises NotFound: `no_box`
    """
    found = PaperBox.objects.filter(poll_id=ref, code=code).first()
    if found is None:
        raise refusal("no_box")
    return found


def states(ref: str) -> list[BoxState]:
    """Return every box of a vote for every contest in which it was used: where minutes are written
    or people were ticked."""
    asked = list(Contest.objects.filter(poll_id=ref).order_by("position"))
    found = [_state(ref, one, contest) for one in boxes(ref) for contest in asked]
    return [one for one in found if one.minutes is not None or one.ticks]


def state(ref: str, code: str, contest: str) -> BoxState:
    """Return one box for one contest.

    :raises NotFound: `no_box`, `no_contest`
    """
    asked = Contest.objects.filter(poll_id=ref, key=contest).first()
    if asked is None:
        raise refusal("no_contest")
    return _state(ref, box(ref, code), asked)


def is_ready(ref: str) -> bool:
    """Tell whether the paper ballots of a vote can be counted with the others."""
    return all(one.is_ready for one in states(ref))


def valid_sheets(ref: str) -> list[tuple[str, str]]:
    """Return the paper ballots of a vote that say something, as contest and canonical choice."""
    agreed = Sheet.objects.filter(box__poll_id=ref, first=F("second"))
    rows = agreed.exclude(first__in=[BLANK, SPOILT])
    return list(rows.values_list("contest__key", "first"))


def _state(ref: str, one: PaperBox, contest: Contest) -> BoxState:
    sheets = Sheet.objects.filter(box=one, contest=contest).order_by("number")
    seen = [SheetSeen(number=s.number, first=s.first, second=s.second or None) for s in sheets]
    written = Minutes.objects.filter(box=one, contest=contest).first()
    minutes = _figures(written) if written else None
    ticks = ticks_of_box(ref=ref, box=one.code, contest=contest.key)
    agreed = [sheet for sheet in seen if sheet.is_agreed]
    differing = rules.differences(minutes, _entered(agreed), ticks=ticks) if minutes else {}
    return BoxState(
        box=one.code,
        place=one.place,
        contest=contest.key,
        contest_title=contest.title,
        minutes=minutes,
        written_by=written.written_by_id if written else None,
        ticks=ticks,
        read_once=tuple(rules.read_once(seen)),
        read_differently=tuple(rules.read_differently(seen)),
        settled=len(agreed),
        differences=differing,
        reason=written.difference if written else "",
    )


def _figures(written: Minutes) -> rules.Minutes:
    return rules.Minutes(ballots=written.ballots, blank=written.blank, spoilt=written.spoilt)


def _entered(agreed: Sequence[SheetSeen]) -> rules.Minutes:
    kinds = Counter(one.first for one in agreed)
    return rules.Minutes(ballots=len(agreed), blank=kinds[BLANK], spoilt=kinds[SPOILT])
