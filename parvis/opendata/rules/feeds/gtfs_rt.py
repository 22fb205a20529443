"""GTFS-Realtime: where vehicles are, when they will stop, what riders are told.

GTFS Realtime Reference (https://gtfs.org/documentation/realtime/reference/): a FeedMessage in
protocol buffers, whose entities are trip updates, vehicle positions or alerts. The reader of
protocol buffers (`gtfs-realtime-bindings`) is installed only where such a source is asked.
"""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from parvis.opendata.rules.feeds import mapping, reading
from parvis.opendata.rules.feeds.gbfs import LANGUAGES
from parvis.opendata.rules.feeds.heard import Heard, Said, Unreadable
from parvis.opendata.rules.fields import Field, FieldType

VEHICLES, TRIPS, ALERTS = "vehicle", "trip_update", "alert"
KEY = ("id",)
_MINUTE = {"timeserie_precision": ("minute",)}
_SEVERAL = {"multivalued": (",",), "facet": ()}
Entity = Mapping[str, Any]
Row = dict[str, Any]


def _texts(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name=name, type=FieldType.TEXT) for name in names)


def _moments(*names: str) -> tuple[Field, ...]:
    return tuple(
        Field(name=name, type=FieldType.DATETIME, annotations=dict(_MINUTE)) for name in names
    )


FIELDS: Mapping[str, tuple[Field, ...]] = {
    VEHICLES: (
        *_texts("id", "vehicle_id", "vehicle_label", "trip_id", "route_id", "stop_id"),
        Field(name="position", type=FieldType.GEO_POINT),
        Field(name="bearing", type=FieldType.DOUBLE, annotations={"unit": ("°",)}),
        Field(name="speed", type=FieldType.DOUBLE, annotations={"unit": ("m/s",)}),
        *_texts("current_status", "occupancy_status"),
        *_moments("timestamp"),
    ),
    TRIPS: (
        *_texts("id", "trip_id", "route_id", "start_date", "trip_relationship", "stop_id"),
        Field(name="stop_sequence", type=FieldType.INT),
        *_texts("stop_relationship"),
        *_moments("arrival"),
        Field(name="arrival_delay", type=FieldType.INT, annotations={"unit": ("s",)}),
        *_moments("departure"),
        Field(name="departure_delay", type=FieldType.INT, annotations={"unit": ("s",)}),
        *_moments("timestamp"),
    ),
    ALERTS: (
        *_texts("id", "header", "description", "url", "cause", "effect"),
        *_moments("starts", "ends"),
        Field(name="routes", type=FieldType.TEXT, annotations=dict(_SEVERAL)),
        Field(name="stops", type=FieldType.TEXT, annotations=dict(_SEVERAL)),
    ),
}
"""What a dataset of each kind of entity holds unless it is described otherwise."""


def read(content: bytes, *, kind: str) -> Heard:
    """Return the entities of one kind: a vehicle, an alert, or each stop of a trip, is one row.

    A value the source does not give is null. A source that only tells of what changed
    (incrementality DIFFERENTIAL) leaves the other rows; what it calls deleted is gone.

    :raises Unreadable: if the bytes are no such message, or cannot be read here
    """
    if kind not in _ROWS:
        message = f"There is no kind of entity « {kind} »: it is one of {', '.join(_ROWS)}."
        raise Unreadable(message)
    told = _message(content)
    header = told.get("header", {})
    entities = [one for one in told.get("entity", ()) if kind in one or one.get("is_deleted")]
    rows = tuple(said for one in entities if not one.get("is_deleted") for said in _ROWS[kind](one))
    return Heard(
        rows=rows,
        is_whole=header.get("incrementality", "FULL_DATASET") == "FULL_DATASET",
        gone=tuple({"id": one.get("id")} for one in entities if one.get("is_deleted")),
        updated_at=reading.moment(header.get("timestamp")),
    )


def _message(content: bytes) -> dict[str, Any]:
    """Return the message as JSON would say it: what is not given is not there."""
    try:
        bindings = importlib.import_module("google.transit.gtfs_realtime_pb2")
        as_json = importlib.import_module("google.protobuf.json_format")
        broken = importlib.import_module("google.protobuf.message").DecodeError
    except ModuleNotFoundError as error:
        message = "Reading GTFS-Realtime needs the Python package gtfs-realtime-bindings."
        raise Unreadable(message) from error
    try:
        message = bindings.FeedMessage.FromString(content)
        told = as_json.MessageToDict(message, preserving_proto_field_name=True)
    except (broken, ValueError) as error:
        sentence = "This is no GTFS-Realtime message."
        raise Unreadable(sentence) from error
    return dict(told)


# --- rows -----------------------------------------------------------------------------------------


def _vehicle(entity: Entity) -> Iterator[Said]:
    one = entity[VEHICLES]
    moment = reading.moment(one.get("timestamp"))
    values = {
        **one,
        "id": entity.get("id"),
        "vehicle_id": mapping.at(one, "vehicle.id"),
        "vehicle_label": mapping.at(one, "vehicle.label"),
        "trip_id": mapping.at(one, "trip.trip_id"),
        "route_id": mapping.at(one, "trip.route_id"),
        "bearing": mapping.at(one, "position.bearing"),
        "speed": mapping.at(one, "position.speed"),
        "timestamp": _said(moment),
    }
    yield Said(values=values, moment=moment)


def _trip(entity: Entity) -> Iterator[Said]:
    one = entity[TRIPS]
    moment = reading.moment(one.get("timestamp"))
    about = {
        **one,
        "id": entity.get("id"),
        "trip_id": mapping.at(one, "trip.trip_id"),
        "route_id": mapping.at(one, "trip.route_id"),
        "start_date": mapping.at(one, "trip.start_date"),
        "trip_relationship": mapping.at(one, "trip.schedule_relationship"),
        "timestamp": _said(moment),
    }
    stops = one.get("stop_time_update") or [{}]
    for stop in stops:
        yield Said(values={**about, **_stop(about["id"], stop)}, moment=moment)


def _stop(entity_id: Any, stop: Entity) -> Row:
    """Return what is said of one stop of a trip; nothing for a trip that names none."""
    here = stop.get("stop_sequence", stop.get("stop_id"))
    return {
        "id": entity_id if here is None else f"{entity_id}/{here}",
        "stop_id": stop.get("stop_id"),
        "stop_sequence": stop.get("stop_sequence"),
        "stop_relationship": stop.get("schedule_relationship"),
        "arrival": _said(reading.moment(mapping.at(stop, "arrival.time"))),
        "arrival_delay": mapping.at(stop, "arrival.delay"),
        "departure": _said(reading.moment(mapping.at(stop, "departure.time"))),
        "departure_delay": mapping.at(stop, "departure.delay"),
    }


def _alert(entity: Entity) -> Iterator[Said]:
    one = entity[ALERTS]
    informed = one.get("informed_entity", ())
    periods = one.get("active_period", ())
    starts = [reading.moment(period.get("start")) for period in periods]
    ends = [reading.moment(period.get("end")) for period in periods]
    values = {
        **one,
        "id": entity.get("id"),
        "header": _translated(one.get("header_text")),
        "description": _translated(one.get("description_text")),
        "url": _translated(one.get("url")),
        "starts": _said(min((known for known in starts if known), default=None)),
        # An alert without an end has none, whatever another of its periods says.
        "ends": None
        if None in ends
        else _said(max((known for known in ends if known), default=None)),
        "routes": _distinct(informed, "route_id"),
        "stops": _distinct(informed, "stop_id"),
    }
    yield Said(values=values)


def _translated(text: Any) -> Any:
    listed = text.get("translation", ()) if isinstance(text, Mapping) else ()
    said = {str(one.get("language", "")): one.get("text") for one in listed}
    return next((said[name] for name in (*LANGUAGES, *said) if name in said), None)


def _distinct(informed: Any, name: str) -> list[str] | None:
    return list(dict.fromkeys(str(one[name]) for one in informed if one.get(name))) or None


def _said(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


_ROWS: Mapping[str, Callable[[Entity], Iterator[Said]]] = {
    VEHICLES: _vehicle,
    TRIPS: _trip,
    ALERTS: _alert,
}
