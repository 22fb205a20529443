"""What is said in public of a vote, in figures that point at nobody."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from parvis.kernel.canonical import canonical
from parvis.voting.rules.batches import K

OTHER_DAYS = "other days"
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


def turnout(ticks: Ticks) -> Turnout:
    """Return the turnout from the number of ticks by contest, day and channel.

    A day on which fewer than K people voted in a contest by one channel is not told by itself; nor
    is the next smallest where those days together are still few, for what one day lacks in the
    calendar could be read from the rest.
    """
    days: Counter[tuple[str, str, str]] = Counter()
    totals: Counter[tuple[str, str]] = Counter()
    smallest_first = sorted(ticks.items(), key=lambda one: (one[1], one[0]))
    for (contest, day, channel), number in smallest_first:
        others = days[contest, OTHER_DAYS, channel]
        is_told = number >= K and not 0 < others < K
        days[contest, day.isoformat() if is_told else OTHER_DAYS, channel] += number
        totals[contest, channel] += number
    return Turnout(
        days=tuple((*key, number) for key, number in sorted(days.items())),
        totals=tuple((*key, number) for key, number in sorted(totals.items())),
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
