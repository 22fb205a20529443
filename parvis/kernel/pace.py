"""How often something was done of late: counts that end by themselves, each written in one step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection

from parvis.kernel.models import Count

# Whoever counts at the same instant waits for the other's row, and finds it counted.
_COUNT = """
INSERT INTO kernel_count AS kept (key, number, ends_at) VALUES (%(key)s, 1, %(ends_at)s)
ON CONFLICT (key) DO UPDATE SET
    number = CASE WHEN kept.ends_at > %(now)s THEN kept.number + 1 ELSE 1 END,
    ends_at = CASE WHEN kept.ends_at > %(now)s THEN kept.ends_at ELSE EXCLUDED.ends_at END
RETURNING number
"""
_TAKE_BACK = "UPDATE kernel_count SET number = number - 1 WHERE key = %s AND number > 0"
_COUNTED = "SELECT key, number FROM kernel_count WHERE key = ANY(%s) AND ends_at > %s"


def count(key: str, *, lasts: dt.timedelta, now: dt.datetime) -> int:
    """Count once more what a key names, and return how often that makes.

    The first count opens a window of this length; what comes after it begins at one again. The key
    is kept as it is: it must name nobody.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "ends_at": now + lasts, "now": now})
        (number,) = cursor.fetchone()
    return int(number)


def take_back(key: str) -> None:
    """Count once less: it was well done."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, [key])


def counted(keys: Iterable[str], *, now: dt.datetime) -> dict[str, int]:
    """Return how often each of these keys was counted in its window; those that were not are left
    out."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [list(keys), now])
        return dict(cursor.fetchall())


def begin_again(key: str) -> None:
    """Forget what was counted under a key."""
    Count.objects.filter(key=key).delete()


def forget_past(*, now: dt.datetime) -> int:
    """Delete the counts whose window is over; return how many."""
    return int(Count.objects.filter(ends_at__lte=now).delete()[0])
