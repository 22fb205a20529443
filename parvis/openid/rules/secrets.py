"""The secrets of services: long, random, and kept as a digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string

LENGTH = 128
_PREFIX = "sha256$"
_LETTERS = string.ascii_letters + string.digits


def new_secret() -> str:
    """Return a secret of 128 random letters and digits: over 700 bits, so that no slow hash is
    needed (OWASP ASVS 5.0, 6.5.2)."""
    return "".join(secrets.choice(_LETTERS) for _ in range(LENGTH))


def seal(secret: str) -> str:
    """Return what is kept of a secret."""
    return _PREFIX + fingerprint(secret)


def fits(secret: str, sealed: str) -> bool:
    """Tell whether a secret is the one that was sealed; nothing ever fits an empty seal."""
    return hmac.compare_digest(seal(secret), sealed)


def fingerprint(value: str) -> str:
    """Return the SHA-256 of a code or a token, under which it is found."""
    return hashlib.sha256(value.encode()).hexdigest()
