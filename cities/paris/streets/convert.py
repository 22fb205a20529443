"""Turns the City's export of reports into the catalogue and the routing that Parvis ships.

    python cities/paris/streets/convert.py /folder/of/data

The folder holds `dansmarue/dansmarue_8000_2023-2024.csv`; its origin and licence are in
`../SOURCES.md`. The same input gives the same bytes:

* `categories.csv`, `subtypes.csv`: the tree of what may be reported, named exactly as published.
* `handlers.csv`: who treats it, named exactly as published.
* `routing.csv`: the default table, learned from the rows that are not held out; `seen` is how many
  rows said something, `agreed` how many of them said this.
* `learned.toml`: by which rows held out are known again.

What people are told beside it (questions, words, states, hours) is written by hand in the `.toml`
files of this folder, and read here only to check that it names what exists.

The 1,600 rows whose `id_dmr` has the smallest SHA-256 are held out: nothing is learned from them.
"""

from __future__ import annotations

import ast
import csv
import gzip
import hashlib
import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import shapely

from parvis.territory.rules.ground import to_metres
from parvis.territory.rules.words import plain

HERE = Path(__file__).resolve().parent
EXPORT = "dansmarue/dansmarue_8000_2023-2024.csv"
HELD_OUT = 1600
ZONE_SEEN, ZONE_AGREED = 5, 0.9
"""A zone has a rule of its own where so many rows were seen, and so large a share agrees."""
ZONE_RANK = 10
LONGEST_CODE = 90
_BRACKETS = re.compile(r"\[[^\]]*\]\s*")
_TAILS = re.compile(
    r"( u2| - (analyse|enquete|intervention|enlevement) (demandee?|terminee)| \(hs.*)$"
)
Row = dict[str, str]


def rows_of(data: Path) -> list[Row]:
    """Return every row of the export."""
    with (data / EXPORT).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def split(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows to learn from, and those held out."""
    ordered = sorted(rows, key=lambda row: hashlib.sha256(row["id_dmr"].encode()).hexdigest())
    return ordered[HELD_OUT:], ordered[:HELD_OUT]


def slug(text: str) -> str:
    """Return a code made of the words of a text."""
    return plain(text).replace(" ", "-")[:LONGEST_CODE].strip("-")


def label(published: str) -> tuple[str, str]:
    """Return the group and the label of a subtype as people read them: no notes in brackets."""
    bare = re.sub(r"\s+", " ", _BRACKETS.sub("", published)).strip()
    group, colon, rest = bare.partition(" : ")
    if not colon:
        group, colon, rest = bare.partition(":")
    named = rest if colon else group
    return (group.strip() if colon else ""), named[:1].upper() + named[1:]


def family_of(type_code: str, published: str) -> str:
    """Return what a subtype has in common with the agents' twin of it."""
    group, named = label(published)
    return f"{type_code}/{plain(group)}/{_TAILS.sub('', plain(named))}"


def catalogue(rows: list[Row], told: dict[str, Any]) -> tuple[list[Row], list[Row]]:
    """Return the categories and the subtypes, the most reported first."""
    counted = Counter((row["type"], row["soustype"]) for row in rows)
    types = Counter(row["type"] for row in rows)
    categories: dict[str, Row] = {}
    for name, _count in types.most_common():
        categories[slug(name)] = _category(slug(name), "", name, told)
    subtypes: list[Row] = []
    families: dict[str, int] = {}
    taken: set[str] = set()
    for (kind, published), count in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        top = slug(kind)
        group, named = label(published)
        branch = f"{top[:30]}-{slug(group)}" if group else top
        if group and branch not in categories:
            categories[branch] = _category(branch, top, group, told)
        code = slug(f"{group} {named}")
        if "[" in published:
            code = f"agents-{code}"[:LONGEST_CODE]
        if code in taken:
            code = f"{code[: LONGEST_CODE - 5]}-{len(taken)}"
        taken.add(code)
        family = families.setdefault(family_of(top, published), len(families) + 1)
        subtypes.append(
            {
                "code": code,
                "category": branch,
                "type": top,
                "published_as": published,
                "label_fr": named,
                "label_en": told["kinds"][named],
                "family": str(family),
                "radius_m": "50",
                "days": "30",
                "sla_hours": str(told["promises"].get(top, "")),
                "agents": "yes" if "[" in published else "",
                "anonymous": "" if top in told["named_only"] else "yes",
                "place_public": "" if "personnes à la rue" in published else "yes",
                "weight": str(count),
            }
        )
    for order, one in enumerate(categories.values()):
        one["order"] = str(order)
    return list(categories.values()), subtypes


def _said(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _category(code: str, parent: str, name: str, told: dict[str, Any]) -> Row:
    said = told["categories"].get(code, {})
    return {
        "code": code,
        "parent": parent,
        "label_fr": re.sub(r"\s+", " ", name),
        "label_en": said.get("en") or told["groups"][name],
        "icon": said.get("icon", ""),
    }


def handlers(rows: list[Row], told: dict[str, Any]) -> list[Row]:
    """Return who treats what was reported, the busiest first."""
    counted = Counter(row["intervenant"] for row in rows)
    return [
        {
            "code": slug(name),
            "published_as": name,
            "name": told["handlers"].get(name, name),
            "kind": "partner" if name in told["partners"] else "service",
        }
        for name, _count in counted.most_common()
    ]


def zones_of() -> list[tuple[str, Any]]:
    """Return the woods and parks of the territory, as shapes in metres."""
    packed = (HERE.parent / "territory" / "zones.json.gz").read_bytes()
    found = []
    for zone in json.loads(gzip.decompress(packed)):
        if zone["kind"] != "water":
            rings = [shapely.Polygon(list(_corners(ring["steps"]))) for ring in zone["rings"]]
            holes = [ring["hole"] for ring in zone["rings"]]
            solid = shapely.union_all([r for r, h in zip(rings, holes, strict=True) if not h])
            empty = shapely.union_all([r for r, h in zip(rings, holes, strict=True) if h])
            found.append((zone["code"], solid.difference(empty)))
    return found


def _corners(steps: list[int]) -> Iterable[tuple[float, float]]:
    x = y = 0
    for east, north in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + east, y + north
        yield x / 1000, y / 1000


def point(row: Row) -> Any:
    """Return where a report was made, in metres."""
    where = ast.literal_eval(row["geo_point_2d"])
    return shapely.Point(*to_metres(where["lon"], where["lat"]))


def learned(rows: list[Row], codes: dict[tuple[str, str], str]) -> list[Row]:
    """Return the default table: by subtype, by type for what was never seen, by zone."""
    found = _by(rows, "subtype", lambda row: codes[row["type"], row["soustype"]])
    found += _by(rows, "type", lambda row: slug(row["type"]))
    points = [point(row) for row in rows]
    for code, shape in zones_of():
        inside = [row for row, where in zip(rows, points, strict=True) if shape.contains(where)]
        found += [
            rule
            for rule in _by(inside, "zone", lambda _row, code=code: code)
            if int(rule["seen"]) >= ZONE_SEEN
            and int(rule["agreed"]) >= ZONE_AGREED * int(rule["seen"])
        ]
    return found


def _by(rows: list[Row], ground: str, key: Callable[[Row], str]) -> list[Row]:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        seen[key(row)][row["intervenant"]] += 1
    rules = []
    for name, counted in sorted(seen.items()):
        best, agreed = min(counted.items(), key=lambda one: (-one[1], one[0]))
        rule = dict.fromkeys(("subtype", "type", "zone"), "")
        rule[ground] = name
        rule["handler"] = slug(best)
        rule["rank"] = str(ZONE_RANK if ground == "zone" else 0)
        rule["seen"], rule["agreed"] = str(counted.total()), str(agreed)
        rules.append(rule)
    return rules


def judged(held_out: list[Row], rules: list[Row], codes: dict[tuple[str, str], str]) -> float:
    """Return the share of the rows held out that the table sends where they went."""
    by = {(k, r[k]): r["handler"] for r in rules for k in ("subtype", "type", "zone") if r[k]}
    zones = [(code, shape) for code, shape in zones_of() if ("zone", code) in by]
    right = 0
    for row in held_out:
        where = point(row)
        named = [("zone", code) for code, shape in zones if shape.contains(where)]
        named += [("subtype", codes[row["type"], row["soustype"]]), ("type", slug(row["type"]))]
        right += next(by[one] for one in named if one in by) == slug(row["intervenant"])
    return right / len(held_out)


def write(name: str, rows: list[Row]) -> None:
    """Write rows as CSV; columns are those of the first row."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write the files."""
    told = _said("told.toml") | _said("english.toml")
    rows = rows_of(Path(sys.argv[1]))
    learn, held_out = split(rows)
    categories, subtypes = catalogue(rows, told)
    names = {slug(row["type"]): row["type"] for row in rows}
    codes = {(names[one["type"]], one["published_as"]): one["code"] for one in subtypes}
    rules = learned(learn, codes)
    write("categories.csv", categories)
    write("subtypes.csv", subtypes)
    write("handlers.csv", handlers(rows, told))
    write("routing.csv", rules)
    last = hashlib.sha256(held_out[-1]["id_dmr"].encode()).hexdigest()
    (HERE / "learned.toml").write_text(
        "# Which rows of the City's export the default table was learned from; written by"
        " convert.py.\n"
        f"rows = {len(learn)}\nheld_out = {len(held_out)}\n"
        f'held_out_up_to = "{last}"   # SHA-256 of id_dmr\n',
        encoding="utf-8",
    )
    share = judged(held_out, rules, codes)
    sys.stdout.write(
        f"{len(categories)} categories, {len(subtypes)} subtypes, {len(rules)} rules from"
        f" {len(learn)} rows; {share:.4f} of {len(held_out)} held out go where they went\n"
    )


if __name__ == "__main__":
    main()
