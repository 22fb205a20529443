"""What a text may hold: cleaned where it does no harm to the writer, refused where it could
deceive.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

TITLE_MAX_LENGTH = 140
BODY_MAX_LENGTH = 5_000
REMARK_MAX_LENGTH = 2_000
ANSWER_MAX_LENGTH = 10_000
MESSAGE_MAX_LENGTH = 1_000

# U+202A-U+202E and U+2066-U+2069 make a reader see other words than those stored (Unicode UAX #9,
# UTR #36). The plain marks U+200E, U+200F and U+061C stay: Arabic and Hebrew need them.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Half characters, characters that are none, and U+FFFD: the trace of bytes that were not UTF-8.
_BROKEN = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffd\ufffe\uffff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060-\u2064\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_TOO_MANY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What is asked of one field of a form. Lengths are characters after cleaning."""

    max_length: int
    required: bool = True
    lines: bool = True
    # Refusals about a title say so; those about a text say which, where a form has several.
    name: Literal["title", "text", "reason"] = "text"


TITLE = Field(max_length=TITLE_MAX_LENGTH, lines=False, name="title")
OPTIONAL_TITLE = Field(max_length=TITLE_MAX_LENGTH, lines=False, name="title", required=False)
BODY = Field(max_length=BODY_MAX_LENGTH)
OPTIONAL_BODY = Field(max_length=BODY_MAX_LENGTH, required=False)
REMARK = Field(max_length=REMARK_MAX_LENGTH)
ANSWER = Field(max_length=ANSWER_MAX_LENGTH)
MESSAGE = Field(max_length=MESSAGE_MAX_LENGTH)
OPTIONAL_MESSAGE = Field(max_length=MESSAGE_MAX_LENGTH, required=False)
WHY_NO_CHANGE = Field(max_length=MESSAGE_MAX_LENGTH, required=False, name="reason")


def clean(typed: str, *, lines: bool = True) -> str:
    """Return a text in Unicode NFC, with plain line ends and no blanks to spare; cleaning twice
    is once.
    """
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    if not lines:
        return " ".join(text.split())
    text = "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _TOO_MANY_LINES.sub("\n\n", text).strip()


def why_refused(typed: str, field: Field) -> str | None:
    """Return the reason a text is refused, or None if it may be kept once cleaned."""
    text = _plain_lines(typed)
    if _BROKEN.search(text):
        return "broken_characters"
    if _CONTROL.search(text):
        return "control_characters"
    if _DIRECTION.search(text):
        return "direction_characters"
    return _why_length_refused(clean(typed, lines=field.lines), field)


def _why_length_refused(cleaned: str, field: Field) -> str | None:
    subject = "title" if field.name == "title" else "text"
    if len(cleaned) > field.max_length:
        return f"{subject}_too_long"
    says_something = any(unicodedata.category(c)[0] in "LNPS" for c in cleaned)
    if (field.required or cleaned) and not says_something:
        return f"{subject}_empty"
    return None


def archived(text: str) -> str:
    """Return a text of an archive without what would be refused today; its words stay as they
    are.
    """
    text = _plain_lines(text)
    for pattern in (_BROKEN, _CONTROL, _DIRECTION):
        text = pattern.sub("", text)
    return unicodedata.normalize("NFC", text).strip()


def excerpt(text: str, *, length: int = 240) -> str:
    """Return the beginning of a text on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _plain_lines(text: str) -> str:
    # What ends a line in some system is neither a control character nor refused.
    return text.replace("\r\n", "\n").replace("\r", "\n")
