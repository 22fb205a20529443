"""Signing what the provider says, and reading it again."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import jwt
from jwt.types import Options

from parvis.openid.actions.keys import ensure_key
from parvis.openid.queries import keys
from parvis.openid.queries.issuing import issuer

_ALGORITHM = "RS256"
_KID = re.compile(r"[A-Za-z0-9_-]+")
# Whoever hands one of our tokens back means somebody: it may have run out since.
_CHECKED: Options = {"verify_aud": False, "verify_exp": False, "verify_iat": False}


def sign(claims: dict[str, Any], *, now: dt.datetime, typ: str = "JWT", kid: str = "") -> str:
    """Return the claims as a signed token (RFC 7519), under the key that signs now: `kid` is its
    name, where that has just been asked."""
    kid = kid or ensure_key(now=now).kid
    headers = {"kid": kid, "typ": typ}
    return jwt.encode(claims, keys.private_half(kid), algorithm=_ALGORITHM, headers=headers)


def read_id_token(token: str) -> dict[str, Any] | None:
    """Return the claims of a token that we signed, however long ago; None if we did not."""
    try:
        kid = str(jwt.get_unverified_header(token).get("kid", ""))
        # Ours are letters and figures; the database could not even read some of the others.
        public = keys.ever_published([kid]).get(kid) if _KID.fullmatch(kid) else None
        if public is None:
            return None
        key = jwt.PyJWK(public, algorithm=_ALGORITHM)
        claims = jwt.decode(token, key, algorithms=[_ALGORITHM], issuer=issuer(), options=_CHECKED)
    except (jwt.PyJWTError, UnicodeError, ValueError):
        return None
    return claims if "events" not in claims else None
