"""Which zones there are, and in which of them a point is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from parvis.kernel.prepared import Prepared
from parvis.territory.models import Zone as ZoneRow, ZoneRing
from parvis.territory.queries.ground import city
from parvis.territory.rules.ground import Metres
from parvis.territory.rules.places import Zone

_ZONES_OF = """
SELECT asked.rank, zone.code
FROM unnest(%(x)s::float8[], %(y)s::float8[]) WITH ORDINALITY AS asked(x, y, rank)
CROSS JOIN LATERAL (
    SELECT DISTINCT zone_id FROM (
        SELECT * FROM territory_zone_ring
        WHERE bounds && box(point(x, y), point(x, y)) AND NOT is_hole AND replaced_at IS NULL
        OFFSET 0
    ) AS ring
    WHERE ring.outline @> point(x, y)
    AND NOT EXISTS (
        SELECT FROM territory_zone_ring AS hole
        WHERE hole.zone_id = ring.zone_id AND hole.is_hole AND hole.replaced_at IS NULL
        AND hole.outline @> point(x, y)
    )
) AS inside
JOIN territory_zone AS zone
  ON zone.id = inside.zone_id AND (zone.closed_at IS NULL OR %(with_closed)s)
"""

_LINES = Count("rings", filter=Q(rings__replaced_at=None))


def ids() -> dict[str, int]:
    """Return the key of every zone that is not closed, by its code."""
    return dict(ZoneRow.objects.filter(closed_at=None).values_list("code", "id"))


def listed() -> list[Zone]:
    """Return every zone, closed ones too, by name."""
    return [
        Zone(
            id=row.pk,
            code=row.code,
            kind=row.kind,
            name=row.name,
            area_m2=row.area_m2,
            source=row.source,
            drawn_at=row.drawn_at,
            redrawn_at=row.redrawn_at,
            closed_at=row.closed_at,
            is_empty=row.lines == 0,
        )
        for row in _LISTED.all()
    ]


_LISTED: Prepared[Any] = Prepared(
    lambda: ZoneRow.objects.annotate(lines=_LINES).order_by("name", "code")
)


def path_of(code: str) -> str:
    """Return the outline of a zone, the `d` of an SVG path in the frame of the city's drawing."""
    frame = city().frame
    rings = ZoneRing.objects.filter(zone__code=code, replaced_at=None).order_by("id")
    return "".join(
        "M{}Z".format("L".join("{} {}".format(*frame.place(*corner)) for corner in ring.outline))
        for ring in rings
    )


def replaced(code: str) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return from when to when a zone had each outline that is not its own any more, the latest
    first."""
    rows = ZoneRing.objects.filter(zone__code=code, replaced_at__isnull=False)
    spans = rows.values_list("drawn_at", "replaced_at").distinct()
    found = spans.order_by("-replaced_at", "-drawn_at")
    return [(since, until) for since, until in found if until is not None]


def waters() -> frozenset[str]:
    """Return the codes of the zones that are water."""
    rows = ZoneRow.objects.filter(kind="water", closed_at=None)
    return frozenset(rows.values_list("code", flat=True))


def zones_of(points: Sequence[Metres], *, with_closed: bool = False) -> list[frozenset[str]]:
    """Return the codes of the zones in which each point of Lambert-93 is, in one question."""
    found: list[set[str]] = [set() for _point in points]
    asked: dict[str, Any] = {
        "x": [x for x, _y in points],
        "y": [y for _x, y in points],
        "with_closed": with_closed,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ZONES_OF, asked)
        for rank, code in cursor.fetchall():
            found[rank - 1].add(code)
    return [frozenset(one) for one in found]
