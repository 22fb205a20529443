"""One person, one name in the register of a vote, whoever typed it and however."""

from __future__ import annotations

import datetime as dt
import unicodedata


def identity_of(*, first_name: str, family_name: str, birth_date: dt.date) -> str:
    """Return the civil identity of a person as the register compares it, "" without a name.

    The first of the first names, the name at birth and the date of birth, as identity papers and
    FranceConnect give them; capitals, accents, hyphens and spaces make no difference. It names a
    person: it is never kept, only its mark is.
    """
    first, family = _letters(first_name.split(",")[0]), _letters(family_name)
    if not first or not family:
        return ""
    return f"{first.split()[0]}|{family.replace(' ', '')}|{birth_date.isoformat()}"


def _letters(name: str) -> str:
    """Return the words of a name in plain small letters; « Jean-Marie » is one word."""
    folded = unicodedata.normalize("NFKD", name.replace("-", "").casefold())
    kept = (c if c.isalpha() or c.isspace() else "" for c in folded.replace("œ", "oe"))
    return " ".join("".join(kept).split())
