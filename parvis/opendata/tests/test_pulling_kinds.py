"""The other kinds of sources, pulled over real sockets; and days of 23 and 25 hours."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from google.transit import gtfs_realtime_pb2

from parvis.opendata.actions import live, opening, pulling
from parvis.opendata.rules.feeds import declaring
from parvis.opendata.rules.live import Observed
from parvis.opendata.tests.api_world import get
from parvis.opendata.tests.feeds_world import NOON, STATIONS, Operator, minutes, open_stations

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ("127.0.0.1/32",)
    operator = Operator()
    yield operator
    operator.close()


def opened(**given):
    opening.open_declared(declared=declaring.declared(given), now=NOON)


def records(client, dataset_id, **given):
    return get(client, f"catalog/datasets/{dataset_id}/records", **given).json()


def test_json_is_pulled_by_the_paths_one_names(operator, client):
    operator.body = lambda _path: json.dumps(
        {"pools": [{"n": "Pailleron", "now": "12"}, {"n": "Keller", "now": None}]}
    ).encode()
    opened(
        id="piscines",
        title="Piscines",
        key=["nom"],
        fields=[{"name": "nom", "type": "text"}, {"name": "presents", "type": "int"}],
        pull={
            "kind": "json",
            "url": f"{operator.address}/pools",
            "options": {"list": "pools", "fields": {"nom": "n", "presents": "now"}},
        },
    )
    assert pulling.pull(dataset_id="piscines", now=minutes(1)).error == ""
    assert records(client, "piscines", order_by="nom")["results"] == [
        {"nom": "Keller", "presents": None},
        {"nom": "Pailleron", "presents": 12},
    ]
    assert pulling.pull(dataset_id="piscines", now=minutes(2)).recorded is None


def test_gtfs_realtime_is_pulled_and_what_is_deleted_is_gone(operator, client):
    message = gtfs_realtime_pb2.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.entity.add(id="1").vehicle.trip.trip_id = "t1"
    message.entity.add(id="2").vehicle.trip.trip_id = "t2"
    operator.body = lambda _path: message.SerializeToString()
    opened(id="bus", title="Bus", pull={"kind": "gtfs-rt", "url": f"{operator.address}/rt"})
    assert pulling.pull(dataset_id="bus", now=minutes(1)).recorded.changed == 2
    message.header.incrementality = 1
    del message.entity[:]
    message.entity.add(id="1", is_deleted=True)
    assert pulling.pull(dataset_id="bus", now=minutes(2)).recorded.gone == 1
    found = records(client, "bus", select="id, trip_id, position")["results"]
    assert found == [{"id": "2", "trip_id": "t2", "position": None}]


def count_every_hour(day):
    """Count one bicycle an hour, from the day before to the day after."""
    opened(
        id="compteur",
        title="Compteur",
        key=["borne", "heure"],
        fields=[
            {"name": "borne", "type": "text"},
            {"name": "heure", "type": "datetime"},
            {"name": "passages", "type": "int"},
        ],
    )
    begins = dt.datetime.combine(day - dt.timedelta(days=1), dt.time(), dt.UTC)
    every_hour = [begins + dt.timedelta(hours=number) for number in range(72)]
    live.record(
        dataset_id="compteur",
        observations=[
            Observed(row={"borne": "a", "heure": one.isoformat(), "passages": 1})
            for one in every_hour
        ],
        now=NOON + dt.timedelta(days=60),
    )


@pytest.mark.parametrize(
    ("day", "hours", "odd"),
    [
        (dt.date(2025, 10, 26), 25, {"2": 2}),
        (dt.date(2026, 3, 29), 23, {"2": 0}),
    ],
    ids=["the night that lasts longer", "the night that lasts less"],
)
def test_hours_are_those_of_the_city_on_the_days_that_clocks_change(client, day, hours, odd):
    count_every_hour(day)
    paris = "Europe/Paris"
    that_day = f"heure >= date'{day}' AND heure < date'{day + dt.timedelta(days=1)}'"
    days = records(
        client,
        "compteur",
        select="count(*) AS n, sum(passages) AS p",
        group_by="date_format(heure, 'YYYY-MM-dd') AS jour",
        timezone=paris,
        limit=10,
    )["results"]
    assert {"jour": day.isoformat(), "n": hours, "p": hours} in days
    by_hour = records(
        client,
        "compteur",
        select="count(*) AS n",
        where=that_day,
        group_by="hour(heure) AS h",
        timezone=paris,
        limit=30,
    )["results"]
    counted = {str(one["h"]): one["n"] for one in by_hour}
    expected = {str(hour): 1 for hour in range(24)} | odd
    assert counted == {hour: number for hour, number in expected.items() if number}
    # By the clock of the world that day has 24 hours like any other.
    world = records(
        client,
        "compteur",
        select="count(*) AS n",
        group_by="date_format(heure, 'YYYY-MM-dd') AS jour",
        limit=10,
    )["results"]
    assert {"jour": day.isoformat(), "n": 24} in world


def test_the_api_shows_a_live_dataset_as_any_other(operator, client):
    open_stations(f"{operator.address}/gbfs.json")
    pulling.pull(dataset_id=STATIONS, now=minutes(1))
    whole = records(client, STATIONS, where="num_vehicles_available is null")
    assert [one["station_id"] for one in whole["results"]] == ["b"]
    found = records(client, STATIONS, select="sum(num_vehicles_available) AS n")["results"]
    assert found == [{"n": 5}]
