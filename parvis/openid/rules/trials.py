"""A sign-in that an administrator tries: what is sent, and what has to be true of the answers."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SHOWN = 8
# What opens doors is not written on a page.
_HIDDEN = ("access_token", "refresh_token", "id_token", "client_secret", "device_code", "code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A sign-in that is being tried: what was made up for it, and what it must find again."""

    service_id: str
    scope: str
    secret_sealed: str
    state: str
    nonce: str
    verifier: str
    language: str
    device_code: str = ""


def new_secrets() -> dict[str, str]:
    """Return a state, a nonce and a PKCE verifier (RFC 7636, section 4.1)."""
    return {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}


def challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def shown(answer: Mapping[str, Any]) -> str:
    """Return an answer as people read JSON, what opens doors cut short."""
    cut = {name: _cut(name, value) for name, value in answer.items()}
    return json.dumps(cut, ensure_ascii=False, indent=2)


def _cut(name: str, value: Any) -> Any:
    if name in _HIDDEN and isinstance(value, str) and len(value) > _SHOWN:
        return f"{value[:_SHOWN]}…"
    return value


def header_of(token: str) -> dict[str, Any]:
    """Return the header of a JWT (RFC 7515, section 3), unchecked; nothing if it has none.

    :raises ValueError: if it is no JWT
    """
    head = token.split(".")[0]
    read = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    return read if isinstance(read, dict) else {}


def audience(claims: Mapping[str, Any]) -> list[str]:
    """Return whom a token is for."""
    named = claims.get("aud", [])
    return [named] if isinstance(named, str) else list(named)
