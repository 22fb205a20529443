"""Where a point is, and what the districts of the city are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from parvis.kernel.errors import Refused
from parvis.territory.models import District as DistrictRow, Edition
from parvis.territory.rules import ground
from parvis.territory.rules.places import District, Outline, Place

REFUSALS = {
    "coordinates_not_numbers": _("These coordinates are not numbers. Write them like 2.3522."),
    "coordinates_out_of_range": _(
        "There is no such place on Earth: a longitude is between -180 and 180, a latitude between "
        "-90 and 90."
    ),
    "coordinates_inverted": _(
        "Longitude and latitude seem to be inverted: in Paris the longitude is near 2.35 and the "
        "latitude near 48.86."
    ),
}
SLIVER = 0.001
"""Metres: the official outlines leave cracks of that width between quartiers."""

# The box first (`OFFSET 0` keeps it first), then the outline. A point inside is at distance 0;
# on a border it is inside both, and the lowest number has it.
_LOCATE = """
SELECT asked.rank, quartier.number, quartier.name, quartier.insee_code, parent.number, parent.name
FROM unnest(%(x)s::float8[], %(y)s::float8[]) WITH ORDINALITY AS asked(x, y, rank)
CROSS JOIN LATERAL (
    SELECT district.* FROM (
        SELECT * FROM territory_ring
        WHERE bounds && box(point(x - %(sliver)s, y - %(sliver)s),
                            point(x + %(sliver)s, y + %(sliver)s))
        OFFSET 0
    ) AS ring
    JOIN territory_district AS district ON district.id = ring.district_id
    WHERE district.kind = 'quartier' AND NOT ring.is_hole
    AND (ring.outline <-> point(x, y)) <= %(sliver)s
    AND NOT EXISTS (
        SELECT FROM territory_ring AS hole
        WHERE hole.district_id = district.id AND hole.is_hole AND hole.outline @> point(x, y)
    )
    ORDER BY ring.outline <-> point(x, y), district.number LIMIT 1
) AS quartier
JOIN territory_district AS parent
  ON parent.kind = 'arrondissement' AND parent.number = quartier.arrondissement
"""


def metres(lon: float, lat: float) -> ground.Metres | None:
    """Return a point in Lambert-93, or None if it is not even in the country.

    :raises Refused: if these cannot be coordinates of a place
    """
    reason = ground.why_not_a_point(lon, lat)
    if reason:
        raise Refused(reason, str(REFUSALS[reason]), status=400)
    return ground.to_metres(lon, lat) if ground.is_in_france(lon, lat) else None


def locate(lon: float, lat: float) -> Place | None:
    """Return the quartier of a point (WGS 84, degrees), or None outside the city.

    :raises Refused: if these cannot be coordinates of a place
    """
    point = metres(lon, lat)
    return places_of([point])[0] if point else None


def places_of(points: Sequence[ground.Metres]) -> list[Place | None]:
    """Return the quartier of each point of Lambert-93, in one question."""
    asked: dict[str, Any] = {
        "x": [x for x, _y in points],
        "y": [y for _x, y in points],
        "sliver": SLIVER,
    }
    found: list[Place | None] = [None] * len(points)
    with connection.cursor() as cursor:
        cursor.execute(_LOCATE, asked)
        for rank, number, name, insee_code, parent, parent_name in cursor.fetchall():
            found[rank - 1] = Place(
                arrondissement=parent,
                arrondissement_name=parent_name,
                quartier=number,
                quartier_name=name,
                insee_code=insee_code,
            )
    return found


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance in metres between two points given as longitude and latitude.

    :raises Refused: if these cannot be coordinates of a place, or are not in the country
    """
    ends = metres(*one), metres(*other)
    if ends[0] is None or ends[1] is None:
        reason = "coordinates_out_of_range"
        raise Refused(reason, str(REFUSALS[reason]), status=400)
    return ground.distance(ends[0], ends[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """The city as it is drawn: its districts, its outline, its frame."""

    arrondissements: tuple[District, ...]
    quartiers: tuple[District, ...]
    outline: Outline
    frame: ground.Frame


EMPTY = City(
    arrondissements=(),
    quartiers=(),
    outline=Outline(view_box="0 0 1 1", whole="0 0 1 1", path="", woods="", river=""),
    frame=ground.Frame(west=0, north=0, metres=1),
)


def city() -> City:
    """Return the city as it is loaded; read once per process and edition."""
    digest = Edition.objects.values_list("digest", flat=True).first()
    return _city(digest) if digest else EMPTY


def bounds(arrondissement: int) -> tuple[float, float, float, float] | None:
    """Return the west, south, east and north of the frame around an arrondissement, in degrees."""
    known = city()
    for one in known.arrondissements:
        if one.number == arrondissement:
            left, top, width, height = map(float, one.view_box.split())
            west, south = ground.to_degrees(*known.frame.back(left, top + height))
            east, north = ground.to_degrees(*known.frame.back(left + width, top))
            return west, south, east, north
    return None


@lru_cache(maxsize=2)
def _city(digest: str) -> City:
    drawing: dict[str, Any] = Edition.objects.get(digest=digest).drawing
    rows = [_district(row) for row in DistrictRow.objects.order_by("number")]
    return City(
        arrondissements=tuple(row for row in rows if row.kind == "arrondissement"),
        quartiers=tuple(row for row in rows if row.kind == "quartier"),
        outline=Outline(
            view_box=" ".join(map(str, drawing["built_up"])),
            whole=f"0 0 {drawing['width']} {drawing['height']}",
            path=drawing["path"],
            woods=drawing["woods"],
            river=drawing["river"],
        ),
        frame=ground.Frame(**drawing["frame"]),
    )


def _district(row: DistrictRow) -> District:
    return District(
        kind=row.kind,
        number=row.number,
        arrondissement=row.arrondissement,
        name=row.name,
        insee_code=row.insee_code,
        area_m2=row.area_m2,
        path=row.path,
        label_x=row.label_x,
        label_y=row.label_y,
        view_box=" ".join(map(str, row.box)),
    )
