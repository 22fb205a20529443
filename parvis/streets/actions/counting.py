"""Keeps the counts of the map and of the statistics.

A trigger writes a line for each change of a case, without waiting for anybody; here the lines are
folded into the counts of every level. Counts are recomputed whole at night: should they ever
differ, it is said, and mended.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from parvis.streets.models import LEVELS, CellChange, Tally

log = structlog.get_logger(__name__)
LOCK, _TALLY_LOCK = 31_101, 31_102
"""Two who fold at once would wait for each other's cells in another order."""
OVERLAP = dt.timedelta(minutes=5)
"""A transaction that took so long may have written an earlier moment than the last count saw."""

# What is taken away and what is counted are one statement: who reads meanwhile sees a line or its
# count, never both, never neither.
_FOLD = """
WITH gone AS (
    DELETE FROM streets_cell_change RETURNING x, y, type_id, is_open, sign, east, north
), added AS (
    SELECT level, x >> level AS x, y >> level AS y, type_id, is_open, sum(sign) AS count,
        sum(sign * east::bigint) AS east, sum(sign * north::bigint) AS north
    FROM gone CROSS JOIN generate_series(0, %(highest)s) AS level
    GROUP BY 1, 2, 3, 4, 5
)
MERGE INTO streets_cell AS kept USING added
ON kept.level = added.level AND kept.x = added.x AND kept.y = added.y
    AND kept.type_id = added.type_id AND kept.is_open = added.is_open
WHEN MATCHED AND kept.count + added.count = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET count = kept.count + added.count,
    east = kept.east + added.east, north = kept.north + added.north
WHEN NOT MATCHED AND added.count <> 0 THEN
    INSERT (level, x, y, type_id, is_open, count, east, north)
    VALUES (added.level, added.x, added.y, added.type_id, added.is_open, added.count, added.east,
        added.north)
"""
_COUNTED = """
CREATE TEMPORARY TABLE streets_cell_counted ON COMMIT DROP AS
WITH shown AS MATERIALIZED (
    SELECT one.type_id, one.is_open, CASE WHEN subtype.is_place_public THEN one.location
        ELSE streets_hexagon(one.location) END AS place
    FROM streets_case AS one JOIN streets_subtype AS subtype ON subtype.id = one.subtype_id
    WHERE one.is_shown AND one.merged_into_id IS NULL
), finest AS MATERIALIZED (
    SELECT floor(place[0] / 16)::int AS x, floor(place[1] / 16)::int AS y, type_id, is_open,
        count(*) AS count, sum(round(place[0] * 10)::bigint) AS east,
        sum(round(place[1] * 10)::bigint) AS north
    FROM shown GROUP BY 1, 2, 3, 4
)
SELECT level::smallint, x >> level AS x, y >> level AS y, type_id, is_open,
    sum(count)::int AS count, sum(east)::bigint AS east, sum(north)::bigint AS north
FROM finest CROSS JOIN generate_series(0, %(highest)s) AS level
GROUP BY 1, 2, 3, 4, 5
"""
_WRONG = """
SELECT count(*) FROM (
    SELECT level, x, y, type_id, is_open, count, east, north FROM streets_cell
    EXCEPT SELECT * FROM streets_cell_counted
) AS wrong
"""
_MISSING = """
SELECT count(*) FROM (
    SELECT * FROM streets_cell_counted
    EXCEPT SELECT level, x, y, type_id, is_open, count, east, north FROM streets_cell
) AS missing
"""
_REPLACED = """
INSERT INTO streets_cell (level, x, y, type_id, is_open, count, east, north)
SELECT * FROM streets_cell_counted
"""
_CHANGED_MONTHS = """
SELECT DISTINCT date_trunc('month', opened_at AT TIME ZONE %(zone)s)::date
FROM streets_case WHERE changed_at > %(since)s
"""
_ALL_MONTHS = """
SELECT DISTINCT date_trunc('month', opened_at AT TIME ZONE %(zone)s)::date FROM streets_case
"""
_TALLIED = """
INSERT INTO streets_tally (month, quartier, subtype_id, opened, closed, done, in_time, contradicted,
    reports, worked_minutes, counted_at)
SELECT %(month)s, quartier, subtype_id, count(*), count(*) FILTER (WHERE NOT is_open),
    count(*) FILTER (WHERE state_id = 'done'),
    count(*) FILTER (WHERE NOT is_open AND (due_at IS NULL OR closed_at <= due_at)),
    count(*) FILTER (WHERE contradictions_count > 0), sum(reports_count),
    coalesce(sum(worked_minutes) FILTER (WHERE NOT is_open), 0), %(now)s
FROM streets_case
WHERE opened_at >= %(month)s::timestamp AT TIME ZONE %(zone)s
AND opened_at < (%(month)s::timestamp + interval '1 month') AT TIME ZONE %(zone)s
AND is_shown AND merged_into_id IS NULL
GROUP BY quartier, subtype_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """How many cells were counted anew, and how many of those that were kept were wrong."""

    cells: int
    wrong: int


@transaction.atomic
def fold_changes() -> int:
    """Fold the lines of change into the counts; return how many cells changed.

    Nothing is done while somebody else folds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if cursor.fetchone() != (True,) or not CellChange.objects.exists():
            return 0
        cursor.execute(_FOLD, {"highest": LEVELS - 1})
        return int(cursor.rowcount)


@transaction.atomic
def recount() -> Recount:
    """Count every cell anew from the cases, and say how many of the kept ones were wrong.

    Who reports meanwhile waits; a million cases take some seconds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # Readers go on; who changes a case waits, so that no line is missed or counted twice.
        cursor.execute("LOCK TABLE streets_cell_change IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_FOLD, {"highest": LEVELS - 1})
        cursor.execute("DROP TABLE IF EXISTS streets_cell_counted")
        cursor.execute(_COUNTED, {"highest": LEVELS - 1})
        wrong = _number(cursor, _WRONG) + _number(cursor, _MISSING)
        cells = _number(cursor, "SELECT count(*) FROM streets_cell_counted")
        if wrong:
            cursor.execute("DELETE FROM streets_cell")
            cursor.execute(_REPLACED)
    if wrong:
        log.warning("streets.cells_were_wrong", wrong=wrong)
    return Recount(cells=cells, wrong=wrong)


@transaction.atomic
def tally(*, now: dt.datetime, whole: bool = False) -> int:
    """Write the statistics anew of the months in which a case changed since the last count, of all
    months if `whole`; return how many months that were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TALLY_LOCK])
        months = _months(cursor, whole=whole)
        for month in months:
            Tally.objects.filter(month=month).delete()
            asked: dict[str, Any] = {"month": month, "now": now, "zone": settings.TIME_ZONE}
            cursor.execute(_TALLIED, asked)
    return len(months)


def _months(cursor: CursorWrapper, *, whole: bool) -> list[dt.date]:
    last = Tally.objects.aggregate(last=Max("counted_at"))["last"]
    if whole or last is None:
        cursor.execute(_ALL_MONTHS, {"zone": settings.TIME_ZONE})
    else:
        cursor.execute(_CHANGED_MONTHS, {"zone": settings.TIME_ZONE, "since": last - OVERLAP})
    return sorted(month for (month,) in cursor.fetchall())


def _number(cursor: CursorWrapper, statement: str) -> int:
    cursor.execute(statement)
    row = cursor.fetchone()
    return int(row[0]) if row else 0
