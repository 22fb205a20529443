"""The geometry of a curve over time: a line that stretches, words that do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from parvis.opendata.queries.pages.tiles import Item

HEIGHT = 260
"""Pixels; the width is that of the page."""
_TOP, _FOOT = 26, 34
_TICKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A word beside the curve: where it stands, and which end of it."""

    x: str
    y: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A curve in a box of 1,000 by `HEIGHT`, its zero, its words and its labels."""

    points: str
    zero: float
    figures: tuple[Mark, ...]
    labels: tuple[Mark, ...]


def curve(items: Sequence[Item]) -> Curve:
    """Draw a curve through the items, from left to right; the scale begins at zero or below."""
    values = [one.value for one in items]
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0
    room = HEIGHT - _TOP - _FOOT

    def down(value: float) -> float:
        return round(_TOP + (high - value) / span * room, 1)

    places = [_place(rank, len(items)) for rank in range(len(items))]
    points = zip(places, values, strict=True)
    told = sorted({0, len(items) - 1, values.index(max(values))})
    return Curve(
        points=" ".join(f"{x * 10:.0f},{down(value)}" for x, value in points),
        zero=down(0),
        figures=tuple(
            Mark(
                x=f"{places[rank]:.2f}%",
                y=down(values[rank]) - 8,
                text=items[rank].text,
                anchor=_anchor(places[rank]),
            )
            for rank in told
        ),
        labels=tuple(
            Mark(
                x=f"{places[rank]:.2f}%",
                y=HEIGHT - 8,
                text=items[rank].label,
                anchor=_anchor(places[rank]),
            )
            for rank in _told_labels(len(items))
        ),
    )


def _place(rank: int, count: int) -> float:
    return 100 * rank / (count - 1) if count > 1 else 50.0


def _anchor(place: float) -> str:
    third = 100 / 3
    if place < third / 2:
        return "start"
    return "middle" if place <= 100 - third / 2 else "end"


def _told_labels(count: int) -> list[int]:
    """Return the ranks of a few labels, the first and the last among them."""
    if count <= _TICKS:
        return list(range(count))
    step = math.ceil((count - 1) / (_TICKS - 1))
    ranks = list(range(0, count, step))
    if count - 1 - ranks[-1] < step / 2 and len(ranks) > 1:
        ranks.pop()
    return [*ranks, count - 1] if ranks[-1] != count - 1 else ranks
