"""Turns a snapshot of Vélib's own GBFS feed into the documents that the demonstration replays.

    python cities/paris/opendata/live/convert.py /folder/of/data

Reads `geo/dynamic/velib_station_{information,status}_2025-10-18.json`, and which commune a station
stands in from the City's own dataset (`opendata/paris/velib-…_2023-10.json.gz`); stations of later
than 2023 have none. Values stay as they are; left out is what is said twice or never. The same
input gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DAY = "2025-10-18"
COMMUNES = "opendata/paris/velib-disponibilite-en-temps-reel_2023-10.json.gz"
INFORMATION = ("station_id", "stationCode", "name", "lat", "lon", "capacity", "rental_methods")
STATUS = (
    "station_id",
    "num_bikes_available",
    "num_bikes_available_types",
    "num_docks_available",
    "is_installed",
    "is_renting",
    "is_returning",
    "last_reported",
)
Row = dict[str, Any]


def read(path: Path) -> Any:
    """Return the JSON of a file, packed or not."""
    data = path.read_bytes()
    return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)


def communes(data: Path) -> dict[str, Row]:
    """Return the City's word for where each station stands, under a name of our own (GBFS keeps
    those that begin with `_` for such additions)."""
    rows = [one.get("fields", one) for one in read(data / COMMUNES)]
    return {row["stationcode"]: {"_commune": row["nom_arrondissement_communes"]} for row in rows}


def kept(station: Row, names: tuple[str, ...]) -> Row:
    """Return these values of a station, those that are said."""
    return {name: station[name] for name in names if station.get(name) is not None}


def write(name: str, document: Row, into: Path) -> None:
    """Write one document, the same bytes each time."""
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(content.encode(), compresslevel=9, mtime=0)
    (into / f"{name}.json.gz").write_bytes(packed)
    sys.stdout.write(
        f"{name}: {len(document['data']['stations']):,} stations, {len(packed):,} bytes\n"
    )


def main() -> None:
    """Convert the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder described on top of this file")
    parser.add_argument("--into", type=Path, default=HERE, help="where to write")
    asked = parser.parse_args()
    placed = communes(asked.data)
    for name, names in (("station_information", INFORMATION), ("station_status", STATUS)):
        given = read(asked.data / f"geo/dynamic/velib_{name}_{DAY}.json")
        stations = []
        for one in sorted(given["data"]["stations"], key=lambda station: station["station_id"]):
            where = placed.get(one["stationCode"], {}) if names is INFORMATION else {}
            stations.append(kept({**one, **where}, (*names, "_commune")))
        updated = given["lastUpdatedOther"]
        write(name, {"last_updated": updated, "data": {"stations": stations}}, asked.into)


if __name__ == "__main__":
    main()
