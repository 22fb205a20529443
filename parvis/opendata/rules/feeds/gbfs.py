"""GBFS 2 and 3: the stations of a bike-share system, what each holds and when it last said so.

General Bikeshare Feed Specification, https://gbfs.org: an auto-discovery file names the others;
`station_information` says where stations are, `station_status` what they hold. Version 3 calls
vehicles what version 2 calls bikes and writes moments in RFC 3339 instead of seconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from parvis.opendata.rules.feeds import reading
from parvis.opendata.rules.feeds.heard import Heard, Said, Unreadable
from parvis.opendata.rules.fields import Field, FieldType

INFORMATION, STATUS, TYPES = "station_information", "station_status", "vehicle_types"
LANGUAGES = ("fr", "en")
"""Which languages are read first where a system speaks several."""
KEY = ("station_id",)
FIELDS = (
    Field(name="station_id", type=FieldType.TEXT, label="Station"),
    Field(name="name", type=FieldType.TEXT, label="Name", annotations={"sortable": ()}),
    Field(name="coordinates", type=FieldType.GEO_POINT, label="Place"),
    Field(name="capacity", type=FieldType.INT, label="Docks in all"),
    Field(name="num_vehicles_available", type=FieldType.INT, label="Vehicles one can take"),
    Field(name="mechanical", type=FieldType.INT, label="Without a motor"),
    Field(name="ebike", type=FieldType.INT, label="With a motor"),
    Field(name="num_docks_available", type=FieldType.INT, label="Free docks"),
    Field(name="is_installed", type=FieldType.BOOLEAN, label="Is there"),
    Field(name="is_renting", type=FieldType.BOOLEAN, label="Lends"),
    Field(name="is_returning", type=FieldType.BOOLEAN, label="Takes back"),
    Field(
        name="last_reported",
        type=FieldType.DATETIME,
        label="Last heard",
        annotations={"timeserie_precision": ("minute",)},
    ),
)
"""What a dataset of stations holds unless it is described otherwise."""
_MOTORS = {"human": "mechanical", "electric_assist": "ebike", "electric": "ebike"}
_KINDS = ("mechanical", "ebike")
_CYCLES = frozenset({"bicycle", "cargo_bicycle", ""})
_FLAGS = ("is_installed", "is_renting", "is_returning")
Document = Mapping[str, Any]


def addresses(document: Any) -> dict[str, str]:
    """Return where each feed of a system is, by its name, as its auto-discovery file says.

    :raises Unreadable: if it is no such file, or names no stations
    """
    data = _data(document, "auto-discovery file (gbfs.json)")
    feeds = data.get("feeds") or _of_a_language(data)
    found = {
        str(one["name"]): str(one["url"])
        for one in _listed(feeds)
        if one.get("name") and one.get("url")
    }
    missing = [name for name in (INFORMATION, STATUS) if name not in found]
    if missing:
        message = f"The auto-discovery file names no {' and no '.join(missing)}."
        raise Unreadable(message)
    return found


def _of_a_language(data: Document) -> Any:
    """Return the feeds of version 2, which stand once for each language."""
    spoken = [name for name in LANGUAGES if name in data]
    spoken += [name for name in data if isinstance(data[name], Mapping)]
    return data[spoken[0]].get("feeds") if spoken else None


def updated_at(document: Any) -> dt.datetime | None:
    """Return when a file says that it last changed; also under the name Vélib' gives it."""
    if not isinstance(document, Mapping):
        return None
    return reading.moment(document.get("last_updated", document.get("lastUpdatedOther")))


def ttl(document: Any) -> dt.timedelta:
    """Return how long a file promises to stay as it is."""
    said = document.get("ttl") if isinstance(document, Mapping) else None
    is_one = isinstance(said, int | float) and not isinstance(said, bool) and 0 < said < 1 << 31
    return dt.timedelta(seconds=said) if is_one and said else dt.timedelta()


def read(information: Any, status: Any, types: Any = None) -> Heard:
    """Return every station that either file names, with what both say of it, joined by id.

    A station without a status, or a status without a count, has null there and never 0; one that
    is not installed stays. Values keep the names of the specification and of the producer beside
    those of `FIELDS`.

    :raises Unreadable: if a file is not what its name says
    """
    placed, known = _stations(information, INFORMATION), _stations(status, STATUS)
    motors = _motors(types)
    rows = []
    for name in {**placed, **known}:
        one, said = placed.get(name, {}), known.get(name, {})
        heard_at = reading.moment(said.get("last_reported"))
        values = {**one, **said, **_plain(name, one, said, motors)}
        values["last_reported"] = heard_at.isoformat() if heard_at else None
        rows.append(Said(values=values, moment=heard_at))
    return Heard(rows=tuple(rows), updated_at=updated_at(status), ttl=ttl(status))


def _plain(name: str, one: Document, said: Document, motors: Mapping[str, str]) -> dict[str, Any]:
    """Return a station under the names of `FIELDS`."""
    vehicles = said.get("num_vehicles_available")
    counts = _by_kind(said, motors)
    return {
        "station_id": name,
        "name": _spoken(one.get("name")),
        "coordinates": {"lon": one.get("lon"), "lat": one.get("lat")},
        "capacity": one.get("capacity"),
        "num_vehicles_available": said.get("num_bikes_available") if vehicles is None else vehicles,
        "num_docks_available": said.get("num_docks_available"),
        **{kind: counts.get(kind) for kind in _KINDS},
        **{flag: _flag(said.get(flag)) for flag in _FLAGS},
    }


def _flag(value: Any) -> Any:
    """Return a flag as true or false: version 1 wrote 1 and 0."""
    return bool(value) if value in (0, 1) and value is not None else value


def _spoken(name: Any) -> Any:
    """Return a name in the language read first; version 3 says it in each."""
    if not isinstance(name, list):
        return name
    texts = {str(one.get("language")): one.get("text") for one in _listed(name)}
    spoken = [texts[language] for language in LANGUAGES if language in texts]
    return next(iter([*spoken, *texts.values()]), None)


# --- counts by kind -------------------------------------------------------------------------------


def _motors(types: Any) -> dict[str, str]:
    """Return which kind each type of vehicle is; only cycles are counted by kind."""
    data = types.get("data") if isinstance(types, Mapping) else None
    listed = _listed(data.get("vehicle_types")) if isinstance(data, Mapping) else ()
    return {
        str(one.get("vehicle_type_id")): _MOTORS[str(one.get("propulsion_type"))]
        for one in listed
        if one.get("propulsion_type") in _MOTORS and str(one.get("form_factor", "")) in _CYCLES
    }


def _by_kind(said: Document, motors: Mapping[str, str]) -> dict[str, int]:
    """Return how many vehicles of each kind stand there; a kind nobody counts is not there."""
    counts: dict[str, int] = {}
    for kind, count in [*_typed(said, motors), *_named(said)]:
        if isinstance(count, int) and not isinstance(count, bool):
            counts[kind] = counts.get(kind, 0) + count
    return counts


def _typed(said: Document, motors: Mapping[str, str]) -> Iterable[tuple[str, Any]]:
    """Yield what versions 2 and 3 count by type of vehicle."""
    for one in _listed(said.get("vehicle_types_available")):
        kind = motors.get(str(one.get("vehicle_type_id")))
        if kind:
            yield kind, one.get("count")


def _named(said: Document) -> Iterable[tuple[str, Any]]:
    """Yield what Vélib' counts by the names of the kinds themselves."""
    given = said.get("num_bikes_available_types")
    for one in _listed([given] if isinstance(given, Mapping) else given):
        yield from ((kind, one[kind]) for kind in _KINDS if kind in one)


# --- files ----------------------------------------------------------------------------------------


def _stations(document: Any, name: str) -> dict[str, Document]:
    stations = _data(document, name).get("stations")
    if not isinstance(stations, list):
        message = f"The {name} holds no list of stations."
        raise Unreadable(message)
    return {
        str(one["station_id"]): one
        for one in _listed(stations)
        if one.get("station_id") is not None
    }


def _data(document: Any, name: str) -> Document:
    data = document.get("data") if isinstance(document, Mapping) else None
    if not isinstance(data, Mapping):
        message = f"This is no GBFS {name}: it has no « data »."
        raise Unreadable(message)
    return data


def _listed(given: Any) -> list[Document]:
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
