"""How the portal lays out what it is given: the paving, found words, a demonstration's dates."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slab:
    """The shape of a paving stone: its width, two rows high or not, its verb large or not."""

    width: str = ""
    tall: bool = False
    big: bool = False


_WIDE, _NARROW, _LARGE = Slab(), Slab(width="a3"), Slab(width="a7", tall=True, big=True)

# Each block fills whole rows, twice: seven columns on a phone (7 or 4 + 3), twelve on a desk, where
# a tall stone is 4 by 2. Joints of neighbouring rows do not line up, as in a real pavement.
_BLOCKS: dict[int, tuple[Slab, ...]] = {
    5: (_LARGE, _WIDE, _NARROW, _NARROW, _WIDE),
    7: (
        Slab(width="a7", big=True),
        _WIDE,
        Slab(width="a3", tall=True),
        _WIDE,
        _NARROW,
        _NARROW,
        _WIDE,
    ),
}
_SECOND_FIVE = (_WIDE, _NARROW, Slab(width="a7", tall=True), _NARROW, _WIDE)
_FIVE, _SEVEN = sorted(_BLOCKS)


def missing_stones(count: int) -> int:
    """Return how many stones must be added to `count` so that no hole is left in the paving.

    At most two from three stones on, and never more than four.
    """
    if count == 0:
        return 0
    return next(added for added in range(_FIVE) if _blocks(count + added))


def lay(count: int) -> tuple[Slab, ...]:
    """Return the shapes of `count` stones.

    :raises ValueError: if that many stones leave a hole; ask `missing_stones` first
    """
    blocks = _blocks(count)
    if not blocks:
        message = f"{count} stones leave a hole in the paving"
        raise ValueError(message)
    laid: list[Slab] = []
    for size in blocks:
        second = bool(laid) and size == _FIVE
        laid.extend(_SECOND_FIVE if second else _BLOCKS[size])
    return tuple(laid)


def _blocks(count: int) -> tuple[int, ...]:
    """Return the sizes of the blocks that make `count`: fives, then sevens."""
    for sevens in range(count // _SEVEN + 1):
        fives, rest = divmod(count - sevens * _SEVEN, _FIVE)
        if rest == 0:
            return (_FIVE,) * fives + (_SEVEN,) * sevens
    return ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence; `found` says that it answers the search."""

    text: str
    found: bool = False


# Unicode TR 36: marks that turn the words around them the other way.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def unturned(text: str) -> str:
    """Return the text without the marks that would turn the page's own words around."""
    return _TURNING.sub("", text)


_WORD = re.compile(r"\w+", re.UNICODE)
_SHORTEST_STEM = 3


def fold(text: str) -> str:
    """Return the text without accents and in lower case."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def _same_family(word: str, sought: Sequence[str]) -> bool:
    """Tell whether a word begins as a sought one does: enough for the eye, plurals included."""
    folded = fold(word)
    for other in sought:
        stem = other[: max(_SHORTEST_STEM, len(other) - 2)]
        if folded == other or (len(other) > _SHORTEST_STEM and folded.startswith(stem)):
            return True
    return False


def highlight(text: str, query: str) -> list[Piece]:
    """Cut a text where words of the query stand, accents apart; joined, the pieces are the text."""
    sought = [fold(word) for word in _WORD.findall(query)]
    pieces: list[Piece] = []
    last = 0
    for match in _WORD.finditer(text):
        if _same_family(match.group(), sought):
            if match.start() > last:
                pieces.append(Piece(text[last : match.start()]))
            pieces.append(Piece(match.group(), found=True))
            last = match.end()
    if last < len(text):
        pieces.append(Piece(text[last:]))
    return pieces


# In the demonstration, today is the thirtieth day: much has been said, and time is left.
_DAYS_GONE = 30


def around_today(
    opens_at: dt.datetime, closes_at: dt.datetime, *, now: dt.datetime, zone: dt.tzinfo
) -> tuple[dt.datetime, dt.datetime]:
    """Return the dates moved by whole days so that `now` lies between them, at the same hours.

    The hours are those of the clocks of `zone`, whatever summer time does in between.
    """
    opens, closes = opens_at.astimezone(zone), closes_at.astimezone(zone)
    gone = min(_DAYS_GONE, max((closes.date() - opens.date()).days // 2, 0))
    shift = now.astimezone(zone).date() - opens.date() - dt.timedelta(days=gone)
    return opens + shift, closes + shift
