"""One way to write a thing down (RFC 8785), so that everybody computes the same hash of it."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of a value made of mappings, lists, strings, whole numbers, True,
    False and None (RFC 8785, JSON Canonicalization Scheme).

    :raises ValueError: for anything else, and for numbers that JSON cannot hold exactly
    """
    return bytes(rfc8785.dumps(value))


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes, as 64 hexadecimal figures."""
    return hashlib.sha256(data).hexdigest()
