"""Turns what the City and others publish into the compact files that Parvis ships and loads.

    python cities/paris/territory/convert.py /folder/of/data

The folder holds `boundaries/quartier_paris.geojson`, `boundaries/arrondissements.geojson`,
`basemap/arrondissements_sans_bois.geojson`, `basemap/paris_sans_fleuve.geojson`,
`addresses/paris_streets_names.csv` and `dansmarue/dansmarue_*_2023-2024.csv`; their origin and
licences are in `../SOURCES.md`. The same input always gives the same bytes:

* `districts.json.gz`: the official outlines in Lambert-93, in whole millimetres, each ring as its
  first point followed by differences.
* `drawing.json`: the same districts simplified together for maps. They are rounded to the
  decimetre first: only then do neighbours share their borders exactly, and still touch afterwards.
* `streets.json.gz`: names of streets by arrondissement.
* `addresses.json.gz`: known addresses, with nothing else of the reports they come from.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import re
import statistics
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import polylabel

from parvis.territory.rules.ground import Frame, to_metres
from parvis.territory.rules.words import KINDS, key, plain

HERE = Path(__file__).resolve().parent
METRES_PER_UNIT = 10
SIMPLIFIED_TO = 22.0
"""Metres that the drawn outline may stray from the true one: two units of the drawing."""
MARGIN = 150.0
HECTARE = 10_000.0
CURLED = dict.fromkeys((0x27, 0xB4), "\u2019")
NEAR_ENOUGH = 100.0
"""Metres beyond its arrondissement at which a reported point no longer stands for its address."""

_ADDRESS = re.compile(
    r"(?:(?P<number>\d{1,3})\s?(?P<suffix>bis|ter|quater|[a-z]\b)?"
    r"(?:\s?[-/]\s?\d{1,3}(?:bis|ter|[a-z]\b)?)?\s+)?"
    r"(?P<street>[^,]+), (?P<postcode>75[01]\d\d) PARIS",
    re.IGNORECASE,
)
_SUFFIXES = {"bis", "ter", "quater", *"abcde"}
Words = tuple[str, str]
Streets = dict[tuple[Words, int], str]
Known = tuple[str, int, int, str]
"""Street, arrondissement, number, suffix."""


def features(path: Path) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Return the properties and the geometry, in metres, of every feature of a file."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    return [
        (feature["properties"], in_metres(shapely.geometry.shape(feature["geometry"])))
        for feature in collection["features"]
    ]


def in_metres(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape in Lambert-93."""
    return shapely.transform(shape, lambda points: [to_metres(*point) for point in points])


def rounded(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape to the decimetre."""
    return shapely.set_precision(shape, 0.1, mode="pointwise")


def rings_of(shape: BaseGeometry) -> list[dict[str, Any]]:
    """Return every ring of a shape as whole millimetres: the first point, then differences."""
    found = []
    for part in shapely.get_parts(shape):
        for hole, ring in [(False, part.exterior), *((True, inner) for inner in part.interiors)]:
            points = [(round(x * 1000), round(y * 1000)) for x, y in ring.coords[:-1]]
            steps = list(points[0])
            for (x0, y0), (x1, y1) in itertools.pairwise(points):
                steps += [x1 - x0, y1 - y0]
            found.append({"hole": hole, "steps": steps})
    return found


def read_districts(data: Path) -> list[dict[str, Any]]:
    """Return the 20 arrondissements and the 80 quartiers: `outline` as is, `shape` rounded."""
    districts = []
    for properties, shape in features(data / "boundaries" / "arrondissements.geojson"):
        number = int(properties["c_ar"])
        name, code = properties["l_aroff"], str(properties["c_arinsee"])
        districts.append(_district("arrondissement", number, number, (name, code), shape))
    for properties, shape in features(data / "boundaries" / "quartier_paris.geojson"):
        number, parent = int(properties["c_qu"]), int(properties["c_ar"])
        name, code = properties["l_qu"], str(properties["c_quinsee"])
        districts.append(_district("quartier", number, parent, (name, code), shape))
    districts.sort(key=lambda district: (district["kind"], district["number"]))
    quartiers = [one["shape"] for one in districts if one["kind"] == "quartier"]
    if not shapely.coverage_is_valid(quartiers):
        sys.exit("The quartiers overlap, or their borders do not match.")
    return districts


def _district(
    kind: str, number: int, parent: int, named: tuple[str, str], shape: BaseGeometry
) -> dict[str, Any]:
    return {
        "kind": kind,
        "number": number,
        "arrondissement": parent,
        "name": named[0].translate(CURLED),
        "insee_code": named[1],
        "area_m2": round(shape.area),
        "outline": shape,
        "shape": rounded(shape),
    }


def draw(districts: list[dict[str, Any]], data: Path) -> dict[str, Any]:
    """Return the drawing of the city: frame, woods, river, and an outline per district."""
    built_up = _union(data / "basemap" / "arrondissements_sans_bois.geojson")
    dry = _union(data / "basemap" / "paris_sans_fleuve.geojson")
    quartiers = [one for one in districts if one["kind"] == "quartier"]
    simplified = shapely.coverage_simplify([one["shape"] for one in quartiers], SIMPLIFIED_TO)
    whole = shapely.union_all([one["shape"] for one in quartiers])
    west, south, east, north = whole.bounds
    frame = Frame(west=west - MARGIN, north=north + MARGIN, metres=METRES_PER_UNIT)
    shapes = {f"quartier {q['number']}": s for q, s in zip(quartiers, simplified, strict=True)}
    for number in range(1, 21):
        inside = [q["number"] for q in quartiers if q["arrondissement"] == number]
        parts = [shapes[f"quartier {quartier}"] for quartier in inside]
        shapes[f"arrondissement {number}"] = shapely.union_all(parts)
    outline = shapely.union_all(simplified)
    return {
        "frame": {"west": frame.west, "north": frame.north, "metres": frame.metres},
        "width": frame.place(east + MARGIN, 0)[0],
        "height": frame.place(0, south - MARGIN)[1],
        "built_up": _box(frame, built_up),
        "path": path_of(frame, outline),
        "woods": path_of(
            frame,
            _sizeable(
                shapely.intersection(
                    shapely.difference(whole, built_up).simplify(SIMPLIFIED_TO), outline
                )
            ),
        ),
        "river": path_of(
            frame, _sizeable(shapely.difference(built_up, dry).simplify(SIMPLIFIED_TO / 2))
        ),
        "districts": {name: _drawn(frame, shape, dry) for name, shape in sorted(shapes.items())},
    }


def _union(path: Path) -> BaseGeometry:
    return shapely.union_all([shapely.make_valid(rounded(shape)) for _, shape in features(path)])


def _sizeable(shape: BaseGeometry) -> BaseGeometry:
    """Leave out crumbs of less than a hectare and holes that nobody would see."""
    parts = [part for part in shapely.get_parts(shape) if part.area > HECTARE]
    return shapely.union_all(
        [
            shapely.Polygon(
                part.exterior,
                [hole for hole in part.interiors if shapely.Polygon(hole).area > HECTARE],
            )
            for part in parts
        ]
    )


def _box(frame: Frame, shape: BaseGeometry) -> list[int]:
    west, south, east, north = shape.buffer(MARGIN).bounds
    (x0, y0), (x1, y1) = frame.place(west, north), frame.place(east, south)
    return [x0, y0, x1 - x0, y1 - y0]


def _drawn(frame: Frame, shape: BaseGeometry, dry: BaseGeometry) -> dict[str, Any]:
    # A number belongs among the houses, not in the wood or the river of its arrondissement.
    inhabited = shapely.intersection(shape, dry)
    largest = max(shapely.get_parts(inhabited), key=lambda part: float(part.area))
    label = polylabel(largest, tolerance=5)
    return {
        "path": path_of(frame, shape),
        "label": frame.place(label.x, label.y),
        "box": _box(frame, shape),
    }


def path_of(frame: Frame, shape: BaseGeometry) -> str:
    """Return a shape as the `d` of an SVG path, in whole units and relative steps."""
    drawn = []
    for part in shapely.get_parts(shape):
        for ring in (part.exterior, *part.interiors):
            points = [frame.place(x, y) for x, y in ring.coords[:-1]]
            x, y = points[0]
            steps = ""
            for to_x, to_y in points[1:]:
                step = (to_x - x, to_y - y)
                x, y = to_x, to_y
                if step != (0, 0):
                    steps += (" " if step[0] >= 0 and steps else "") + str(step[0])
                    steps += ("" if step[1] < 0 else " ") + str(step[1])
            drawn.append(f"M{points[0][0]} {points[0][1]}l{steps}z")
    return "".join(drawn)


def read_streets(data: Path) -> list[tuple[str, int]]:
    """Return the name and the arrondissement of each street of the list, once."""
    streets: dict[tuple[str, int], str] = {}
    with (data / "addresses" / "paris_streets_names.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            # Notes of the list, such as « déplacée en 2005 », are no part of a name.
            name = row["street"].split(",")[0].strip("«»\xa0 ").translate(CURLED)
            name = name[:1].upper() + name[1:]
            streets.setdefault((plain(name), int(row["arrondissement"])), name)
    return sorted((name, number) for (_, number), name in streets.items())


class Gazetteer:
    """Known addresses: the points that people reported from, address by address."""

    def __init__(self, streets: list[tuple[str, int]], shapes: dict[int, BaseGeometry]) -> None:
        self.streets: Streets = {}
        for name, arrondissement in streets:
            self.streets.setdefault((key(name), arrondissement), name)
        self.shapes = shapes
        self.added: Streets = {}
        self.points: dict[Known, list[tuple[float, float]]] = defaultdict(list)
        self.postcodes: dict[Known, str] = {}
        self.left_out = 0

    def add(self, row: dict[str, str]) -> None:
        """Take one report in, if its address can be read and its point is near it."""
        found = _ADDRESS.fullmatch(row["adresse"].strip())
        where = json.loads(row["geo_point_2d"].replace("'", '"'))
        point = to_metres(where["lon"], where["lat"])
        place = self._street(found["street"], int(found["postcode"][-2:])) if found else None
        if found is None or place is None or self._is_far(place[1], point):
            self.left_out += 1
            return
        name, arrondissement = place
        suffix = (found["suffix"] or "").lower()
        known = (
            name,
            arrondissement,
            int(found["number"] or 0),
            suffix if suffix in _SUFFIXES else "",
        )
        self.points[known].append(point)
        if int(found["postcode"][-2:]) == arrondissement:
            self.postcodes.setdefault(known, found["postcode"])

    def _is_far(self, arrondissement: int, point: tuple[float, float]) -> bool:
        shape = self.shapes[arrondissement]
        return bool(shapely.distance(shape, shapely.Point(point)) > NEAR_ENOUGH)

    def _street(self, written: str, postal: int) -> tuple[str, int] | None:
        said = plain(written)
        half = said[: len(said) // 2]
        if said == f"{half} {half}":  # « Place X Place X » names a place without a number
            written = written[: len(written) // 2]
        words = key(written)
        for known in (self.streets, self.added):
            if (words, postal) in known:
                return known[words, postal], postal
        elsewhere = [number for number in range(1, 21) if (words, number) in self.streets]
        if elsewhere:
            # The postcode errs by one side of the street; the list of names knows the other.
            only = elsewhere[0] if len(elsewhere) == 1 else None
            return (self.streets[words, only], only) if only else None
        return self._new_street(written, postal)

    def _new_street(self, written: str, postal: int) -> tuple[str, int] | None:
        """Accept a street that the list does not know, if it is written like one."""
        kind, words = key(written)
        others = [word for word in words.split() if word in KINDS]
        if not kind or others or not words.strip() or "sans nom" in words:
            return None
        name = written.strip().translate(CURLED)
        name = name[:1].upper() + name[1:]
        self.added[(kind, words), postal] = name
        return name, postal

    def rows(self) -> list[list[Any]]:
        """Return number, suffix, street, arrondissement, postcode, x and y in decimetres."""
        return [
            [number, suffix, name, arrondissement, self.postcodes.get(known, ""), *_middle(points)]
            for known, points in sorted(self.points.items())
            for name, arrondissement, number, suffix in [known]
        ]


def _middle(points: list[tuple[float, float]]) -> list[int]:
    return [round(statistics.median(point[axis] for point in points) * 10) for axis in (0, 1)]


def read_addresses(
    data: Path, streets: list[tuple[str, int]], districts: list[dict[str, Any]]
) -> Gazetteer:
    """Return the addresses of every report of the DansMaRue files."""
    shapes = {one["number"]: one["shape"] for one in districts if one["kind"] == "arrondissement"}
    gazetteer = Gazetteer(streets, shapes)
    for path in sorted((data / "dansmarue").glob("dansmarue_*_2023-2024.csv")):
        with path.open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                gazetteer.add(row)
    return gazetteer


def write(name: str, content: object) -> None:
    """Write one file, compressed if its name says so."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
    data = text.encode()
    if name.endswith(".gz"):
        data = gzip.compress(data, compresslevel=9, mtime=0)
    (HERE / name).write_bytes(data)
    sys.stdout.write(f"{name}: {len(data):,} bytes\n")


def main() -> None:
    """Convert the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder described on top of this file")
    data = parser.parse_args().data
    districts = read_districts(data)
    write("drawing.json", draw(districts, data))
    streets = read_streets(data)
    gazetteer = read_addresses(data, streets, districts)
    for district in districts:
        del district["shape"]
        district["rings"] = rings_of(district.pop("outline"))
    write("districts.json.gz", districts)
    write(
        "streets.json.gz",
        {
            "listed": streets,
            "reported": sorted([name, number] for (_, number), name in gazetteer.added.items()),
        },
    )
    write("addresses.json.gz", gazetteer.rows())
    sys.stdout.write(f"{gazetteer.left_out} reports left out\n")


if __name__ == "__main__":
    main()
