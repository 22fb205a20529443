"""The numbers of the Sirene register: whether one can be a company's or an establishment's."""

from __future__ import annotations

import re

SIREN_LENGTH = 9
SIRET_LENGTH = 14
_LA_POSTE = "356000000"


def is_siren(text: str) -> bool:
    """Tell whether a text is a SIREN: nine digits, of which the last confirms the others."""
    return bool(re.fullmatch(r"[0-9]{9}", text)) and _is_luhn(text)


def is_siret(text: str) -> bool:
    """Tell whether a text is a SIRET as the Sirene register gives them: fourteen digits, nothing
    else.

    Source: INSEE, Luhn's formula (ISO/IEC 7812-1, annex B). La Poste's establishments are the
    register's exception: their digits add up to a multiple of 5.
    """
    if not re.fullmatch(r"[0-9]{14}", text):
        return False
    return _is_luhn(text) or (text.startswith(_LA_POSTE) and sum(map(int, text)) % 5 == 0)


def _is_luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(sum(divmod(one, 10)) for one in doubled) % 10 == 0
