"""The geometry of a treemap: surfaces in per cent of a drawing that is as wide as its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 420
"""Pixels; the width is that of the page."""
_DESK, _PHONE = 700, 288
_BALANCE = 520
"""The width the surfaces are made for: between those of a desk and of a phone."""
_LETTER, _LINE, _EDGE, _FIRST = 7.2, 17, 7, 20
_TOUCH = 26
"""Pixels of the smallest side that may be a link."""
_LARGE, _MIDDLE = 0.10, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to draw: its figure, the figure as people read it, where its rows are."""

    label: str
    value: float
    text: str
    href: str = ""
    is_rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text in a tile."""

    y: int
    text: str
    is_figure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A surface: `rank` is its row in the table; `shown` says where its words have room: "all",
    "wide" (its number stands there on a phone), "number", or "none"."""

    rank: int
    x: str
    y: str
    width: str
    height: str
    tone: str
    ink: str
    title: str
    lines: tuple[Line, ...]
    shown: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle, in units of the drawing."""

    x: float
    y: float
    width: float
    height: float


def treemap(items: Sequence[Item]) -> tuple[Tile, ...]:
    """Return a tile for each item above zero, the largest first, what is left over last in the
    order of its size."""
    drawn = [(rank, one) for rank, one in enumerate(items, start=1) if one.value > 0]
    drawn.sort(key=lambda pair: -pair[1].value)
    total = sum(one.value for _rank, one in drawn)
    boxes = squarify(
        [one.value for _rank, one in drawn], Box(x=0, y=0, width=_BALANCE, height=HEIGHT)
    )
    return tuple(
        _tile(rank, one, box, one.value / total)
        for (rank, one), box in zip(drawn, boxes, strict=True)
    )


def squarify(values: Sequence[float], box: Box) -> list[Box]:
    """Return a rectangle for each value, falling, as near to squares as they go.

    M. Bruls, K. Huizing, J. van Wijk, « Squarified treemaps », 2000.
    """
    total = sum(values)
    scale = box.width * box.height / total if total else 0
    areas = [value * scale for value in values]
    boxes: list[Box] = []
    while areas:
        side = min(box.width, box.height)
        row = 1
        while row < len(areas) and _worst(areas[: row + 1], side) <= _worst(areas[:row], side):
            row += 1
        laid, box = _lay(areas[:row], box)
        boxes += laid
        areas = areas[row:]
    return boxes


def _worst(areas: Sequence[float], side: float) -> float:
    """Return the longest ratio of sides in a row of these areas."""
    total = sum(areas)
    return max(max(side**2 * area / total**2, total**2 / (side**2 * area)) for area in areas)


def _lay(areas: Sequence[float], box: Box) -> tuple[list[Box], Box]:
    """Return a row along the shorter side of a box, and what is left of the box."""
    total, laid = sum(areas), []
    if box.width >= box.height:
        thick, at = total / box.height, box.y
        for area in areas:
            laid.append(Box(x=box.x, y=at, width=thick, height=area / thick))
            at += area / thick
        rest = Box(x=box.x + thick, y=box.y, width=box.width - thick, height=box.height)
        return laid, rest
    thick, at = total / box.width, box.x
    for area in areas:
        laid.append(Box(x=at, y=box.y, width=area / thick, height=thick))
        at += area / thick
    return laid, Box(x=box.x, y=box.y + thick, width=box.width, height=box.height - thick)


def _tile(rank: int, item: Item, box: Box, share: float) -> Tile:
    tone, ink = _tone(item, share)
    lines, shown = _words(item, box)
    across, down = box.width / _BALANCE, box.height / HEIGHT
    is_large = min(across * _PHONE, box.height) >= _TOUCH
    return Tile(
        rank=rank,
        x=f"{100 * box.x / _BALANCE:.2f}%",
        y=f"{100 * box.y / HEIGHT:.2f}%",
        width=f"{100 * across:.2f}%",
        height=f"{100 * down:.2f}%",
        tone=tone,
        ink=ink,
        title=f"{item.label} : {item.text}",
        lines=lines,
        shown=shown,
        href=item.href if is_large else "",
    )


def _tone(item: Item, share: float) -> tuple[str, str]:
    if item.is_rest:
        return "d6", "k"
    if share >= _LARGE:
        return "d1", "w"
    return ("d2", "w") if share >= _MIDDLE else ("d4", "k")


def _words(item: Item, box: Box) -> tuple[tuple[Line, ...], str]:
    """Return the lines of a tile as a desk shows them, and where they have room."""
    part = box.width / _BALANCE
    lines = _fitting(item, part * _DESK, box.height)
    if lines:
        return lines, "all" if _fits(lines, part * _PHONE) else "wide"
    room = min(part * _PHONE, box.height) >= _FIRST + 2
    return (), "number" if room else "none"


def _fits(lines: Sequence[Line], width: float) -> bool:
    return all(len(line.text) * _LETTER + 2 * _EDGE <= width for line in lines)


def _fitting(item: Item, width: float, height: float) -> tuple[Line, ...]:
    letters = int((width - 2 * _EDGE) / _LETTER)
    told = wrap(item.label, letters)
    if not told or len(item.text) > letters:
        return ()
    texts = [*told, item.text]
    if _FIRST + _LINE * (len(texts) - 1) + _EDGE > height:
        return ()
    return tuple(
        Line(y=_FIRST + _LINE * rank, text=text, is_figure=rank == len(texts) - 1)
        for rank, text in enumerate(texts)
    )


def wrap(text: str, letters: int) -> list[str]:
    """Return the text in lines of at most so many letters; nothing if a word is longer."""
    lines: list[str] = []
    for word in text.split():
        if len(word) > letters:
            return []
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines
