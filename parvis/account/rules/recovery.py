"""Which proofs open an account whose password is forgotten, and after how long: pure rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

# OWASP ASVS 5.0, 6.4.3: a forgotten password is no way around a second factor.
PROOFS_NEEDED = 2
# How long the proofs of one attempt may be apart.
ATTEMPT_LIFE = dt.timedelta(minutes=30)

# A recovery at the counter is told to every old address, and waits this long for a word.
NOTICE = dt.timedelta(hours=24)
# How long the link is good that the new address then receives (NIST SP 800-63B-4: 24 hours).
LINK_LIFE = dt.timedelta(hours=24)
REASON_MAX_LENGTH = 500
REASON_MIN_LENGTH = 10

# How many people a search shows an agent, and how many letters it needs.
FOUND = 10
SEARCH_MIN_LENGTH = 3


class Proof(StrEnum):
    """What a person may show; each kind counts once."""

    MAIL = "mail"
    TEXT = "text"
    CODE = "code"
    PASSKEY = "passkey"


def is_enough(proofs: Iterable[str]) -> bool:
    """Tell whether these proofs, of different kinds, open an account with a second factor."""
    return len({Proof(proof) for proof in proofs}) >= PROOFS_NEEDED


def may_try(proof: Proof, *, shown: Iterable[str]) -> bool:
    """Tell whether a proof may be tried after those shown.

    Without a link in a mail, nothing that is known only of accounts is asked first: whoever types
    an address learns nothing about it. A text message is sent, or not, to whom it concerns.
    """
    return proof != Proof.CODE or bool(set(shown))


def begun_since(now: dt.datetime) -> dt.datetime:
    """Return the moment after which an attempt must have begun to go on."""
    return now - ATTEMPT_LIFE


def due_at(opened_at: dt.datetime) -> dt.datetime:
    """Return when a recovery opened at the counter goes on, if nobody objects.

    Hours are hours: the night the clocks change makes them neither fewer nor more.
    """
    return opened_at + NOTICE


def link_died(link_sent_at: dt.datetime, *, now: dt.datetime) -> bool:
    """Tell whether the link to a new address is too old."""
    return now >= link_sent_at + LINK_LIFE
