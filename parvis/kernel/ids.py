"""Identifiers that may be shown: time-ordered UUIDs, and short codes that catch a slip of the
pen."""

from __future__ import annotations

import secrets
import uuid

import uuid_utils.compat

# Crockford's base 32 without the letters people confuse, U included
# (https://www.crockford.com/base32.html).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
CODE_LENGTH = 7


def new_public_id() -> uuid.UUID:
    """Return a UUID version 7 (RFC 9562, section 5.7): unguessable, ordered by creation time."""
    return uuid_utils.compat.uuid7()


def check_letter(body: str) -> str:
    """Return the letter that makes any single slip or neighbour swap in `body` visible.

    Luhn's algorithm generalised to base 32 ("mod N"); every character must be of ALPHABET.
    """
    total = 0
    factor = 2
    for character in reversed(body):
        product = factor * ALPHABET.index(character)
        total += product // len(ALPHABET) + product % len(ALPHABET)
        factor = 3 - factor
    return ALPHABET[-total % len(ALPHABET)]


def new_short_code() -> str:
    """Return a random code such as `9K-2047-T`, its last letter a check letter."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
    return f"{body[:2]}-{body[2:]}-{check_letter(body)}"


def read_short_code(typed: str) -> str | None:
    """Return the canonical form of a code as a person typed it, or None if it has a slip."""
    bare = "".join(c for c in typed.upper().translate(_READ_AS) if c.isalnum())
    if len(bare) != CODE_LENGTH or any(c not in ALPHABET for c in bare):
        return None
    body, letter = bare[:-1], bare[-1]
    if check_letter(body) != letter:
        return None
    return f"{body[:2]}-{body[2:]}-{letter}"
