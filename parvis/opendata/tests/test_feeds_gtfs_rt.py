"""GTFS-Realtime: what is not said is null, a stop is a row, what is deleted is gone."""

from __future__ import annotations

import datetime as dt

import pytest
from google.transit import gtfs_realtime_pb2

from parvis.opendata.rules.feeds import gtfs_rt, mapping
from parvis.opendata.rules.feeds.heard import Unreadable
from parvis.opendata.rules.fields import Schema

NOW = dt.datetime(2025, 10, 18, 9, 0, tzinfo=dt.UTC)
STAMP = 1760778000  # 9:00 on that day


@pytest.fixture
def feed():
    message = gtfs_realtime_pb2.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = STAMP
    return message


def rows(feed, kind):
    heard = gtfs_rt.read(feed.SerializeToString(), kind=kind)
    seen = mapping.observations(heard, Schema(gtfs_rt.FIELDS[kind]), {}, now=NOW)
    return heard, [one.row for one in seen]


def test_a_vehicle_is_where_it_says_and_what_it_does_not_say_is_null(feed):
    entity = feed.entity.add(id="v1")
    entity.vehicle.trip.trip_id = "t1"
    entity.vehicle.position.latitude, entity.vehicle.position.longitude = 48.8534, 2.3488
    entity.vehicle.position.speed = 0
    entity.vehicle.timestamp = STAMP - 30
    heard, (row,) = rows(feed, gtfs_rt.VEHICLES)
    assert heard.is_whole
    assert heard.updated_at == NOW
    assert heard.rows[0].moment == NOW - dt.timedelta(seconds=30)
    assert row == {
        **dict.fromkeys(row),
        "id": "v1",
        "trip_id": "t1",
        "position": {"lon": 2.3488, "lat": 48.8534},
        "speed": 0.0,
        "timestamp": "2025-10-18T08:59:30+00:00",
    }


def test_each_stop_of_a_trip_is_a_row_and_a_cancelled_trip_is_one(feed):
    late = feed.entity.add(id="a")
    late.trip_update.trip.trip_id = "t1"
    late.trip_update.trip.route_id = "38"
    first = late.trip_update.stop_time_update.add(stop_sequence=1, stop_id="s1")
    first.arrival.delay = 0
    second = late.trip_update.stop_time_update.add(stop_id="s2")
    second.departure.time = STAMP + 60
    cancelled = feed.entity.add(id="b")
    cancelled.trip_update.trip.trip_id = "t2"
    cancelled.trip_update.trip.schedule_relationship = 3
    _heard, found = rows(feed, gtfs_rt.TRIPS)
    assert [(one["id"], one["trip_id"], one["stop_id"]) for one in found] == [
        ("a/1", "t1", "s1"),
        ("a/s2", "t1", "s2"),
        ("b", "t2", None),
    ]
    assert (found[0]["arrival_delay"], found[0]["departure_delay"]) == (0, None)
    assert found[1]["departure"] == "2025-10-18T09:01:00+00:00"
    assert found[2]["trip_relationship"] == "CANCELED"


def test_an_alert_is_told_in_french_with_the_lines_it_is_about(feed):
    entity = feed.entity.add(id="al")
    alert = entity.alert
    alert.header_text.translation.add(text="Closed", language="en")
    alert.header_text.translation.add(text="Fermée", language="fr")
    alert.effect = 1
    alert.active_period.add(start=STAMP, end=STAMP + 60)
    alert.active_period.add(start=STAMP + 600)
    alert.informed_entity.add(route_id="38")
    alert.informed_entity.add(route_id="38", stop_id="s1")
    _heard, (row,) = rows(feed, gtfs_rt.ALERTS)
    assert row == {
        "id": "al",
        "header": "Fermée",
        "description": None,
        "url": None,
        "cause": None,
        "effect": "NO_SERVICE",
        "starts": "2025-10-18T09:00:00+00:00",
        "ends": None,
        "routes": ["38"],
        "stops": ["s1"],
    }


def test_a_source_that_tells_of_changes_leaves_the_rest_and_says_what_is_gone(feed):
    feed.header.incrementality = 1
    feed.entity.add(id="gone", is_deleted=True)
    feed.entity.add(id="here").vehicle.trip.trip_id = "t"
    heard, found = rows(feed, gtfs_rt.VEHICLES)
    assert not heard.is_whole
    assert [one["id"] for one in found] == ["here"]
    assert heard.gone == ({"id": "gone"},)


@pytest.mark.parametrize("content", [b"<html>", b"{}", b"\x0a\xff\xff\xff\xff\xff"])
def test_other_bytes_are_no_message(content):
    with pytest.raises(Unreadable) as fault:
        gtfs_rt.read(content, kind=gtfs_rt.VEHICLES)
    assert str(fault.value) == "This is no GTFS-Realtime message."


def test_an_unknown_kind_of_entity_is_told():
    with pytest.raises(Unreadable) as fault:
        gtfs_rt.read(b"", kind="shape")
    assert str(fault.value).startswith("There is no kind of entity « shape »")
