"""Telling services that a sign-in is over. Sources: OpenID Connect Back-Channel Logout 1.0;
RP-Initiated Logout 1.0."""

from __future__ import annotations

import datetime as dt
from typing import Any

EVENT = "http://schemas.openid.net/event/backchannel-logout"
# A service that does not answer is asked again after these times, the last one a day after the
# first.
WAITS = tuple(dt.timedelta(seconds=n) for n in (10, 60, 300, 1800, 7200, 21600, 55430))
PATIENCE = dt.timedelta(days=1)
TIMEOUT = dt.timedelta(seconds=5)
# A logout token is good for two minutes (section 2.4 recommends no more).
LIFETIME = dt.timedelta(minutes=2)


def next_try(tries: int, *, now: dt.datetime) -> dt.datetime | None:
    """Return when a service that was told in vain `tries` times is told again, None if no more."""
    return now + WAITS[tries - 1] if tries <= len(WAITS) else None


def logout_claims(
    *, issuer: str, client_id: str, sub: str, sid: str, jti: str, now: dt.datetime
) -> dict[str, Any]:
    """Return the claims of a logout token (section 2.4); it has no nonce, ever."""
    return {
        "iss": issuer,
        "aud": client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "jti": jti,
        "sub": sub,
        "sid": sid,
        "events": {EVENT: {}},
    }
