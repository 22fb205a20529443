"""Fills a city with cases, as its database's owner: triggers off, then everything is counted."""

from __future__ import annotations

from typing import Any

from django.db import connection

from parvis.kernel import clock
from parvis.streets.actions import counting

# Around known addresses, of kinds as often as they are reported; the last sixty days are open.
_FILL = r"""
INSERT INTO streets_case (id, code, subtype_id, type_id, family, radius_m, location,
    arrondissement, quartier, address, postcode, street_key, state_id, is_open, reason_id,
    is_shown, priority, reports_count, contradictions_count, opened_at, due_at, closed_at,
    worked_minutes, changed_at, revision, times_late)
SELECT gen_random_uuid(), regexp_replace(lpad(rank::text, 7, '0'), '(..)(....)(.)', '\1-\2-\3'),
    kind.id, kind.type_id, kind.family, kind.radius_m,
    point(spot.location[0] + 60 * (random() - 0.5), spot.location[1] + 60 * (random() - 0.5)),
    street.arrondissement, (street.arrondissement - 1) * 4 + 1 + rank %% 4, street.name,
    street.postcode, street.key || '/' || street.arrondissement,
    CASE WHEN age.days < 60 THEN 'to_do' ELSE 'done' END, age.days < 60,
    CASE WHEN age.days < 60 THEN NULL ELSE 'work_done' END,
    true, 0, 1, 0, %(now)s - age.days * interval '1 day',
    %(now)s - (age.days - 5) * interval '1 day',
    CASE WHEN age.days < 60 THEN NULL ELSE %(now)s - (age.days - 3) * interval '1 day' END,
    CASE WHEN age.days < 60 THEN NULL ELSE 1200 END,
    %(now)s - age.days * interval '1 day', 1, 0
FROM generate_series(%(first)s::int, %(last)s::int) AS rank
CROSS JOIN LATERAL (SELECT random() * 1000 + rank * 0 AS days) AS age
CROSS JOIN LATERAL (
    SELECT %(spots)s::bigint[] AS spots, %(kinds)s::bigint[] AS kinds
) AS given
CROSS JOIN LATERAL (
    SELECT spots[1 + floor(random() * cardinality(spots))::int + rank * 0] AS spot_id,
        kinds[1 + floor(random() * cardinality(kinds))::int + rank * 0] AS kind_id
) AS drawn
JOIN territory_address_point AS spot ON spot.id = drawn.spot_id
JOIN territory_street AS street ON street.id = spot.street_id
JOIN streets_subtype AS kind ON kind.id = drawn.kind_id
"""
_SPOTS = "SELECT array_agg(id) FROM territory_address_point"
_KINDS = """
SELECT array_agg(id) FROM streets_subtype
CROSS JOIN generate_series(1, greatest(1, weight / 5)) AS often WHERE family > 0
"""


def fill(*, first: int, last: int) -> None:
    """Add the cases of these ranks, and bring counts and statistics up to date."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        given: dict[str, Any] = {"first": first, "last": last, "now": clock.now()}
        for name, statement in (("spots", _SPOTS), ("kinds", _KINDS)):
            cursor.execute(statement)
            given[name] = cursor.fetchall()[0][0]
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_FILL, given)
        cursor.execute("SET session_replication_role = DEFAULT")
    counting.recount()
    counting.tally(now=clock.now(), whole=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE streets_case")
        cursor.execute("VACUUM ANALYZE streets_cell")
