"""What changed between two versions of a text, and how far a consultation has come. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    text: str


def difference(*, old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces that lead from `old` to `new`, word by word, in reading order.

    The pieces that are not `added` spell `old`; the pieces that are not `removed` spell `new`.
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for verb, left, left_end, right, right_end in matcher.get_opcodes():
        if verb == "equal":
            pieces.append(Piece(kind="same", text="".join(before[left:left_end])))
            continue
        if left < left_end:
            pieces.append(Piece(kind="removed", text="".join(before[left:left_end])))
        if right < right_end:
            pieces.append(Piece(kind="added", text="".join(after[right:right_end])))
    return tuple(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a consultation has come, in days: `gone` of `length`, never outside."""

    gone: int
    length: int


def progress(*, opens_at: dt.datetime, closes_at: dt.datetime, now: dt.datetime) -> Progress:
    """Return the days gone by and the days in all, each counted from the opening and rounded up."""
    length = max(1, -(-(closes_at - opens_at) // dt.timedelta(days=1)))
    gone = -(-(now - opens_at) // dt.timedelta(days=1))
    return Progress(gone=min(max(0, gone), length), length=length)


def says_something(text: str) -> bool:
    """Tell whether a text holds anything to read: a letter, a figure, a mark one can see."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)
