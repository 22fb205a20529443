"""Paper on equal footing: when the minutes of a box, its sheets and its ticks hold together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BLANK = "blank"
SPOILT = "spoilt"
VALID = "valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What was found in a box for one contest: every sheet, and those among them that are blank or
    spoilt."""

    ballots: int
    blank: int
    spoilt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRead:
    """What somebody reads on one sheet of a box: a choice as online, or `BLANK` or `SPOILT`."""

    box: str
    contest: str
    number: int
    value: tuple[Any, ...] | str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSeen:
    """One sheet as two people read it; None where it was not read yet."""

    number: int
    first: str | None
    second: str | None

    @property
    def is_agreed(self) -> bool:
        """Tell whether two people read the same."""
        return self.first is not None and self.first == self.second


def why_not_minutes(minutes: Minutes) -> str | None:
    """Return why these figures cannot be those of a box, None if they can."""
    figures = (minutes.ballots, minutes.blank, minutes.spoilt)
    is_sound = min(figures) >= 0 and minutes.blank + minutes.spoilt <= minutes.ballots
    return None if is_sound else "bad_minutes"


def read_once(sheets: Sequence[SheetSeen]) -> list[int]:
    """Return the numbers of the sheets that a second person has still to read."""
    return [one.number for one in sheets if one.first is None or one.second is None]


def read_differently(sheets: Sequence[SheetSeen]) -> list[int]:
    """Return the numbers of the sheets on which two people do not agree."""
    read = [one for one in sheets if one.first is not None and one.second is not None]
    return [one.number for one in read if not one.is_agreed]


def differences(minutes: Minutes, entered: Minutes, *, ticks: int) -> dict[str, tuple[int, int]]:
    """Return what does not agree, as (in the minutes, found otherwise); nothing if all does."""
    pairs = {
        "ballots": (minutes.ballots, entered.ballots),
        "blank": (minutes.blank, entered.blank),
        "spoilt": (minutes.spoilt, entered.spoilt),
        "ticks": (minutes.ballots, ticks),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
