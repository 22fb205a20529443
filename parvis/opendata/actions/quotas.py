"""Counting calls of the API: each caller has so many a day, until midnight UTC."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from parvis.kernel.errors import Refused
from parvis.kernel.hurrying import Hurried
from parvis.opendata.queries import keys

DAILY_CALLS = 50_000
"""How often a caller without a key, or whose key says nothing else, may call on one day."""
DAYS_KEPT = 31

_COUNT = Hurried("""
    INSERT INTO opendata_day_calls AS known (caller, day, calls) VALUES (%s, %s, 1)
    ON CONFLICT (caller, day) DO UPDATE SET calls = known.calls + 1
    RETURNING calls, {hurried}
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What a caller may still do today: `resets_at` is the next midnight, UTC."""

    limit: int
    remaining: int
    resets_at: dt.datetime

    @property
    def is_used_up(self) -> bool:
        """Tell whether this call was one too many."""
        return self.remaining < 0


class UnknownKey(Refused):
    """The key was never given out, or was revoked."""

    def __init__(self) -> None:
        super().__init__(
            "unknown_api_key", "This API key is not valid.", status=HTTPStatus.UNAUTHORIZED
        )


def count_call(*, key: str, address: str, now: dt.datetime) -> Quota:
    """Count one call, by its key or else by the address it came from, and return what is left.

    The address is kept as a digest whose salt changes every day, so that nobody is known again.

    :raises UnknownKey: for a key that is not valid; nothing is counted
    """
    day = now.astimezone(dt.UTC).date()
    caller, limit = _keyed(key) if key else (_anonymous(address, day), _anonymous_limit())
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.now(), [caller, day])
        calls, _hurried = cursor.fetchone()
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)
    return Quota(limit=limit, remaining=limit - calls, resets_at=midnight)


def forget_old_counts(*, now: dt.datetime) -> int:
    """Delete the counts of more than `DAYS_KEPT` days ago; return how many there were."""
    with connection.cursor() as cursor:
        oldest = now.astimezone(dt.UTC).date() - dt.timedelta(days=DAYS_KEPT)
        cursor.execute("DELETE FROM opendata_day_calls WHERE day < %s", [oldest])
        return int(cursor.rowcount)


def _keyed(key: str) -> tuple[str, int]:
    found = keys.valid(key).first()
    if found is None:
        raise UnknownKey
    return f"key:{found.public_id}", found.daily_limit or _anonymous_limit()


def _anonymous(address: str, day: dt.date) -> str:
    salted = salted_hmac(f"opendata.calls.{day.isoformat()}", address, algorithm="sha256")
    return f"address:{salted.hexdigest()[:32]}"


def _anonymous_limit() -> int:
    return int(getattr(settings, "PARVIS_OPENDATA_DAILY_CALLS", DAILY_CALLS))
