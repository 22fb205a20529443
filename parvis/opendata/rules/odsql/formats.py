"""`date_format`: the letters of a pattern, compiled so that one may group by the result."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from parvis.opendata.rules.odsql.context import Context
from parvis.opendata.rules.odsql.dialects import call, either, is_null, number, paren, string

MAX_PATTERN = 100
"""Characters of the longest pattern."""

_PIECES = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
_CENTURY = 100
_NAMES = {
    "fr": (
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lun. mar. mer. jeu. ven. sam. dim.",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    ),
    "en": (
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "Mon Tue Wed Thu Fri Sat Sun",
        "January February March April May June July August September October November December",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    ),
}
_DAYS, _SHORT_DAYS, _MONTHS, _SHORT_MONTHS = range(4)
_WORDS = {
    "E": ("isodow", _SHORT_DAYS),
    "EEE": ("isodow", _SHORT_DAYS),
    "EEEE": ("isodow", _DAYS),
    "MMM": ("month", _SHORT_MONTHS),
    "MMMM": ("month", _MONTHS),
}
_NUMBERS = {
    "yyyy": ("year", 4),
    "y": ("year", 0),
    "xxxx": ("isoyear", 4),
    "w": ("week", 0),
    "ww": ("week", 2),
    "e": ("isodow", 0),
    "D": ("doy", 0),
    "DDD": ("doy", 3),
    "M": ("month", 0),
    "MM": ("month", 2),
    "d": ("day", 0),
    "dd": ("day", 2),
    "H": ("hour", 0),
    "HH": ("hour", 2),
    "m": ("minute", 0),
    "mm": ("minute", 2),
    "s": ("second", 0),
    "ss": ("second", 2),
}
_YEARS_OF_CENTURY = {"yy": "year", "xx": "isoyear"}

Part = Callable[[str], exp.Expr]
"""How a part of the moment is had, by its name."""


def formatted(context: Context, pattern: str, moment: exp.Expr, part: Part) -> exp.Expr:
    """Return a moment as a text, after a pattern: letters are parts of it, `'text'` is text, `''`
    an apostrophe, other signs stand for themselves. Names of days and months are French or, for any
    other language, English.

    Raises QueryError for letters that stand for nothing and for a pattern that is too long.
    """
    if len(pattern) > MAX_PATTERN:
        msg = f"A date format has {MAX_PATTERN} characters at most."
        raise context.error(msg)
    pieces = [string("")]
    place = 0
    while place < len(pattern):
        found = _PIECES.match(pattern, place)
        if found is None:
            raise context.error("A quote of the date format is never closed.")
        pieces.append(_piece(context, found, part))
        place = found.end()
    return either(is_null(moment), exp.Null(), call("concat", *pieces))


def _piece(context: Context, found: re.Match[str], part: Part) -> exp.Expr:
    written = found[0]
    if found[2]:
        return _letters(context, written, part)
    if written == "''":
        return context.parameter("'")
    return context.parameter(written if found[1] is None else found[1].replace("''", "'"))


def _letters(context: Context, written: str, part: Part) -> exp.Expr:
    letters = written.replace("Y", "y")
    if letters in _WORDS:
        return _word(context, *_WORDS[letters], part)
    if letters in _NUMBERS:
        name, width = _NUMBERS[letters]
        return _padded(context, part(name), width)
    if letters in _YEARS_OF_CENTURY:
        year = paren(part(_YEARS_OF_CENTURY[letters]))
        return _padded(context, paren(exp.Mod(this=year, expression=number(_CENTURY))), 2)
    message = f"Unknown date format '{written}'."
    raise context.error(message)


def _padded(context: Context, value: exp.Expr, width: int) -> exp.Expr:
    text = context.dialect.text(value)
    name = "leftPad" if context.dialect.name == "clickhouse" else "lpad"
    return call(name, text, number(width), string("0")) if width else text


def _word(context: Context, name: str, kind: int, part: Part) -> exp.Expr:
    names = _NAMES.get(context.language[:2].lower(), _NAMES["en"])[kind].split()
    choices = [
        exp.If(this=number(rank), true=string(word))
        for rank, word in enumerate(names[:-1], start=1)
    ]
    return exp.Case(this=part(name), ifs=choices, default=string(names[-1]))
