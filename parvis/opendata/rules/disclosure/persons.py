"""Does this look like a person? Judged on single texts; the gate counts."""

from __future__ import annotations

import re
import unicodedata

from parvis.opendata.rules.disclosure.words import FIRST_NAMES, NOT_PERSONS

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019.-][^\W\d_]+)*\.?")
_TITLE = re.compile(r"^(m|mr|mme|mlle|monsieur|madame|mademoiselle|dr)\.? ", re.IGNORECASE)
_MOST_WORDS = 4
_INHABITED = re.compile(r"[12][0-9]{2}(0[1-9]|1[0-2]|[2-9][0-9])[0-9][0-9AB][0-9]{6}([0-9]{2})?")
_CONTROL = 97
_LONG, _SHORT = 15, 13

EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
_PAIRS = r"([ .-][0-9]{2}){4}"
# A longer row of pairs is a list of something, not a number to call.
PHONE = (
    rf"(^|[^0-9+ .-]|(^|[^0-9])[ .-]+)"
    rf"(0[1-9]{_PAIRS}|(\+33|0033)[ .-]?(\(0\))?[ .-]?[1-9]([ .-]?[0-9]{{2}}){{4}}"
    r"|(?i:t[ée]l|mobile|portable|phone)[^0-9]{0,12}0[1-9][0-9]{8})"
    r"($|[^0-9 .-]|[ .-]+($|[^0-9]))"
)
BARE_PHONE = r"0?[1-9][0-9]{8}"
NATURAL_PERSONS = r"personnes? physiques?|particuliers?"


def plain(text: str) -> str:
    """Return a text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def is_person_name(text: str) -> bool:
    """Tell whether a text reads as first and last name of one person: two to four words, one of
    the outer ones a known first name, none that names a thing or a body."""
    if _TITLE.match(text):
        return True
    words = plain(text).replace(",", " ").split()
    if not 1 < len(words) <= _MOST_WORDS or not all(map(_WORD.fullmatch, words)):
        return False
    if not NOT_PERSONS.isdisjoint(words):
        return False
    return not FIRST_NAMES.isdisjoint((words[0].split("-")[0], words[-1].split("-")[0]))


def is_social_security_number(text: str, *, announced: bool) -> bool:
    """Tell whether a text is a number of the national register of persons (NIR): with its key it
    proves itself, without only where the header announces one."""
    digits = re.sub(r"[ .]", "", text.upper())
    if not _INHABITED.fullmatch(digits):
        return False
    if len(digits) == _SHORT:
        return announced
    # Corsica's departments count as 19 and 18.
    body = digits[:_SHORT].replace("2A", "19").replace("2B", "18")
    return body.isdigit() and _CONTROL - int(body) % _CONTROL == int(digits[_SHORT:_LONG])


def is_iban(text: str) -> bool:
    """Tell whether a text is an IBAN: its check digits are right (ISO 13616)."""
    bare = re.sub(r"\s", "", text.upper())
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", bare):
        return False
    turned = bare[4:] + bare[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % _CONTROL == 1
