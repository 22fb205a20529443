"""What may be a name, what may be a role, how long an unconfirmed sign-up waits: pure rules."""

from __future__ import annotations

import datetime as dt
import unicodedata

NAME_MAX_LENGTH = 60
CIVIL_NAME_MAX_LENGTH = 120
# One thousand Argon2 blocks of text would only keep a processor busy.
PASSWORD_MAX_LENGTH = 256
# A link in a mail is good for three days; what was never confirmed is forgotten after that.
CONFIRMATION_DAYS = 3
# A mail asked for twice within this time is asked for once.
PATIENCE = dt.timedelta(minutes=5)

# Unicode TR 36: characters that reorder or hide what a reader sees (bidirectional controls,
# zero-width characters, tags) let one person's name pass for another's.
# Vietnamese, Hebrew and Indic scripts put up to four marks on a letter.
MARKS_ON_A_LETTER = 4
_JOINERS = frozenset("\u200c\u200d")


def clean_name(typed: str) -> str:
    """Return a name in composed form (NFC), its runs of white space turned into single spaces."""
    return " ".join(unicodedata.normalize("NFC", typed).split())


def why_name_is_refused(name: str) -> str | None:
    """Return the reason a cleaned name may not be shown to others, or None if it may.

    "hidden_characters": it holds control, bidirectional, private or unassigned characters, or
    piles marks on a letter until the neighbours vanish;
    "no_letter": nothing in it can be read aloud.
    """
    if any(_is_hidden(character) for character in name) or _is_stacked(name):
        return "hidden_characters"
    if not any(unicodedata.category(character)[0] in "LN" for character in name):
        return "no_letter"
    return None


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character)[0] == "C" and character not in _JOINERS


def _is_stacked(name: str) -> bool:
    marks = 0
    for character in name:
        marks = marks + 1 if unicodedata.category(character) == "Mn" else 0
        if marks > MARKS_ON_A_LETTER:
            return True
    return False


def forgotten_before(now: dt.datetime) -> dt.datetime:
    """Return the moment before which an unconfirmed sign-up can no longer be confirmed."""
    return now - dt.timedelta(days=CONFIRMATION_DAYS)
