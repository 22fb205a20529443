"""Which service is speaking: how it shows it (RFC 6749, section 2.3.1)."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_plus

from parvis.openid.models import Service
from parvis.openid.queries.logins import service_by_client_id
from parvis.openid.rules.secrets import fits


def authenticated(
    *, authorization: str, client_id: str, secret: str, seen: Service | None = None
) -> Service | None:
    """Return the confidential service that gave its secret, in the header or in the body; None if
    none did, or both ways at once. One that has just been `seen` is not looked up again."""
    header = credentials(authorization)
    if header and secret:
        return None
    if header:
        if client_id and client_id != header[0]:
            return None
        client_id, secret = header
    service = _called(client_id, seen) if secret else None
    return service if service is not None and fits(secret, service.client_secret) else None


def _called(client_id: str, seen: Service | None) -> Service | None:
    if seen is not None and seen.client_id == client_id and seen.closed_at is None:
        return seen
    return service_by_client_id(client_id)


def known(*, authorization: str, client_id: str, secret: str) -> Service | None:
    """Return the service that is speaking: one that gave its secret, or a public one, which has
    none to give; None otherwise."""
    if secret or authorization:
        return authenticated(authorization=authorization, client_id=client_id, secret=secret)
    service = service_by_client_id(client_id)
    is_public = service is not None and service.client_type == Service.CLIENT_PUBLIC
    return service if is_public else None


def credentials(authorization: str) -> tuple[str, str] | None:
    """Return the name and the secret of a Basic header, each form-encoded before; or None."""
    scheme, _space, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, colon, secret = text.partition(":")
    return (unquote_plus(name), unquote_plus(secret)) if colon else None
