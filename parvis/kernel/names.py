"""What may be a name that others see: of a person, of an association."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

# Unicode TR 36: characters that reorder or hide what a reader sees (bidirectional controls,
# zero-width characters, tags) let one person's name pass for another's.
# Vietnamese, Hebrew and Indic scripts put up to four marks on a letter.
MARKS_ON_A_LETTER = 4
# Letters, marks and signs that take up no room or show nothing: grapheme joiner, Hangul fillers,
# Khmer inherent vowels, Mongolian selectors, the empty Braille cell.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
# Joiners and variation selectors shape Arabic, Indic, Han and pictures; after a Latin letter they
# only hide.
_SHAPERS = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SHAPED = frozenset({"Lo", "Mn", "Mc", "So", "Sk"})


def clean_name(typed: str) -> str:
    """Return a name in composed form (NFC), its runs of white space turned into single spaces."""
    return " ".join(unicodedata.normalize("NFC", typed).split())


def why_name_is_refused(name: str) -> str | None:
    """Return the reason a cleaned name may not be shown to others, or None if it may.

    "hidden_characters": it holds control, bidirectional, blank, private or unassigned characters,
    or piles marks on a letter until the neighbours vanish;
    "no_letter": nothing in it can be read aloud.
    """
    if any(_is_hidden(*pair) for pair in pairwise(f" {name}")) or _is_stacked(name):
        return "hidden_characters"
    if not any(unicodedata.category(character)[0] in "LN" for character in name):
        return "no_letter"
    return None


def _is_hidden(before: str, character: str) -> bool:
    if _SHAPERS.match(character):
        shaped = _SHAPERS.match(before) or unicodedata.category(before) in _SHAPED
        return not shaped
    return character in _BLANK or unicodedata.category(character)[0] == "C"


def _is_stacked(name: str) -> bool:
    marks = 0
    for character in name:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks > MARKS_ON_A_LETTER:
            return True
    return False
