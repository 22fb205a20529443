"""What people may say about a dataset: texts that are kept as typed, cleaned of what deceives."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from urllib.parse import urlsplit

TITLE, TEXT, ANSWER, MESSAGE, ADDRESS = 140, 2_000, 5_000, 1_000, 500
"""The most characters of each."""
MOST_WAITING = 5
"""Proposals of one person that wait for a moderator."""
POSTS, WINDOW = 10, dt.timedelta(minutes=10)
"""So many texts of one person in so much time, no more."""
# Unicode UAX #9: signs that make a reader see other words than those that are kept.
_DECEIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060-\u2064\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\n{3,}")


def clean(typed: str, *, lines: bool = True) -> str:
    """Return a text in Unicode NFC, with plain line ends and no blanks to spare."""
    text = _INVISIBLE.sub("", typed.replace("\r\n", "\n").replace("\r", "\n"))
    text = unicodedata.normalize("NFC", text)
    if not lines:
        return " ".join(text.split())
    text = "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _LINES.sub("\n\n", text).strip()


def why_refused(typed: str, *, longest: int, lines: bool = True) -> str | None:
    """Return the code of the reason why a text is not kept, None if it is."""
    if _DECEIVING.search(typed.replace("\r", "\n")):
        return "text_deceives"
    cleaned = clean(typed, lines=lines)
    if not any(unicodedata.category(sign)[0] in "LN" for sign in cleaned):
        return "text_empty"
    return "text_too_long" if len(cleaned) > longest else None


def why_address_refused(typed: str) -> str | None:
    """Return why an address cannot be linked to: it must be of the web, with a name, without a
    password, of one word."""
    address = typed.strip()
    if len(address) > ADDRESS or re.search(r"[\s<>\"\\\x00-\x1f]", address):
        return "address_unfit"
    try:
        parts = urlsplit(address)
        name, password = parts.hostname or "", parts.password
    except ValueError:
        return "address_unfit"
    fits = parts.scheme in {"http", "https"} and "." in name.strip(".") and password is None
    return None if fits else "address_unfit"
