"""Names of streets for a map: where each stands, as far as it is known."""

from __future__ import annotations

from django.db import connection

from parvis.territory.rules import ground

MOST = 60
"""Names on one map; with more of them none can be read."""

# Streets without a known address have no place. The busiest first: those with most addresses.
_NAMES = """
SELECT street.name, street.location[0], street.location[1]
FROM territory_street AS street
WHERE street.location <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
ORDER BY (SELECT count(*) FROM territory_address_point WHERE street_id = street.id) DESC,
    street.id
LIMIT %(most)s
"""


def names_in(
    west: float, south: float, east: float, north: float
) -> list[tuple[str, float, float]]:
    """Return the names of streets in a viewport (degrees), each with longitude and latitude."""
    left, bottom = ground.to_metres(west, south)
    right, top = ground.to_metres(east, north)
    asked = {"west": left, "south": bottom, "east": right, "north": top, "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, asked)
        return [(name, *ground.to_degrees(x, y)) for name, x, y in cursor.fetchall()]
