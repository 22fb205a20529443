"""The open data of a city's folder: what its catalogue describes, and the rows it holds.

`catalogue.json.gz` is an export of an Explore API catalogue; `datasets.toml` says which rows the
folder holds, each in a Parquet file made by `convert.py`.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from parvis.opendata.actions.describing import describe_all
from parvis.opendata.actions.publishing import publish
from parvis.opendata.models import Dataset
from parvis.opendata.queries.engine import files
from parvis.opendata.queries.engine.scratch import scratch
from parvis.opendata.rules.descriptions import OURS, TEMPLATE, Description
from parvis.opendata.rules.fields import GEOGRAPHIC, TEMPORAL, Field, FieldType, Schema

_FRONT_HELD, _FRONT_DESCRIBED, _HELD, _DESCRIBED = 0, 200, 400, 1000
Given = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load found and changed."""

    described: int
    held: int
    rows: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """Rows of one dataset in one file of the folder."""

    path: Path
    origin: str
    note: str


def load_city(*, folder: Path, now: dt.datetime) -> Loaded:
    """Describe every dataset of the folder and publish the rows it holds; what is there already is
    left as it is.

    :raises FileNotFoundError: if the folder lacks a file that it names
    """
    listed = _listed(folder)
    held = {one["id"]: one for one in listed["dataset"]}
    descriptions = _descriptions(folder, held, listed)
    changed = len(describe_all(descriptions=descriptions, now=now))
    published = dict(
        Dataset.objects.exclude(current=None).values_list("dataset_id", "current__origin")
    )
    with files.workshop() as work, scratch(work):
        for description in descriptions:
            entry = held.get(description.dataset_id)
            if entry and "live" not in entry:
                changed += _publish(description, _copies(folder, entry, listed), published, now)
    held_rows = Dataset.objects.filter(dataset_id__in=held).exclude(current=None)
    rows = sum(held_rows.values_list("current__rows", flat=True))
    return Loaded(described=len(descriptions), held=len(held), rows=rows, changed=changed)


def live_datasets(*, folder: Path) -> list[tuple[Description, Given]]:
    """Return the datasets of the folder whose rows arrive one by one, each with how it is fed."""
    if not (folder / "datasets.toml").exists():
        return []
    listed = _listed(folder)
    held = {one["id"]: one for one in listed["dataset"]}
    fed = {name: one["live"] for name, one in held.items() if "live" in one}
    described = _descriptions(folder, held, listed) if fed else []
    return [(one, fed[one.dataset_id]) for one in described if one.dataset_id in fed]


def _listed(folder: Path) -> Given:
    return tomllib.loads((folder / "datasets.toml").read_text("utf-8"))


def _descriptions(folder: Path, held: Given, listed: Given) -> list[Description]:
    """Return every dataset of the folder in the order of the catalogue."""
    catalogue = json.loads(gzip.decompress((folder / "catalogue.json.gz").read_bytes()))
    known = {one["dataset_id"]: one for one in catalogue}
    front = listed["catalogue"]["front"]
    names = sorted(
        {*known, *held}, key=lambda name: (*_rank(known.get(name), held.get(name), front), name)
    )
    return [
        _description(name, order, known.get(name), held.get(name), listed)
        for order, name in enumerate(names)
    ]


def _rank(known: Given | None, entry: Given | None, front: str) -> tuple[int, str]:
    """Return what datasets are ordered by: the theme in front, what is held, then the title."""
    default = known["metas"][TEMPLATE] if known else entry or {}
    is_in_front = front in (default["theme"] or ())
    if is_in_front:
        place = _FRONT_HELD if entry else _FRONT_DESCRIBED
    else:
        place = _HELD if entry else _DESCRIBED
    return place, default["title"]


# --- describing -----------------------------------------------------------------------------------


def _description(
    name: str, order: int, known: Given | None, entry: Given | None, listed: Given
) -> Description:
    said = entry or {}
    fields = known["fields"] if known else [_field(one) for one in said["fields"]]
    metas = known["metas"] if known else _metas(said, listed)
    return Description(
        dataset_id=name,
        metas={**metas, **_places(metas, listed)},
        fields=fields,
        features=known["features"] if known else _features(fields),
        key_fields=said.get("key", ()),
        sort_fields=said.get("sort", ()),
        enriched_fields=said.get("enriched", ()),
        warnings=said.get("warnings", ()),
        source_url=listed["catalogue"]["source"].format(id=name)
        if known
        else said.get("references", ""),
        order=order,
    )


def _field(given: Given) -> Given:
    """Return a field of `datasets.toml` as the API shows it."""
    pairs = [one.partition("=") for one in given.get("annotations", ())]
    return Field(
        name=given["name"],
        type=FieldType(given["type"]),
        label=given["label"],
        description=given["description"],
        annotations={name: (value,) if value else () for name, _sign, value in pairs},
    ).to_json()


def _features(fields: list[Given]) -> list[str]:
    kinds = {FieldType(one["type"]) for one in fields}
    found = {"timeserie": kinds & TEMPORAL, "geo": kinds & GEOGRAPHIC}
    return ["analyze", *(name for name, has in found.items() if has)]


def _metas(entry: Given, listed: Given) -> dict[str, Given]:
    """Return the metadata templates of a dataset that the City does not describe."""
    license_name, license_url = listed["licenses"][entry["license"]]
    default = {
        "title": entry["title"],
        "description": entry["description"],
        "theme": entry["theme"],
        "keyword": entry["keyword"],
        "license": license_name,
        "license_url": license_url,
        "language": "fr",
        "metadata_languages": ["fr"],
        "modified": entry.get("modified"),
        "publisher": entry["publisher"],
        "references": entry.get("references"),
        "attributions": [_origin(entry, listed)],
        "territory": entry.get("territory", ["Paris"]),
        "federated": False,
    }
    dcat = {"hvd_category": entry["hvd"]} if "hvd" in entry else {}
    return {TEMPLATE: default, "dcat": dcat}


def _places(metas: dict[str, Given], listed: Given) -> dict[str, Given]:
    """Return where the dataset is, in a template of our own: the City names its places only."""
    boxes = listed["catalogue"]["places"]
    known = [boxes[one] for one in metas[TEMPLATE]["territory"] or () if one in boxes]
    return {OURS: {"spatial": known[0]}} if known else {}


def _origin(entry: Given, listed: Given) -> str:
    told: str = entry.get("origin_text") or listed["origins"][entry["origin"]]
    return told


# --- publishing -----------------------------------------------------------------------------------


def _copies(folder: Path, entry: Given, listed: Given) -> Iterator[_Copy]:
    """Yield the copies of a dataset's rows, the oldest first."""
    for suffix, said in ((".before", entry.get("before")), ("", entry)):
        if said is None:
            continue
        path = folder / f"{entry['id']}{suffix}.parquet"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        origin = f"{_origin(entry, listed)} · {path.name} {digest}"
        yield _Copy(path=path, origin=origin, note=said.get("note", ""))


def _publish(
    description: Description,
    copies: Iterator[_Copy],
    published: Mapping[str, str],
    now: dt.datetime,
) -> int:
    """Publish the copies whose last one is not the current version; return how many."""
    wanted = list(copies)
    if published.get(description.dataset_id) == wanted[-1].origin:
        return 0
    for copy in wanted:
        with pq.ParquetFile(copy.path) as file:
            table = file.read()
        publish(
            dataset_id=description.dataset_id,
            table=table,
            schema=_schema(description, set(table.column_names)),
            origin=copy.origin,
            note=copy.note,
            now=now,
        )
    return len(wanted)


def _schema(description: Description, columns: set[str]) -> Schema:
    """Return the described fields that the file holds."""
    fields = [Field.from_json(one) for one in description.fields]
    return Schema(tuple(one for one in fields if columns.issuperset(one.columns)))
