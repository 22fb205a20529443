"""The geometry of what is drawn: bars, curves, tracks. Lengths are attributes, never styles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_FULL = 72
"""The longest bar, in per cent: what is left holds the figure written after it."""
_PITCH = 46
_WIDTH, _HEIGHT, _EDGE = 120, 30, 3


@dataclass(frozen=True)
class Bar:
    """One bar of a chart, ready to draw."""

    label: str
    text: str
    width: str
    label_y: int
    bar_y: int
    text_y: int
    tone: str


@dataclass(frozen=True)
class Bars:
    """The bars of a chart and the height they take, in pixels."""

    rows: tuple[Bar, ...]
    height: int


def bars(rows: Iterable[tuple[object, object, object]], *, strong: str = "last") -> Bars:
    """Lay out `(label, figure, text)` rows from top to bottom.

    `strong` names the bar in the action colour: `first`, `last`, `all` or `none`.
    """
    listed = list(rows)
    figures = [float(str(figure)) for _label, figure, _text in listed]
    longest = max(figures, default=0) or 1
    chosen = {"first": {0}, "last": {len(listed) - 1}, "all": set(range(len(listed)))}
    return Bars(
        rows=tuple(
            Bar(
                label=str(label),
                text=str(text),
                width=f"{_FULL * max(figure, 0) / longest:.2f}%",
                label_y=rank * _PITCH + 14,
                bar_y=rank * _PITCH + 20,
                text_y=rank * _PITCH + 32,
                tone="d1" if rank in chosen.get(strong, set()) else "d4",
            )
            for rank, ((label, _raw, text), figure) in enumerate(zip(listed, figures, strict=True))
        ),
        height=len(listed) * _PITCH,
    )


def spark(figures: Iterable[float]) -> str:
    """Return the points of a small curve through `figures`, in a box of 120 by 30."""
    values = list(figures)
    low, high = min(values, default=0), max(values, default=0)
    span = (high - low) or 1
    step = (_WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)
    return " ".join(
        f"{_EDGE + rank * step:.1f},{_HEIGHT - _EDGE - (value - low) / span * 24:.1f}"
        for rank, value in enumerate(values)
    )


def anchor(percent: float | str) -> str:
    """Say which end of a text stands at `percent` of a line, so that it never leaves the page."""
    third = 100 / 3
    place = float(percent)
    if place < third:
        return "start"
    return "middle" if place < 2 * third else "end"
