"""Telling services that a sign-in is over. Sources: OpenID Connect Back-Channel Logout 1.0;
RP-Initiated Logout 1.0."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Iterable
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


def may_be_told(number: str, *, private_networks: Iterable[str]) -> bool:
    """Tell whether a message may go to an address of the network: a public one, or one of ours."""
    address = ipaddress.ip_address(number)
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    real = inner or address
    if real.is_global and not real.is_multicast:
        return True
    networks = [ipaddress.ip_network(one) for one in private_networks]
    return any(real.version == one.version and real in one for one in networks)
