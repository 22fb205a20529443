"""Which new passwords everybody tries: listed ones, however they are lengthened: pure rules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Set as AbstractSet

from parvis.account.rules.french_words import FRENCH_WORDS

# NIST SP 800-63B-4, 3.1.1.2: passwords are compared as a whole with those that are common, expected
# or compromised, context-specific words such as the name of the service or of the person among
# them, and there are no rules of composition. Lists know short passwords, people lengthen them: a
# whole password of fewer pieces than these is expected, and three or four words pass.
ENOUGH_PIECES = 3

_SIGNS = re.compile(r"[^\w@$€]|_")
_WORD = re.compile(r"[^\W_]+")
# What people write for letters; « 1 » is an i or an l.
_LEET = [str.maketrans("013457@$€", f"o{one}eastase") for one in "il"]
_SHORTEST_WORD, _LONGEST_WORD, _SHORTEST_COPY, _LONGEST_COPY = 3, 24, 2, 40
# A date is the longest number that people put behind a word.
_NUMBER, _REST, _SHORTEST_WALK = 8, 3, 3
_ROWS = [
    *("abcdefghijklmnopqrstuvwxyz", "01234567890"),
    *("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    *("1aqw", "2zsx", "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol"),
    *("1a2z3e4r5t6y7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p"),
    *("a1z2e3r4t5y6u7i8o9p0", "q1w2e3r4t5y6u7i8o9p0"),
]
_TRACKS = [*_ROWS, *(row[::-1] for row in _ROWS)]


def pieces(password: str, *, listed: AbstractSet[str], own: AbstractSet[str]) -> int:
    """Return of how many pieces a whole password is made at least, counted to `ENOUGH_PIECES`.

    A piece is a `listed` word, a row of keys or letters, a number, or up to three other signs.
    Words the person or the City is known by (`own`, of `words_of`) and what repeats the signs
    before it cost nothing; case, accents, spaces and signs do not count, and « 0 » is an « o ».
    """
    plain = _SIGNS.sub("", fold(password))
    readings = [plain, *(plain.translate(leet) for leet in _LEET)]
    # The fewest pieces up to each place: at all, and with a row of keys as the last one, which goes
    # on for free (« 1aqw 2zsx » is one walk).
    least = [0] + [ENOUGH_PIECES] * len(plain)
    walked = [ENOUGH_PIECES] * (len(plain) + 1)
    for start in range(len(plain)):
        if least[start] == ENOUGH_PIECES:
            continue
        for end in [*_copies(plain, start), *_words(readings, start, own)]:
            least[end] = min(least[end], least[start])
        for end in [*_others(plain, start), *_words(readings, start, listed, FRENCH_WORDS)]:
            least[end] = min(least[end], least[start] + 1)
        for end in _walks(plain, start):
            walked[end] = min(walked[end], least[start] + 1, walked[start])
            least[end] = min(least[end], walked[end])
    return least[-1]


def _copies(plain: str, start: int) -> Iterator[int]:
    """Yield where what repeats the signs before a place may end."""
    for size in range(_SHORTEST_COPY, min(start, len(plain) - start, _LONGEST_COPY) + 1):
        if plain.startswith(plain[start - size : start], start):
            yield start + size


def _words(readings: list[str], start: int, *known: AbstractSet[str]) -> Iterator[int]:
    for end in range(start + _SHORTEST_WORD, min(start + _LONGEST_WORD, len(readings[0])) + 1):
        if any(reading[start:end] in words for words in known for reading in readings):
            yield end


def _others(plain: str, start: int) -> Iterator[int]:
    """Yield where a few signs of any kind, and a number, may end."""
    yield from range(start + 1, min(start + _REST, len(plain)) + 1)
    for end in range(start + 1, min(start + _NUMBER, len(plain)) + 1):
        if not plain[start:end].isdigit():
            return
        yield end


def _walks(plain: str, start: int) -> Iterator[int]:
    """Yield where a row of keys, letters or figures may end."""
    for end in range(start + _SHORTEST_WALK, len(plain) + 1):
        if not any(plain[start:end] in track for track in _TRACKS):
            return
        yield end


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the words of names, addresses and the like that a password may be made of."""
    found = {word for text in texts for word in _WORD.findall(fold(text))}
    return {word for word in found if len(word) >= _SHORTEST_WORD}


def fold(text: str) -> str:
    """Return a text without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).casefold()
