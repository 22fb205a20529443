"""Which grants the token endpoint knows."""

from __future__ import annotations

import secrets
from typing import Any

from oauthlib.openid import Server


def city_server(*args: Any, **options: Any) -> Any:
    """Return the library's endpoints without the grant that has people type their password into an
    application (RFC 9700, section 2.4): it is not refused late, it does not exist."""
    server = Server(*args, **options)
    server.grant_types.pop("password")
    return server


def new_token(_request: Any) -> str:
    """Return an access or refresh token of 256 random bits; the library draws its own letter by
    letter."""
    return secrets.token_urlsafe(32)
