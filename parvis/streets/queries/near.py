"""Which open cases may be the same thing: one question over the index of open cases, nearest first.

The same is said in pure words by `rules.near.propose`, which this is tested against.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from parvis.streets.models import Subtype
from parvis.streets.rules.near import PROPOSED, Point

# `<@ circle` and `<->` are answered by the index streets_case_near, which also has the family; a
# case of a smaller radius than the subtype's is left out after that.
SQL = """
SELECT asked.rank, near.*
FROM unnest(%(x)s::float8[], %(y)s::float8[], %(family)s::smallint[], %(radius)s::float8[],
    %(since)s::timestamptz[], %(until)s::timestamptz[])
    WITH ORDINALITY AS asked(x, y, family, radius, since, until, rank)
CROSS JOIN LATERAL (
    SELECT id, code, reports_count, opened_at, location <-> point(asked.x, asked.y) AS metres
    FROM streets_case
    WHERE is_open AND family = asked.family
    AND location <@ circle(point(asked.x, asked.y), asked.radius)
    AND opened_at BETWEEN asked.since AND asked.until
    AND (location <-> point(asked.x, asked.y)) <= radius_m
    ORDER BY location <-> point(asked.x, asked.y) LIMIT %(limit)s
) AS near
ORDER BY asked.rank, near.metres, near.opened_at, near.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is reported, where (metres of Lambert-93) and when; radius and days of its subtype."""

    at: Point
    family: int
    radius_m: int
    days: int
    now: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An open case that may be joined, and how far it is in metres."""

    case_id: uuid.UUID
    code: str
    reports: int
    opened_at: dt.datetime
    metres: float


def wanted(subtype: Subtype, *, at: Point, now: dt.datetime) -> Wanted:
    """Return what is asked for a report of this subtype."""
    return Wanted(
        at=at, family=subtype.family, radius_m=subtype.radius_m, days=subtype.days, now=now
    )


def candidates(asked: Sequence[Wanted], *, limit: int | None = PROPOSED) -> list[list[Near]]:
    """Return for each question the open cases that may be joined, the nearest first, then the
    oldest; of each at most `limit`, all of them if None. One query for all."""
    found: list[list[Near]] = [[] for _one in asked]
    if not asked:
        return found
    with connection.cursor() as cursor:
        cursor.execute(SQL, _parameters(asked, limit))
        for rank, case_id, code, reports, opened_at, metres in cursor.fetchall():
            found[rank - 1].append(
                Near(
                    case_id=case_id,
                    code=code,
                    reports=reports,
                    opened_at=opened_at,
                    metres=metres,
                )
            )
    return found


def near(subtype: Subtype, *, at: Point, now: dt.datetime) -> list[Near]:
    """Return the cases that are proposed to who reports this here and now."""
    return candidates([wanted(subtype, at=at, now=now)])[0]


def _parameters(asked: Sequence[Wanted], limit: int | None) -> dict[str, Any]:
    return {
        "x": [one.at[0] for one in asked],
        "y": [one.at[1] for one in asked],
        "family": [one.family for one in asked],
        "radius": [float(one.radius_m) for one in asked],
        "since": [one.now - dt.timedelta(days=one.days) for one in asked],
        "until": [one.now for one in asked],
        "limit": limit,
    }
