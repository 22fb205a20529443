"""The words of a clause: names, texts, numbers and signs, each with its place."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import Enum, auto

from parvis.opendata.rules.odsql.errors import QueryError, shown, syntax_error

MAX_LENGTH = 20_000
"""Characters of the longest clause that is read."""
MAX_DEPTH = 50
"""Levels of the deepest clause that is read: each bracket, `not`, function or operator is one."""
LARGEST_WHOLE = 2**63
"""Whole numbers from here on are kept as decimals: no engine has a wider column."""

_RESERVED = """
    and as asc avg by count date_format day dayofweek desc distinct equi false group hour ifnull or
    limit lower max millisecond min minute month not null quarter range search second select sum
    top true upper where year
"""
RESERVED = frozenset(_RESERVED.split())
"""Words that name a field only between back-quotes."""

_PIECES = re.compile(
    r"""\s*(?:
      (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)
    | (?P<symbol>\.\.|!=|<>|>=|<=|[()\[\],+\-*/=<>:])
    | (?P<quote>["'`])
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_CODE = re.compile(r"u([0-9a-fA-F]{4})")
_BROKEN = re.compile("[\x00\ud800-\udfff]")


class Kind(Enum):
    """What a word is."""

    NAME = auto()
    QUOTED_NAME = auto()
    TEXT = auto()
    NUMBER = auto()
    SYMBOL = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word: `value` is what it means, `start` and `end` the place of what was written."""

    kind: Kind
    value: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Tell whether this is one of these words, in any case and not between quotes."""
        return self.kind is Kind.NAME and self.value.lower() in words

    def is_symbol(self, *symbols: str) -> bool:
        """Tell whether this is one of these signs."""
        return self.kind is Kind.SYMBOL and self.value in symbols


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as it was written, and its name: select, where, group_by, order_by…"""

    name: str
    text: str

    def error(self, message: str) -> QueryError:
        """Return the error of this clause when it cannot be read."""
        return syntax_error(message, clause=self.name)

    def unexpected(self, token: Token, hint: str = "") -> QueryError:
        """Return the error of a word that has nothing to do here, naming it and its place."""
        word = self.text[token.start : token.end]
        return self.unexpected_at(token.start, shown(word, width=60) or "end of line", hint)

    def unexpected_at(self, position: int, word: str, hint: str = "") -> QueryError:
        """Return the error of something that has nothing to do at this place."""
        where = shown(self.text, around=position)
        return self.error(f"unexpected {word} at position {position} in {where}{hint}")


def tokens(clause: Clause) -> tuple[Token, ...]:
    """Return the words of a clause, the last one its end.

    Raises QueryError at the first character that begins no word, for a quote that is never closed,
    and for a clause of more than `MAX_LENGTH` characters.
    """
    text = clause.text
    if len(text) > MAX_LENGTH:
        msg = f"the clause has {len(text)} characters, {MAX_LENGTH} are read at most"
        raise clause.error(msg)
    found: list[Token] = []
    place = 0
    while not found or found[-1].kind is not Kind.END:
        found.append(_token(clause, place))
        place = found[-1].end
    return tuple(found)


def _token(clause: Clause, place: int) -> Token:
    piece = _PIECES.match(clause.text, place)
    if piece is None:
        place += len(clause.text[place:]) - len(clause.text[place:].lstrip())
        letter = clause.text[place]
        raise clause.unexpected_at(place, letter if letter.isprintable() else ascii(letter)[1:-1])
    start = piece.start(piece.lastgroup or 0)
    match piece.lastgroup:
        case "quote":
            return _quoted(clause, start)
        case "number":
            _check_number(clause, piece["number"], start)
            kind = Kind.NUMBER
        case "name":
            kind = Kind.NAME
        case "symbol":
            kind = Kind.SYMBOL
        case _:
            kind = Kind.END
    return Token(kind, clause.text[start : piece.end()], start, piece.end())


def _check_number(clause: Clause, digits: str, start: int) -> None:
    if not math.isfinite(float(digits)):
        raise clause.unexpected_at(start, shown(digits, width=60), ": the number is too large")


def number(digits: str) -> int | float:
    """Return the number that was written: whole where it is and fits in 64 bits."""
    if not digits.isdecimal() or len(digits.lstrip("0")) > len(str(LARGEST_WHOLE)):
        return float(digits)
    return int(digits) if int(digits) < LARGEST_WHOLE else float(digits)


def _quoted(clause: Clause, start: int) -> Token:
    text, quote = clause.text, clause.text[start]
    letters: list[str] = []
    place = start + 1
    while place < len(text) and text[place] != quote:
        if text[place] == "\\" and place + 1 < len(text):
            letter, place = _escaped(text, place + 1)
        else:
            letter, place = text[place], place + 1
        letters.append(letter)
    if place >= len(text):
        raise clause.unexpected_at(start, quote, ": this quote is never closed")
    value = "".join(letters).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if _BROKEN.search("".join(letters)) and (_BROKEN.search(value) or "\ufffd" in value):
        raise clause.unexpected_at(start, quote, ": the text holds a damaged character")
    return Token(Kind.QUOTED_NAME if quote == "`" else Kind.TEXT, value, start, place + 1)


def _escaped(text: str, place: int) -> tuple[str, int]:
    """Return the character behind a backslash, as JSON writes it, and the place after it."""
    code = _CODE.match(text, place)
    if code:
        return chr(int(code[1], 16)), code.end()
    return _ESCAPED.get(text[place], text[place]), place + 1
