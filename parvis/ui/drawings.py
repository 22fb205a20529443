"""The geometry of what is drawn: bars, curves, tracks. Lengths are attributes, never styles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from parvis.ui.wording import number

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


_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 628, 16, 200


@dataclass(frozen=True)
class Mark:
    """A figure on the left of a curve, and its height."""

    y: str
    text: str


@dataclass(frozen=True)
class Line:
    """One curve: its name, and the points of its runs of days in a box of 640 by 240; a day by
    itself is in `dots`."""

    name: str
    runs: tuple[str, ...]
    dots: tuple[str, ...]


@dataclass(frozen=True)
class DayRow:
    """One day of a curve's table; None, a figure that is not told."""

    day: str
    figures: tuple[str | None, ...]


@dataclass(frozen=True)
class Curves:
    """Curves over the same days, ready to draw and to read."""

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    rows: tuple[DayRow, ...]
    first: str
    last: str


def curves(days: Iterable[object], series: Iterable[tuple[object, Iterable[int | None]]]) -> Curves:
    """Lay out figures day by day, from nothing at the bottom to the highest at the top; None, a day
    that is not told, is a gap."""
    listed = [str(day) for day in days]
    known = [(str(name), list(figures)) for name, figures in series]
    highest = max((figure or 0 for _name, figures in known for figure in figures), default=0) or 1
    step = (_RIGHT - _LEFT) / max(len(listed) - 1, 1)

    def height(figure: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * figure / highest

    def placed(figures: list[int | None]) -> list[list[str]]:
        points = [
            "" if figure is None else f"{_LEFT + rank * step:.1f},{height(figure):.1f}"
            for rank, figure in enumerate(figures)
        ]
        return [list(run) for is_told, run in groupby(points, key=bool) if is_told]

    return Curves(
        lines=tuple(_line(name, placed(figures)) for name, figures in known),
        marks=tuple(
            Mark(y=f"{height(figure):.1f}", text=number(figure))
            for figure in sorted({0, highest // 2, highest})
        ),
        rows=tuple(
            DayRow(day=day, figures=tuple(_figure(figures[rank]) for _name, figures in known))
            for rank, day in enumerate(listed)
        ),
        first=listed[0] if listed else "",
        last=listed[-1] if listed else "",
    )


def _line(name: str, runs: list[list[str]]) -> Line:
    return Line(
        name=name,
        runs=tuple(" ".join(run) for run in runs if len(run) > 1),
        dots=tuple(run[0] for run in runs if len(run) == 1),
    )


def _figure(figure: int | None) -> str | None:
    return None if figure is None else number(figure)


def grade_bar(counts: Iterable[int]) -> list[tuple[str, str]]:
    """Return where each part of a bar begins and how wide it is, in per cent."""
    listed = list(counts)
    whole = sum(listed) or 1
    return [
        (f"{100 * sum(listed[:rank]) / whole:.2f}%", f"{100 * one / whole:.2f}%")
        for rank, one in enumerate(listed)
    ]
