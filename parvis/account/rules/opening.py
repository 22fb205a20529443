"""What may be a name, how long an unconfirmed sign-up waits, how often one may try: pure rules."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

NAME_MAX_LENGTH = 60
CIVIL_NAME_MAX_LENGTH = 120
# RFC 5321, 4.5.3.1.3, less the angle brackets.
ADDRESS_MAX_LENGTH = 254
# One thousand Argon2 blocks of text would only keep a processor busy.
PASSWORD_MAX_LENGTH = 256
# A link in a mail is good for three days; what was never confirmed is forgotten after that.
CONFIRMATION_DAYS = 3
# A mail asked for twice within this time is asked for once.
PATIENCE = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often something may be done: from one place in a minute, for one address in an hour."""

    from_place: int
    for_address: int = 0


# A town hall, a school or a library is one place for a hundred people: of sign-ins only those that
# fail are counted.
PACE = {
    "login_failed": Pace(from_place=60),
    "signup": Pace(from_place=60, for_address=60),
    "reset_password": Pace(from_place=60, for_address=5),
    "mailed_code": Pace(from_place=60, for_address=5),
    "mailed_code_failed": Pace(from_place=60),
    "second_step_failed": Pace(from_place=60, for_address=30),
}

# Wrong passwords for one account from one place, before it has to wait; and until when.
MOST_ACCOUNT_TRIES = 5
ACCOUNT_TRIES_END = dt.timedelta(minutes=5)

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


def forgotten_before(now: dt.datetime) -> dt.datetime:
    """Return the moment before which an unconfirmed sign-up can no longer be confirmed."""
    return now - dt.timedelta(days=CONFIRMATION_DAYS)
