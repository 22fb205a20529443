"""In which letters a file is written, found by reading all of it."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = 1 << 20
_ASCII = bytes(range(128))
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONE = re.compile("[\udc80-\udcff]")
_FOREIGN = re.compile("[^\x00-\x7f\udc80-\udcff]")
# What a French file holds beside ASCII, and what betrays a wrong guess.
_FRENCH = frozenset("éèêëàâäçùûüîïôöœæÉÈÊËÀÂÄÇÙÛÜÎÏÔÖŒÆ€\u2018\u2019“”«»°…\u2013\u2014²³·\u00a0")
_COMMON = frozenset("éèêàçôîûùœ«»°€\u2019\u00a0")
_CANDIDATES = ("cp1252", "mac_roman", "cp850")


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """An encoding: `codec` as Python names it, `name` as the web does; `damaged` where the file is
    UTF-8 but for a few bytes, which are read as U+FFFD."""

    codec: str
    name: str
    damaged: bool = False

    @property
    def errors(self) -> str:
        """Return how Python treats bytes that do not fit."""
        return "replace" if self.damaged else "strict"


UTF8 = Encoding(codec="utf-8", name="utf-8")
_NAMES = {
    "utf-8-sig": "utf-8",
    "cp1252": "windows-1252",
    "latin-1": "iso-8859-1",
    "mac_roman": "macintosh",
    "cp850": "ibm850",
}


def detect_encoding(path: Path) -> Encoding:
    """Return the encoding of a file of text.

    UTF-8 must hold strictly to the last byte; otherwise the bytes decide which one-byte encoding
    reads as French.
    """
    marked = _marked(path)
    if marked:
        return _named(marked)
    if _is_utf8(path):
        return UTF8
    lone, foreign = _strays(path)
    if lone * 10 <= foreign:
        return Encoding(codec="utf-8", name="utf-8", damaged=True)
    return _named(_best_of_one_byte(path))


def _named(codec: str) -> Encoding:
    return Encoding(codec=codec, name=_NAMES.get(codec, codec))


def _marked(path: Path) -> str:
    """Return the encoding a mark at the beginning, or a zero beside every letter, gives away."""
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return codec
    pairs = len(start) // 2
    for offset, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        if (
            pairs
            and start[offset::2].count(0) > pairs * 0.4
            and not start[1 - offset :: 2].count(0)
        ):
            return codec
    return ""


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _strays(path: Path) -> tuple[int, int]:
    """Return how many bytes are no UTF-8, and how many letters beside ASCII are."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    lone = foreign = 0
    for block in _blocks(path):
        text = decoder.decode(block)
        lone += len(_LONE.findall(text))
        foreign += len(_FOREIGN.findall(text))
    return lone, foreign


def _best_of_one_byte(path: Path) -> str:
    bytes_beside_ascii: Counter[int] = Counter()
    for block in _blocks(path):
        bytes_beside_ascii.update(block.translate(None, _ASCII))
    scores = {codec: _score(bytes_beside_ascii, codec) for codec in _CANDIDATES}
    best = max(_CANDIDATES, key=lambda codec: scores[codec])
    # The five bytes that Windows leaves undefined exist in Latin-1, as control characters.
    if best == "cp1252" and any(byte in bytes_beside_ascii for byte in b"\x81\x8d\x8f\x90\x9d"):
        return "latin-1"
    return best


def _score(found: Counter[int], codec: str) -> int:
    """Return how French the bytes read: a small é speaks louder than a capital Ç."""
    score = 0
    for byte, count in found.items():
        letter = bytes([byte]).decode(codec, "replace")
        score += count * (5 if letter in _COMMON else 1 if letter in _FRENCH else -5)
    return score
