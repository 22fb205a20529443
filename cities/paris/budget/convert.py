"""Makes `winners.csv.gz` and `places.json.gz` from the City's file of winning projects.

Run once: `python cities/paris/budget/convert.py paris_bp_projets_gagnants.csv`, with the territory
loaded in the database of DATABASE_URL. The file itself is kept as it is, compressed. The places are
added: the point that our own addresses give for the address of a project, where street, number and
arrondissement agree; an address that stands for a whole arrondissement (its town hall, used for
many projects) gives no point.
"""

from __future__ import annotations

import gzip
import importlib
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

import django

_MOST, _SURE = 6, 0.7
_HERE = Path(__file__).parent


def main(source: Path) -> None:
    """Write both files beside this one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    django.setup()
    content = source.read_bytes()
    _write("winners.csv.gz", content)
    found = json.dumps(places(content), sort_keys=True, separators=(",", ":"))
    _write("places.json.gz", found.encode())


def places(content: bytes) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude by number of the project."""
    # The territory is asked once Django is set up, not before.
    territory = importlib.import_module("parvis.territory.public")
    listed = importlib.import_module("parvis.budget.rules.winners").read(content)
    shared = Counter((one.place, one.arrondissement) for one in listed)
    found = {}
    for one in listed:
        if one.is_for_city or shared[one.place, one.arrondissement] > _MOST:
            continue
        asked = f"{re.sub(r'^.*? - ', '', one.place)} {one.arrondissement}e"
        for hit in territory.suggest(asked, limit=3):
            if hit.lon is None or hit.lat is None or hit.kind == "district" or hit.score < _SURE:
                continue
            where = territory.locate(lon=hit.lon, lat=hit.lat)
            if where is not None and where.arrondissement == one.arrondissement:
                found[str(one.number)] = (round(hit.lon, 5), round(hit.lat, 5))
                break
    return found


def _write(name: str, content: bytes) -> None:
    (_HERE / name).write_bytes(gzip.compress(content, 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
