"""What a sign-in proves, in the words of RFC 8176 and REFEDS; how long its codes live: pure
rules."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import secrets
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# The authentication context classes we can answer for (REFEDS SFA 1.0 and MFA 1.2 profiles).
ONE_FACTOR = "https://refeds.org/profile/sfa"
TWO_FACTORS = "https://refeds.org/profile/mfa"
# From the weakest to the strongest.
CONTEXTS = (ONE_FACTOR, TWO_FACTORS)

# What its owner may call a passkey or an application.
NAME_MAX_LENGTH = 60

# What each kind of proof is called in RFC 8176. Nothing shows that a passkey lives in hardware, and
# those that follow a person from device to device do not: `swk`, the weaker claim.
_METHODS = {
    "password": ("pwd",),
    "code": ("otp",),
    "totp": ("otp",),
    "recovery_codes": ("otp",),
    "webauthn": ("swk",),
}
# Something one knows, a mailbox one opens, or a provider of identities that vouches; and something
# one holds.
_FIRST = frozenset({"password", "code", "socialaccount"})
_SECOND = frozenset({"totp", "recovery_codes", "webauthn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How the person of a session showed who they are.

    `auth_time` is the last time they did, in UTC; `amr` are names of RFC 8176 in alphabetical
    order; `acr` is one of `CONTEXTS`. All three are those of the session, never of the account.
    """

    auth_time: dt.datetime
    amr: tuple[str, ...]
    acr: str


def proof(records: Iterable[Mapping[str, Any]], *, signed_in_at: dt.datetime) -> Proof:
    """Return what the records of a session's authentications prove together.

    A record has `method`, `at` (seconds since 1970) and, for a second factor, `type`; a passkey
    that opened the session by itself was unlocked by a PIN or a biometric trait (`passwordless`):
    that is two factors. `amr` of a record, given by an identity provider, is passed on, and its
    `at` may be long before the session began: only one without any record counts as proved then.
    """
    kinds: set[str] = set()
    methods: set[str] = set()
    times: list[dt.datetime] = []
    for record in records:
        kind = str(record.get("type") or record.get("method"))
        kinds |= {kind, "unlocked"} if record.get("passwordless") else {kind}
        methods |= {*_METHODS.get(kind, ()), *record.get("amr", ())}
        times.append(dt.datetime.fromtimestamp(float(record["at"]), tz=dt.UTC))
    if "unlocked" in kinds:
        methods.add("user")
    if "unlocked" in kinds or (kinds & _FIRST and kinds & _SECOND):
        methods.add("mfa")
    acr = TWO_FACTORS if "mfa" in methods else ONE_FACTOR
    return Proof(auth_time=max(times, default=signed_in_at), amr=tuple(sorted(methods)), acr=acr)


def is_enough(acr: str, *, asked: str) -> bool:
    """Tell whether a context is at least as strong as the one asked for; an unknown one never."""
    return asked in CONTEXTS and acr in CONTEXTS and CONTEXTS.index(acr) >= CONTEXTS.index(asked)


# --- codes of an application on a telephone (RFC 6238) -------------------------------------------

_PERIOD = 30
_DIGITS = 6
# A telephone's clock may be half a minute away from ours, either way.
_DRIFT = 1


def new_secret() -> str:
    """Return a secret of 160 bits as applications take it, in base 32 (RFC 4226, section 4)."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def app_code(secret: str, step: int) -> str:
    """Return the six digits of one step of time, thirty seconds long (RFC 6238, section 4)."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)


def step_of_code(secret: str, typed: str, *, after: int, now: dt.datetime) -> int | None:
    """Return the step whose code was typed, or None if it is none of those of this moment.

    A step is good once: those up to `after` have been used.
    """
    code = plain_code(typed)
    present = int(now.timestamp()) // _PERIOD
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        if hmac.compare_digest(app_code(secret, step).encode(), code.encode()) and step > after:
            return step
    return None


# --- codes to keep on paper -----------------------------------------------------------------------

PAPER_CODES = 10
# No letter that is read for another, none that makes words.
_LETTERS = "23456789bcdfghjkmnpqrstvwxz"
# 47 bits (NIST SP 800-63B-4 asks for 20 where tries are limited).
_PAPER_LENGTH = 10


def new_paper_code() -> str:
    """Return a code to keep on paper, without its rank."""
    return "".join(secrets.choice(_LETTERS) for _place in range(_PAPER_LENGTH))


def written(rank: int, code: str) -> str:
    """Return a code as it is shown: its rank, then two groups of five, "3-bcdfg-hjkmn"."""
    return f"{rank}-{code[:5]}-{code[5:]}"


def read_paper_code(typed: str) -> tuple[int, str]:
    """Return the rank and the code that were typed; rank -1 where it cannot be one of ours."""
    plain = plain_code(typed)
    if len(plain) != _PAPER_LENGTH + 1 or plain[0] not in string.digits:
        return -1, plain
    return int(plain[0]), plain[1:]


def plain_code(typed: str) -> str:
    """Return a typed code without its spaces and hyphens, in small letters."""
    return "".join(character for character in typed if character.isalnum()).lower()


# --- codes in a mail ------------------------------------------------------------------------------

# OWASP ASVS 5.0, 6.5.5: ten minutes at most.
MAILED_CODE_LIVES = dt.timedelta(minutes=10)
MAILED_CODE_TRIES = 5


def new_mailed_code() -> str:
    """Return six digits."""
    return str(secrets.randbelow(10**_DIGITS)).zfill(_DIGITS)


# Where strangers ask for codes in somebody's name, one code serves all who ask: it cannot be tied
# to one browser's few tries, so it is too long to be guessed (40 bits; NIST SP 800-63B-4 asks for
# 20 where tries are limited).
_SHARED_DIGITS = 12


def shared_code(digest: bytes) -> str:
    """Return the twelve digits that a secret digest makes."""
    return str(int.from_bytes(digest, "big") % 10**_SHARED_DIGITS).zfill(_SHARED_DIGITS)


def written_shared(code: str) -> str:
    """Return a shared code as a mail shows it, "4821 9305 7714"."""
    return f"{code[:4]} {code[4:8]} {code[8:]}"


def span_of(now: dt.datetime) -> int:
    """Return the span of time, as long as a mailed code lives, whose shared code leaves at `now`.

    A shared code works in its span and in the next: ten minutes at least, twenty at most.
    """
    return int(now.timestamp() // MAILED_CODE_LIVES.total_seconds())
