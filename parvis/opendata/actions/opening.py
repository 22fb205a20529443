"""Opening the live datasets that somebody declared in a file, or a city in its folder."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from parvis.opendata.actions import cities, live, pulling, sealing
from parvis.opendata.queries import live as known_series
from parvis.opendata.rules.feeds import declaring, gbfs, replaying
from parvis.opendata.rules.feeds.declaring import Declared

REPLAYS = "live"
"""The folder of a city's open data that holds the snapshots its demonstration replays."""


def open_declared(*, declared: Declared, now: dt.datetime) -> None:
    """Open a live dataset, or bring it up to date with what is declared now."""
    live.open_series(
        description=declared.description,
        now=now,
        ttl=declared.ttl,
        history=declared.history,
        pull=declared.pull,
    )


def open_city(*, folder: Path, now: dt.datetime) -> tuple[str, ...]:
    """Open the live datasets of a city's folder; return the ids of those that were not open yet.

    The first rows of a source that the demonstration replays are those of its snapshot: people who
    come before the first pull find them there.

    :raises Misdeclared: if the folder declares one wrongly
    """
    opened = []
    for description, said in cities.live_datasets(folder=folder):
        declared = declaring.series(description, said)
        before = known_series.status(description.dataset_id, now=now)
        open_declared(declared=declared, now=now)
        if before is None:
            opened.append(description.dataset_id)
            _begin(declared, folder / REPLAYS, now)
    return tuple(opened)


def _begin(declared: Declared, folder: Path, now: dt.datetime) -> None:
    is_replayed = str((declared.pull or {}).get("url", "")).startswith("/demo/")
    if not is_replayed or not folder.is_dir():
        return
    information = replaying.information(snapshot(folder, gbfs.INFORMATION))
    status = replaying.status(snapshot(folder, gbfs.STATUS), now)
    heard = gbfs.read(information, status)
    dataset_id = declared.description.dataset_id
    pulling.take(dataset_id=dataset_id, heard=heard, now=now)
    sealing.seal(dataset_id=dataset_id, now=now)


def snapshot(folder: Path, name: str) -> dict[str, Any]:
    """Return one of the documents that a demonstration replays; they do not change.

    :raises FileNotFoundError: if the folder does not hold it
    """
    return _read(folder / f"{name}.json.gz")


@lru_cache(maxsize=4)
def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(gzip.decompress(path.read_bytes())))
