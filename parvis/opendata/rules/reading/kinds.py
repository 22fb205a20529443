"""What a cell looks like, judged by its shape: the text with every digit turned into 9.

A column of a million numbers has a few hundred shapes, so the whole file can be judged.
"""

from __future__ import annotations

import re
from enum import StrEnum

SPACES = " \u00a0\u202f\u2009"
"""What French numbers put between thousands: plain, no-break, narrow no-break, thin."""
BLANKS = f"{SPACES}\t\r\n\ufeff"
NULLS = ("NA", "N/A", "n/a", "#N/A", "NULL", "null", "NaN", "nan")
"""Words that programs write for a cell that is empty."""
LONGEST = 60
"""A longer text is no number and no date: its shape is its first letter and an ellipsis."""


class Kind(StrEnum):
    """What one cell may be."""

    INT = "int"
    INT_SPACED = "int_spaced"
    POINT = "decimal_point"
    POINT_SPACED = "decimal_point_spaced"
    COMMA = "decimal_comma"
    DOTS_COMMA = "dots_comma"
    COMMAS_POINT = "commas_point"
    FLOAT = "float"
    DATE_ISO = "date_iso"
    DATE_SLASHED = "date_slashed"
    DATE_DAY = "date_day"
    DATE_WORDS = "date_words"
    DATES = "dates"
    TIME_ISO = "time_iso"
    TIME_DAY = "time_day"
    BOOL = "bool"
    PAIR = "pair"
    BRACKET_PAIR = "bracket_pair"
    OBJECT = "object"
    TEXT = "text"


INTEGERS = frozenset({Kind.INT, Kind.INT_SPACED})
NUMBERS = INTEGERS | {
    Kind.POINT,
    Kind.POINT_SPACED,
    Kind.COMMA,
    Kind.DOTS_COMMA,
    Kind.COMMAS_POINT,
    Kind.FLOAT,
}
DATES = frozenset({Kind.DATE_ISO, Kind.DATE_SLASHED, Kind.DATE_DAY, Kind.DATE_WORDS})
TIMES = frozenset({Kind.TIME_ISO, Kind.TIME_DAY})
TRUE, FALSE = ("oui", "true", "vrai", "yes"), ("non", "false", "faux", "no")

MONTHS = (
    ("janvier", "january"),
    ("février", "fevrier", "february"),
    ("mars", "march"),
    ("avril", "april"),
    ("mai", "may"),
    ("juin", "june"),
    ("juillet", "july"),
    ("août", "aout", "august"),
    ("septembre", "september"),
    ("octobre", "october"),
    ("novembre", "november"),
    ("décembre", "decembre", "december"),
)
_MONTH = "|".join(word for words in MONTHS for word in words)
_DAY = r"9{1,2}[/.-]9{1,2}[/.-]9999"
_ANY_DATE = rf"(?:9999-99-99|9999/99/99|{_DAY})"
_GROUPS = f"9{{1,3}}(?:[{SPACES}]999)+"
_CLOCK = r"99(?::99(?:[.,]9+)?)?"
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (Kind.INT, r"[+-]?9+"),
    (Kind.POINT, r"[+-]?(?:9+\.9*|\.9+)"),
    (Kind.COMMA, rf"[+-]?(?:9+|{_GROUPS}),9+"),
    (Kind.DATE_ISO, r"9999-99-99"),
    (Kind.TIME_ISO, rf"9999[-/]99[-/]99[T ]+99:{_CLOCK} ?(?:Z|[+-]99(?::?99)?)?"),
    (Kind.DATE_DAY, _DAY),
    (Kind.DATE_SLASHED, r"9999/99/99"),
    (Kind.DATE_WORDS, rf"9{{1,2}}(?:er)? (?:{_MONTH}) 9999"),
    (Kind.TIME_DAY, rf"{_DAY}(?: à)? 9{{1,2}}[:h]{_CLOCK}"),
    (Kind.INT_SPACED, rf"[+-]?{_GROUPS}"),
    (Kind.POINT_SPACED, rf"[+-]?{_GROUPS}\.9+"),
    (Kind.DOTS_COMMA, r"[+-]?9{1,3}(?:\.999)+,9+"),
    (Kind.COMMAS_POINT, r"[+-]?9{1,3}(?:,999)+\.9+"),
    (Kind.FLOAT, r"[+-]?9+(?:[.,]9*)?e[+-]?9+"),
    (Kind.BOOL, "|".join((*TRUE, *FALSE))),
    (Kind.PAIR, r"-?9{1,3}\.9+ ?[,;] ?-?9{1,3}\.9+"),
    (Kind.BRACKET_PAIR, r"\[ ?-?9{1,3}(?:\.9+)?, ?-?9{1,3}(?:\.9+)? ?\]"),
    (Kind.DATES, rf"{_ANY_DATE}(?:\s*[\s,;/|_]\s*{_ANY_DATE})+"),
    (Kind.OBJECT, r"[\[{].*"),
)
_KINDS = re.compile(
    "|".join(f"(?P<{kind.name}>{pattern})" for kind, pattern in _PATTERNS),
    re.IGNORECASE | re.DOTALL,
)


def shape_of(text: str) -> str:
    """Return the shape of one text; the engine computes the same for whole columns."""
    if len(text) > LONGEST:
        return f"{text[:1]}…"
    return re.sub(r"[0-9]", "9", text)


def kind_of(shape: str) -> Kind:
    """Return what a cell of this shape may be."""
    found = _KINDS.fullmatch(shape)
    if found is None or found.lastgroup is None:
        return Kind.TEXT
    return Kind[found.lastgroup]
