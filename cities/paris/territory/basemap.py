"""Draws the ground of every map that one can move: one file that a phone fetches once.

    python cities/paris/territory/basemap.py /folder/of/data

The folder holds `boundaries/quartier_paris.geojson`, `boundaries/arrondissements.geojson`,
`boundaries/communes-9[234]-*.geojson`, `basemap/arrondissements_sans_bois.geojson`,
`basemap/paris_sans_fleuve.geojson` and `basemap/parcs_et_jardins_2010.geojson`; their origin and
licences are in `../SOURCES.md`. Outlines are simplified, for the eye alone: a point is located by
the database. Each ring is its first corner and the steps to the next, in 25,000ths of a degree
(WGS 84). The same input gives the same bytes.
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path
from typing import Any

import shapely
from convert import CURLED, features, read_districts, rounded
from shapely.geometry.base import BaseGeometry
from shapely.ops import polylabel

from parvis.territory.rules.ground import to_degrees

TARGET = Path(__file__).resolve().parents[3] / "parvis/territory/static/territory/basemap.json"
UNIT = 25_000
STRAYS, STRAYS_FAR = 12.0, 120.0
"""Metres that an outline may stray from the published one: in the city, and around it."""
SMALLEST = 5_000.0
"""Square metres: what is smaller is a crack between two files."""
AROUND = 2_500.0
"""Metres around the city in which neighbouring communes are drawn."""
CREDIT = "Ville de Paris, opendata.paris.fr (ODbL), IGN (Licence Ouverte)"
Shape = dict[str, Any]
Name = list[Any]


def whole(path: Path) -> BaseGeometry:
    """Return everything that a file covers."""
    return shapely.union_all([shapely.make_valid(rounded(shape)) for _, shape in features(path)])


def steps(corners: list[tuple[float, float]]) -> list[int]:
    """Return corners in metres as units of a degree: the first, then the differences."""
    points = [tuple(round(one * UNIT) for one in to_degrees(*corner)) for corner in corners]
    found = list(points[0])
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if (x0, y0) != (x1, y1):
            found += [x1 - x0, y1 - y0]
    return found


def area(kind: str, shape: BaseGeometry) -> Shape:
    """Return an area as it is shipped, its holes among its rings."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    rings = [
        steps(list(ring.coords)[:-1]) for part in parts for ring in (part.exterior, *part.interiors)
    ]
    return {"kind": kind, "rings": rings}


def borders(shapes: list[BaseGeometry]) -> BaseGeometry:
    """Return the borders of areas, each once."""
    return shapely.unary_union([shape.boundary for shape in shapes])


def lines(kind: str, drawn: BaseGeometry) -> Shape:
    """Return lines as they are shipped."""
    rings = [steps(list(line.coords)) for line in shapely.get_parts(shapely.line_merge(drawn))]
    return {"kind": kind, "line": True, "rings": rings}


def name(kind: str, text: str, shape: BaseGeometry) -> Name:
    """Return a name and the point well inside what it names."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    spot = polylabel(largest, tolerance=20)
    lon, lat = to_degrees(spot.x, spot.y)
    return [kind, text, round(lon * UNIT), round(lat * UNIT)]


def sizeable(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape without its crumbs."""
    parts = [part for part in shapely.get_parts(shape) if part.area > SMALLEST]
    return shapely.MultiPolygon(parts)


def drawn(data: Path) -> dict[str, Any]:
    """Return the whole drawing, what lies lowest first."""
    quartiers = [one for one in read_districts(data) if one["kind"] == "quartier"]
    simple = list(shapely.coverage_simplify([one["shape"] for one in quartiers], STRAYS * 2))
    parents = {
        number: shapely.union_all(
            [s for q, s in zip(quartiers, simple, strict=True) if q["arrondissement"] == number]
        )
        for number in range(1, 21)
    }
    city = shapely.union_all(simple)
    within = borders(list(parents.values()))
    built_up = whole(data / "basemap" / "arrondissements_sans_bois.geojson")
    woods = sizeable(shapely.difference(city, built_up.buffer(1)))
    dry = whole(data / "basemap" / "paris_sans_fleuve.geojson")
    water = sizeable(shapely.difference(built_up, dry)).simplify(STRAYS)
    parks = _parks(data)
    shapes = [
        area("city", city),
        lines("commune", _around(data, city)),
        area("wood", woods.simplify(STRAYS)),
        area("park", shapely.MultiPolygon([part for _, part in parks]).simplify(STRAYS)),
        area("water", water),
        lines("quartier", shapely.difference(borders(simple), within)),
        lines("arrondissement", within),
    ]
    names = [name("arrondissement", _rank(number), shape) for number, shape in parents.items()]
    names += [
        name("quartier", one["name"], shape) for one, shape in zip(quartiers, simple, strict=True)
    ]
    names += [name("park", text, part) for text, part in parks]
    return {"credit": CREDIT, "unit": UNIT, "shapes": shapes, "names": names}


def _parks(data: Path) -> list[tuple[str, BaseGeometry]]:
    found = []
    for properties, shape in features(data / "basemap" / "parcs_et_jardins_2010.geojson"):
        largest = max(shapely.get_parts(shapely.make_valid(shape)), key=lambda part: part.area)
        found.append((str(properties["nom"]).translate(CURLED), largest))
    return found


def _around(data: Path, city: BaseGeometry) -> BaseGeometry:
    near = city.buffer(AROUND)
    communes = [
        shape
        for path in sorted((data / "boundaries").glob("communes-9[234]-*.geojson"))
        for _, shape in features(path)
        if shape.intersects(near)
    ]
    drawn = borders(list(shapely.coverage_simplify(communes, STRAYS_FAR)))
    return shapely.difference(shapely.intersection(drawn, near), city.buffer(STRAYS_FAR))


def _rank(number: int) -> str:
    return "1er" if number == 1 else f"{number}e"


def main() -> None:
    """Write the file."""
    text = json.dumps(drawn(Path(sys.argv[1])), ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
