"""Points a file implies: a column of latitudes beside one of longitudes, a shape's own place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parvis.opendata.rules.fields import NUMERIC, Field, FieldType
from parvis.opendata.rules.reading.columns import Bench
from parvis.opendata.rules.reading.planning import Plan

POINT = "geo_point_2d"
_LATITUDE = re.compile(r"(?:^|(?<=_))(lat|latitude)(?=_|$)")
_LONGITUDES = ("lon", "lng", "long", "longitude")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two planned columns that together are points."""

    latitude: Plan
    longitude: Plan

    @property
    def sqls(self) -> tuple[str, str]:
        """Return the SQL of longitude and latitude, null where one of them is."""
        lat, lon = self.latitude.sqls[0], self.longitude.sqls[0]
        return (
            f"(CASE WHEN {lat} IS NOT NULL THEN {lon} END)",
            f"(CASE WHEN {lon} IS NOT NULL THEN {lat} END)",
        )


def point_field(plans: Sequence[Plan], missing: Sequence[Field]) -> Field | None:
    """Return the field a computed point would fill: one the dataset misses, or a new one; None
    where the file brings its own points."""
    if any(one.field.type is FieldType.GEO_POINT for one in plans):
        return None
    wanted = next((one for one in missing if one.type is FieldType.GEO_POINT), None)
    if wanted is None and any(one.field.name == POINT for one in plans):
        return None
    return wanted or Field(name=POINT, type=FieldType.GEO_POINT, label=POINT)


def find_pair(bench: Bench, plans: Sequence[Plan]) -> Pair | None:
    """Return the pair of latitude and longitude that places most rows, if there is one."""
    by_name = {one.field.name: one for one in plans if one.field.type in NUMERIC}
    found: list[tuple[int, Pair]] = []
    for name, latitude in by_name.items():
        for word in _LONGITUDES:
            longitude = by_name.get(_LATITUDE.sub(word, name))
            if longitude is not None and longitude is not latitude:
                pair = Pair(latitude=latitude, longitude=longitude)
                found.append((_placed(bench, pair), pair))
    placed, best = max(found, key=lambda one: one[0], default=(0, None))
    return best if placed else None


def _placed(bench: Bench, pair: Pair) -> int:
    """Return how many rows a pair places, 0 if a number of it is no degree."""
    lon, lat = pair.sqls
    outside_of_the_world = f"abs({lat}) > 90 OR abs({lon}) > 180"
    placed, outside = bench.select(
        f"count({lat}), count(*) FILTER (WHERE {outside_of_the_world})"
    ).fetchone() or (0, 0)
    return 0 if outside else int(placed)
