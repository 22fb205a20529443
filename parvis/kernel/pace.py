"""How often something was done of late: counts that end by themselves, each written in one step."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable

from parvis.kernel import asking
from parvis.kernel.hurrying import Hurried
from parvis.kernel.models import Count

# Whoever counts at the same instant waits for the other's row, and finds it counted.
_COUNT = Hurried("""
INSERT INTO kernel_count AS kept (key, number, ends_at) VALUES (%(key)s, 1, %(ends_at)s)
ON CONFLICT (key) DO UPDATE SET
    number = CASE WHEN kept.ends_at > %(now)s THEN kept.number + 1 ELSE 1 END,
    ends_at = CASE WHEN kept.ends_at > %(now)s THEN kept.ends_at ELSE EXCLUDED.ends_at END
RETURNING number, {hurried}
""")
# What is full is not counted again: who is refused does not wait longer for asking.
_COUNT_UNLESS = Hurried("""
WITH one AS MATERIALIZED (
    SELECT key, most::int FROM json_each_text(%(full)s) AS one (key, most)
), held AS (
    SELECT kept.key, kept.number FROM kernel_count kept
    WHERE kept.key = ANY(ARRAY(SELECT key FROM one)) AND kept.ends_at > %(now)s
), counted AS (
    INSERT INTO kernel_count AS kept (key, number, ends_at)
    SELECT %(key)s, 1, %(ends_at)s WHERE NOT EXISTS (
        SELECT FROM one JOIN held ON held.key = one.key AND held.number >= one.most)
    ON CONFLICT (key) DO UPDATE SET
        number = CASE WHEN kept.ends_at > %(now)s THEN kept.number + 1 ELSE 1 END,
        ends_at = CASE WHEN kept.ends_at > %(now)s THEN kept.ends_at ELSE EXCLUDED.ends_at END
    RETURNING kept.number
)
SELECT (SELECT number FROM counted), array_agg(key), array_agg(number), {hurried} FROM held
""")
_TAKE_BACK = Hurried("""
UPDATE kernel_count SET number = number - 1 WHERE key = %s AND number > 0 RETURNING {hurried}
""")
_COUNTED = "SELECT key, number FROM kernel_count WHERE key = ANY(%s) AND ends_at > %s"


def count(key: str, *, lasts: dt.timedelta, now: dt.datetime) -> int:
    """Count once more what a key names, and return how often that makes.

    The first count opens a window of this length; what comes after it begins at one again. The key
    is kept as it is: it must name nobody.
    """
    asked = {"key": key, "ends_at": now + lasts, "now": now}
    ((number, _hurried),) = asking.rows(_COUNT.now(), asked)
    return int(number)


def count_unless(
    key: str, *, full: dict[str, int], lasts: dt.timedelta, now: dt.datetime
) -> tuple[int | None, dict[str, int]]:
    """Count once more what a key names, unless one of some other counts has reached its most
    (`full`, by key), in one step.

    Returns how often that makes, None where it was not counted, and how often each of the others
    was counted in its window, as `counted` does.
    """
    asked = {"key": key, "full": json.dumps(full), "ends_at": now + lasts, "now": now}
    ((number, keys, numbers, _hurried),) = asking.rows(_COUNT_UNLESS.now(), asked)
    return number, dict(zip(keys or (), numbers or (), strict=True))


def take_back(key: str) -> None:
    """Count once less: it was well done."""
    asking.touched(_TAKE_BACK.now(), [key])


def counted(keys: Iterable[str], *, now: dt.datetime) -> dict[str, int]:
    """Return how often each of these keys was counted in its window; those that were not are left
    out."""
    return dict(asking.rows(_COUNTED, [list(keys), now]))


def begin_again(key: str) -> None:
    """Forget what was counted under a key."""
    Count.objects.filter(key=key).delete()


def forget_past(*, now: dt.datetime) -> int:
    """Delete the counts whose window is over; return how many."""
    return int(Count.objects.filter(ends_at__lte=now).delete()[0])
