"""A snapshot replayed: the last hour it tells of, minute by minute of the present hour.

For demonstrations of a live source without one: every figure is one that was reported, at the
minute of the hour at which it was reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

HOUR = 3600
TTL = 60
"""Seconds after which the replay is to be asked again."""
_REPORTED = (
    "is_installed",
    "is_renting",
    "is_returning",
    "num_bikes_available",
    "num_bikes_available_types",
    "num_docks_available",
)
_FLAGS = frozenset({"is_installed", "is_renting", "is_returning"})


def status(snapshot: Mapping[str, Any], now: dt.datetime) -> dict[str, Any]:
    """Return the `station_status` (GBFS 2.3) of a snapshot replayed at this moment.

    The replay begins anew each hour at the minute of the earliest report of the snapshot's last
    hour. From then on a station says nothing until the minute of the hour at which it reported,
    and then what it reported; who was silent for longer says what it said, with the date it had.
    `last_updated` is the moment of the last report, so that it changes only when something does.
    """
    stations = snapshot["data"]["stations"]
    last = max(one["last_reported"] for one in stations)
    recent = [one["last_reported"] for one in stations if one["last_reported"] > last - HOUR]
    begun = _begun(min(recent), int(now.timestamp()))
    shift = begun - min(recent)
    replayed = [
        _station(one, shift if one["last_reported"] > last - HOUR else 0, int(now.timestamp()))
        for one in stations
    ]
    updated = max([begun, *(one["last_reported"] for one in replayed if "last_reported" in one)])
    return _file({"stations": replayed}, updated)


def information(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `station_information` of a snapshot (GBFS 2.3), as it was."""
    stations = [
        {**one, "station_id": str(one["station_id"])} for one in snapshot["data"]["stations"]
    ]
    return _file({"stations": stations}, snapshot["last_updated"])


def discovery(addresses: Mapping[str, str], updated: int) -> dict[str, Any]:
    """Return the auto-discovery file that names these feeds."""
    feeds = [{"name": name, "url": url} for name, url in addresses.items()]
    return _file({"fr": {"feeds": feeds}}, updated)


def _begun(first: int, now: int) -> int:
    """Return when the replay last began: the same minute and second of an hour as its first
    report."""
    return now - (now - first) % HOUR


def _station(one: Mapping[str, Any], shift: int, now: int) -> dict[str, Any]:
    moment = one["last_reported"] + shift
    known: dict[str, Any] = {"station_id": str(one["station_id"])}
    if moment > now:
        return known
    for name in _REPORTED:
        if one.get(name) is not None:
            known[name] = bool(one[name]) if name in _FLAGS else one[name]
    return {**known, "last_reported": moment}


def _file(data: dict[str, Any], updated: int) -> dict[str, Any]:
    return {"last_updated": updated, "ttl": TTL, "version": "2.3", "data": data}
