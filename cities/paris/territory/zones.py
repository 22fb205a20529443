"""Turns the woods, the river and the large parks into zones that Parvis ships and loads.

    python cities/paris/territory/zones.py /folder/of/data

The folder holds `boundaries/arrondissements.geojson`, `basemap/arrondissements_sans_bois.geojson`,
`basemap/paris_sans_fleuve.geojson` and `basemap/parcs_et_jardins_2010.geojson`; their origin and
licences are in `../SOURCES.md`. `zones.json.gz` holds each zone with its rings in whole
millimetres of Lambert-93, as `districts.json.gz` does. The same input gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import shapely
from convert import features, rings_of, rounded
from shapely.geometry.base import BaseGeometry

from parvis.territory.rules.words import plain

HERE = Path(__file__).resolve().parent
SMALLEST_WOOD, SMALLEST_WATER = 100_000.0, 5_000.0
"""Square metres: what is smaller is a crack between two files."""
STRAYS = 0.5
"""Metres that an outline may stray from the published one."""
EAST_OF_NOTRE_DAME = 652_000


def whole(path: Path) -> BaseGeometry:
    """Return everything that a file covers."""
    return shapely.union_all([shapely.make_valid(rounded(shape)) for _, shape in features(path)])


def zone(code: str, kind: str, name: str, shape: BaseGeometry) -> dict[str, Any]:
    """Return a zone as it is shipped."""
    drawn = shapely.make_valid(shape).simplify(STRAYS)
    parts = [part for part in shapely.get_parts(drawn) if part.geom_type == "Polygon"]
    return {
        "code": code,
        "kind": kind,
        "name": name,
        "area_m2": round(sum(part.area for part in parts)),
        "source": "Ville de Paris, opendata.paris.fr (ODbL)",
        "rings": rings_of(shapely.MultiPolygon(parts)),
    }


def zones(data: Path) -> list[dict[str, Any]]:
    """Return every zone of the folder, in the order of their codes."""
    city = whole(data / "boundaries" / "arrondissements.geojson")
    built_up = whole(data / "basemap" / "arrondissements_sans_bois.geojson")
    dry = whole(data / "basemap" / "paris_sans_fleuve.geojson")
    found = []
    for part in shapely.get_parts(shapely.difference(city, built_up)):
        if part.area > SMALLEST_WOOD:
            is_east = part.centroid.x > EAST_OF_NOTRE_DAME
            name = "Bois de Vincennes" if is_east else "Bois de Boulogne"
            found.append(zone(plain(name).replace(" ", "-"), "wood", name, part))
    water = [
        part
        for part in shapely.get_parts(shapely.difference(built_up, dry))
        if part.area > SMALLEST_WATER
    ]
    found.append(zone("seine", "water", "Seine", shapely.MultiPolygon(water)))
    for properties, shape in features(data / "basemap" / "parcs_et_jardins_2010.geojson"):
        name = f"Parc {properties['nom']}"
        found.append(zone(plain(name).replace(" ", "-"), "park", name, shape))
    return sorted(found, key=lambda one: str(one["code"]))


def main() -> None:
    """Write the file."""
    found = zones(Path(sys.argv[1]))
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    (HERE / "zones.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    sys.stdout.writelines(f"{one['code']}: {one['area_m2']:,} m2\n" for one in found)


if __name__ == "__main__":
    main()
