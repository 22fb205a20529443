"""The geometry of a flow from the left to the right, through the middle: heights are to scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_TALL = 470
"""Pixels of all that flows; the gaps come on top."""
_SLOT, _GAP = 20, 6
_LEFT, _MIDDLE, _RIGHT, _THICK = 0, 480, 985, 15
"""Thousandths of the width: where the three columns stand, how thick they are."""
FULL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One thing money comes from, goes through or goes to; a `gap` is money no row tells of."""

    key: str
    label: str
    text: str
    href: str = ""
    is_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """So much goes from one stop to another."""

    start: str
    end: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stop as it is drawn; `rank` is its row in the tables, 0 for what has none."""

    stop: Stop
    rank: int
    side: str
    x: str
    y: float
    height: float
    text_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """A stream as it is drawn, in thousandths of the width and pixels of the height."""

    path: str
    is_gap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The whole drawing."""

    height: int
    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]


def flow(
    left: Sequence[Stop], middle: Sequence[Stop], right: Sequence[Stop], streams: Sequence[Stream]
) -> Flow:
    """Lay out stops in three columns, in the order given, and the streams between them."""
    whole = max(
        sum(one.value for one in streams if one.start in {stop.key for stop in left}),
        sum(one.value for one in streams if one.end in {stop.key for stop in right}),
        1.0,
    )
    scale = _TALL / whole
    starts, ends = _sums(streams, "start"), _sums(streams, "end")
    sizes = {key: max(starts.get(key, 0), ends.get(key, 0)) * scale for key in {*starts, *ends}}
    columns = [
        _column(left, sizes, side="left", first=1),
        _column(middle, sizes, side="middle", first=0),
        _column(right, sizes, side="right", first=1 + sum(not one.is_gap for one in left)),
    ]
    height = max((_end(column) for column in columns), default=0)
    bars = [bar for column in columns for bar in _centred(column, height)]
    placed = {bar.stop.key: bar for bar in bars}
    gaps = {one.key for one in (*left, *right) if one.is_gap}
    return Flow(
        height=round(height),
        bars=tuple(bars),
        ribbons=tuple(_ribbons(streams, placed, scale, gaps)),
    )


def _sums(streams: Iterable[Stream], end: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in streams:
        key = getattr(one, end)
        found[key] = found.get(key, 0) + one.value
    return found


def _column(
    stops: Sequence[Stop], sizes: Mapping[str, float], *, side: str, first: int
) -> list[Bar]:
    at, bars = 0.0, []
    for rank, stop in enumerate(stops):
        height = sizes.get(stop.key, 0)
        told = first + rank if first and not stop.is_gap else 0
        bars.append(_bar(stop, rank=told, side=side, y=at, height=height))
        at += max(height, _SLOT) + _GAP
    return bars


def _bar(stop: Stop, *, rank: int, side: str, y: float, height: float) -> Bar:
    place = {"left": _LEFT, "middle": _MIDDLE, "right": _RIGHT}[side]
    return Bar(
        stop=stop,
        rank=rank,
        side=side,
        x=f"{place / 10:.1f}%",
        y=round(y, 1),
        height=round(max(height, 1), 1),
        text_y=round(y + max(height, _SLOT) / 2 + 5, 1),
    )


def _end(column: Sequence[Bar]) -> float:
    return column[-1].y + max(column[-1].height, _SLOT) if column else 0


def _centred(column: list[Bar], height: float) -> list[Bar]:
    down = (height - _end(column)) / 2
    return [
        _bar(one.stop, rank=one.rank, side=one.side, y=one.y + down, height=one.height)
        for one in column
    ]


def _ribbons(
    streams: Sequence[Stream], placed: Mapping[str, Bar], scale: float, gaps: set[str]
) -> Iterable[Ribbon]:
    left_used: dict[str, float] = {}
    right_used: dict[str, float] = {}
    for one in sorted(streams, key=lambda s: (placed[s.start].y, placed[s.end].y)):
        thick = one.value * scale
        start, end = placed[one.start], placed[one.end]
        top = start.y + right_used.get(one.start, 0)
        foot = end.y + left_used.get(one.end, 0)
        right_used[one.start] = right_used.get(one.start, 0) + thick
        left_used[one.end] = left_used.get(one.end, 0) + thick
        yield Ribbon(
            path=_path(_edge(start) + _THICK, top, _edge(end), foot, thick),
            is_gap=one.start in gaps or one.end in gaps,
        )


def _edge(bar: Bar) -> float:
    return {"left": _LEFT, "middle": _MIDDLE, "right": _RIGHT}[bar.side]


def _path(x: float, y: float, far_x: float, far_y: float, thick: float) -> str:
    middle = (x + far_x) / 2
    return (
        f"M{x:.0f} {y:.1f}C{middle:.0f} {y:.1f} {middle:.0f} {far_y:.1f} {far_x:.0f} {far_y:.1f}"
        f"V{far_y + thick:.1f}C{middle:.0f} {far_y + thick:.1f} {middle:.0f} {y + thick:.1f}"
        f" {x:.0f} {y + thick:.1f}Z"
    )
