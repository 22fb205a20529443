"""What is said in public of a vote, in figures that point at nobody."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from parvis.kernel.canonical import canonical
from parvis.voting.rules.batches import K

OTHER_DAYS = "other days"
OTHER_BOXES = "other boxes"
ONLINE = "online"
PAPER = "paper"
CHANNELS = (ONLINE, PAPER)
_RECEIPT = re.compile(r"[0-9a-f]{64}")

Ticks = Mapping[tuple[str, dt.date, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many voted: by (contest, day, channel) with few merged into `OTHER_DAYS`, and in all by
    (contest, channel)."""

    days: tuple[tuple[str, str, str, int], ...]
    totals: tuple[tuple[str, str, int], ...]

    def as_json(self) -> dict[str, list[list[str | int]]]:
        """Return it as it is published."""
        return {
            "days": [list(one) for one in self.days],
            "totals": [list(one) for one in self.totals],
        }

    def of(self, contest: str) -> int:
        """Return how many voted in a contest, by whatever channel."""
        return sum(number for key, _channel, number in self.totals if key == contest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A ballot box for one contest: the sheets found in it, those among them that are blank or
    spoilt, the people ticked beside it, and why the two figures differ ("" if they do not)."""

    contest: str
    box: str
    ballots: int
    blank: int
    spoilt: int
    ticks: int
    difference: str

    def as_json(self) -> dict[str, Any]:
        """Return it as it is published."""
        return asdict(self)


def turnout(ticks: Ticks) -> Turnout:
    """Return the turnout from the number of ticks by contest, day and channel.

    A day on which few people voted in a contest by one channel is not told by itself.
    """
    days: Counter[tuple[str, str, str]] = Counter()
    totals: Counter[tuple[str, str]] = Counter()
    by_question: dict[tuple[str, str], dict[str, int]] = {}
    for (contest, day, channel), number in ticks.items():
        by_question.setdefault((contest, channel), {})[day.isoformat()] = number
        totals[contest, channel] += number
    for (contest, channel), numbers in by_question.items():
        few = _few(numbers)
        for told, number in numbers.items():
            days[contest, OTHER_DAYS if told in few else told, channel] += number
    return Turnout(
        days=tuple((*key, number) for key, number in sorted(days.items())),
        totals=tuple((*key, number) for key, number in sorted(totals.items())),
    )


def boxes(found: Sequence[Box]) -> list[Box]:
    """Return what is told of ballot boxes, contest by contest: those in which few people voted, or
    few ballots were found, as one box, with every reason that was given for one of them. What was
    found in all boxes, and by how much it differs from the ticks, stays what it was."""
    told: list[Box] = []
    for contest in sorted({one.contest for one in found}):
        asked = [one for one in found if one.contest == contest]
        few = _few({one.box: min(one.ballots, one.ticks) for one in asked})
        told += (one for one in asked if one.box not in few)
        told += [_as_one(contest, [one for one in asked if one.box in few])] if few else []
    return told


def _few(numbers: Mapping[str, int]) -> frozenset[str]:
    """Return what is told together, of so many people each: whatever has fewer than K, and the next
    smallest where those together are still few, for what one lacks could be read from the rest."""
    few: set[str] = set()
    for name, number in sorted(numbers.items(), key=lambda one: (one[1], one[0])):
        if number >= K and (not few or sum(numbers[one] for one in few) >= K):
            break
        few.add(name)
    return frozenset(few)


def _as_one(contest: str, few: Sequence[Box]) -> Box:
    return Box(
        contest=contest,
        box=OTHER_BOXES,
        ballots=sum(one.ballots for one in few),
        blank=sum(one.blank for one in few),
        spoilt=sum(one.spoilt for one in few),
        ticks=sum(one.ticks for one in few),
        difference="; ".join(one.difference for one in few if one.difference),
    )


def root_text(*, poll: str, size: int, root: bytes, day: dt.date) -> str:
    """Return what is signed of the log: how long it is and what is in it, on a day."""
    said = {"poll": poll, "size": size, "root": root.hex(), "day": day.isoformat()}
    return canonical(said).decode()


def grouped(receipt: str, *, by: int = 4) -> str:
    """Return a receipt as people read it out: « 7f3c 9a2b … »."""
    return " ".join(receipt[n : n + by] for n in range(0, len(receipt), by))


def read_receipt(typed: str) -> str:
    """Return the receipt a person typed, in any grouping, or "" if it is none."""
    bare = "".join(typed.split()).replace("-", "").replace(":", "").lower()
    return bare if _RECEIPT.fullmatch(bare) else ""
