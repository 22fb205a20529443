"""How long names may be and an unconfirmed sign-up waits, how often one may try: pure rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Of the mails one address gets, those counted under a key, and how many they may be."""

    key: str
    allowed: int


# What may be asked for one address in an hour: from one network, or with the devices its owner
# knows; and how many mails all networks where its account is not open cause together.
MOST_WAYS_BACK = 3
MOST_MAILS_OF_STRANGERS = 6
WAYS_BACK_END = dt.timedelta(hours=1)

# A town hall, a school or a library is one place for a hundred people: of sign-ins only those that
# fail are counted.
PACE = {
    "login_failed": Pace(from_place=60),
    "signup": Pace(from_place=60, for_address=60),
    "reset_password": Pace(from_place=60, for_address=MOST_WAYS_BACK),
    "recover": Pace(from_place=60, for_address=MOST_WAYS_BACK),
    "mailed_code": Pace(from_place=60, for_address=5),
    "mailed_code_failed": Pace(from_place=60),
    "second_step_failed": Pace(from_place=60, for_address=30),
}

# Wrong passwords for one account from one place, before it has to wait; and until when.
MOST_ACCOUNT_TRIES = 5
ACCOUNT_TRIES_END = dt.timedelta(minutes=5)
# And from everywhere together, but for devices that its owner signed in with before.
MOST_TRIES_OF_STRANGERS = 20
# Where a password has just been chosen its owner is, for as long as it takes to sign in with it.
CHOSEN_COUNTS = dt.timedelta(hours=1)


def forgotten_before(now: dt.datetime) -> dt.datetime:
    """Return the moment before which an unconfirmed sign-up can no longer be confirmed."""
    return now - dt.timedelta(days=CONFIRMATION_DAYS)
