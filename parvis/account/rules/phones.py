"""What is a number one can write to, how it is shown, how long a code is good: pure rules."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

NUMBER_MAX_LENGTH = 16
TYPED_MAX_LENGTH = 40
PHONES_PER_PERSON = 3

# OWASP ASVS 5.0, 6.5.5: a code sent out of band is good for ten minutes at most; 6.6.3: it is
# guarded against guessing.
CODE_DIGITS = 6
CODE_LIFE = dt.timedelta(minutes=10)
CODE_TRIES = 5
# A code asked for twice within this time is asked for once.
CODE_PAUSE = dt.timedelta(seconds=30)
# Five tries for each of five codes: a guess an hour succeeds once in forty thousand.
CODES_AN_HOUR = 5
_HOUR = dt.timedelta(hours=1)

_SHOWN_DIGITS = 2
_RECEIVE_TEXTS = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_NO_DIGIT = re.compile(r"\D+")
_NO_BREAK = "\N{NO-BREAK SPACE}"


def read_number(typed: str, *, region: str) -> str:
    """Return a number as E.164 writes it (`+33612345678`).

    A number without its country is one of `region` (ISO 3166-1).

    :raises ValueError: "not_a_number" if it is none, "no_texts" if it cannot receive texts
    """
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError("not_a_number") from error
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise ValueError("not_a_number")
    if phonenumbers.number_type(number) not in _RECEIVE_TEXTS:
        raise ValueError("no_texts")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def said(number: str, *, region: str) -> str:
    """Return a number as people of a region read it: theirs as at home, others with a country.

    No line breaks inside it: its spaces are no-break spaces.
    """
    read = phonenumbers.parse(number)
    is_ours = read.country_code == phonenumbers.country_code_for_region(region)
    form = PhoneNumberFormat.NATIONAL if is_ours else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(read, form).replace(" ", _NO_BREAK)


def masked(number: str) -> str:
    """Return only the last two digits of a number: enough for its owner."""
    return f"•• •• •• •• {number[-_SHOWN_DIGITS:]}" if number else "—"


def read_code(typed: str) -> str:
    """Return the digits of a code as a person typed it, with or without spaces; "" if it is none.

    Digits of other scripts are digits.
    """
    digits = _NO_DIGIT.sub("", typed)
    if len(digits) != CODE_DIGITS:
        return ""
    return "".join(str(int(digit)) for digit in digits)


def live_since(now: dt.datetime) -> dt.datetime:
    """Return the moment after which a code must have been sent to be good still."""
    return now - CODE_LIFE


def counted_since(now: dt.datetime) -> dt.datetime:
    """Return the moment since which codes count against the next one."""
    return now - _HOUR


def may_send(sent: Sequence[dt.datetime], *, now: dt.datetime) -> bool:
    """Tell whether another code may be sent, given when the others were.

    A clock that was put back does not stop people: a code from the future is one of just now.
    """
    recent = [moment for moment in sent if moment > counted_since(now)]
    return len(recent) < CODES_AN_HOUR and not is_just_sent(recent, now=now)


def is_just_sent(sent: Sequence[dt.datetime], *, now: dt.datetime) -> bool:
    """Tell whether one of the codes was sent within the pause."""
    return any(now - moment < CODE_PAUSE for moment in sent)
