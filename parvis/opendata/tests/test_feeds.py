"""What sources say, read into rows: nothing missing becomes a number, nothing said is lost."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.conf import settings

from parvis.opendata.actions import opening
from parvis.opendata.rules.feeds import declaring, gbfs, mapping, replaying
from parvis.opendata.rules.feeds.heard import Unreadable
from parvis.opendata.rules.fields import Field, Schema

NOW = dt.datetime(2025, 10, 18, 9, 0, tzinfo=dt.UTC)
LIVE = settings.PARVIS_CITY_DIR / "opendata" / opening.REPLAYS


def file(*stations, **more):
    return {"last_updated": 1760778000, "ttl": 60, "data": {"stations": list(stations)}, **more}


def values(heard, number=0):
    return heard.rows[number].values


# --- GBFS -----------------------------------------------------------------------------------------


@pytest.fixture
def version_2():
    """Two stations of which one is silent, and the types of their vehicles."""
    information = file(
        {"station_id": "1", "name": "Benjamin Godard", "lat": 48.86, "lon": 2.27, "capacity": 35},
        {"station_id": "2", "name": "Silent", "lat": 48.8, "lon": 2.3},
    )
    status = file(
        {
            "station_id": "1",
            "num_bikes_available": 5,
            "num_docks_available": 0,
            "vehicle_types_available": [
                {"vehicle_type_id": "a", "count": 1},
                {"vehicle_type_id": "b", "count": 4},
                {"vehicle_type_id": "car", "count": 9},
            ],
            "is_installed": False,
            "is_renting": True,
            "is_returning": True,
            "last_reported": 1760776294,
        }
    )
    kinds = [
        {"vehicle_type_id": "a", "form_factor": "bicycle", "propulsion_type": "human"},
        {"vehicle_type_id": "b", "form_factor": "bicycle", "propulsion_type": "electric_assist"},
        {"vehicle_type_id": "car", "form_factor": "car", "propulsion_type": "electric"},
    ]
    return information, status, {"data": {"vehicle_types": kinds}}


def test_gbfs_2_joins_what_stations_are_with_what_they_say(version_2):
    heard = gbfs.read(*version_2)
    assert heard.is_whole
    assert heard.ttl == dt.timedelta(seconds=60)
    assert heard.updated_at == dt.datetime(2025, 10, 18, 9, 0, tzinfo=dt.UTC)
    told = {field.name: values(heard)[field.name] for field in gbfs.FIELDS}
    assert told == {
        "station_id": "1",
        "name": "Benjamin Godard",
        "coordinates": {"lon": 2.27, "lat": 48.86},
        "capacity": 35,
        "num_vehicles_available": 5,
        "mechanical": 1,
        "ebike": 4,
        "num_docks_available": 0,
        "is_installed": False,
        "is_renting": True,
        "is_returning": True,
        "last_reported": "2025-10-18T08:31:34+00:00",
    }
    assert heard.rows[0].moment == dt.datetime(2025, 10, 18, 8, 31, 34, tzinfo=dt.UTC)
    silent = {field.name: values(heard, 1)[field.name] for field in gbfs.FIELDS}
    assert silent == {
        **dict.fromkeys(silent),
        "station_id": "2",
        "name": "Silent",
        "coordinates": {"lon": 2.3, "lat": 48.8},
    }
    assert heard.rows[1].moment is None


def test_gbfs_3_speaks_of_vehicles_in_several_languages_and_writes_moments_out():
    names = [{"text": "Opera", "language": "en"}, {"text": "Opéra", "language": "fr"}]
    information = file({"station_id": "pga", "name": names, "lat": 48.87, "lon": 2.33})
    status = file(
        {
            "station_id": "pga",
            "num_vehicles_available": 0,
            "last_reported": "2025-10-18T10:31:34+02:00",
        },
        {"station_id": "ghost", "num_vehicles_available": 2},
        last_updated="2025-10-18T11:00:00+02:00",
    )
    heard = gbfs.read(information, status)
    assert values(heard)["name"] == "Opéra"
    assert values(heard)["num_vehicles_available"] == 0
    assert values(heard)["ebike"] is None
    assert values(heard)["last_reported"] == "2025-10-18T08:31:34+00:00"
    assert heard.updated_at == NOW
    assert values(heard, 1)["station_id"] == "ghost"
    assert values(heard, 1)["coordinates"] == {"lon": None, "lat": None}


@pytest.mark.parametrize(
    "data",
    [
        {
            "feeds": [
                {"name": "station_information", "url": "i"},
                {"name": "station_status", "url": "s"},
            ]
        },
        {
            "en": {"feeds": [{"name": "station_information", "url": "wrong"}]},
            "fr": {
                "feeds": [
                    {"name": "station_information", "url": "i"},
                    {"name": "station_status", "url": "s"},
                ]
            },
        },
    ],
    ids=["version 3", "version 2"],
)
def test_the_discovery_file_names_the_others(data):
    assert gbfs.addresses({"data": data}) == {"station_information": "i", "station_status": "s"}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "This is no GBFS auto-discovery file (gbfs.json): it has no « data »."),
        (
            {"data": {}},
            "The auto-discovery file names no station_information and no station_status.",
        ),
        (
            {"data": {"feeds": [{"name": "station_status", "url": "s"}]}},
            "The auto-discovery file names no station_information.",
        ),
    ],
)
def test_a_discovery_file_that_is_none_is_told(document, sentence):
    with pytest.raises(Unreadable) as fault:
        gbfs.addresses(document)
    assert str(fault.value) == sentence


def test_stations_that_are_no_list_are_told():
    with pytest.raises(Unreadable) as fault:
        gbfs.read(file(), {"data": {"stations": {}}})
    assert str(fault.value) == "The station_status holds no list of stations."


# --- the real snapshot, replayed ------------------------------------------------------------------


def snapshot(name):
    return opening.snapshot(LIVE, name)


def replayed(at):
    heard = gbfs.read(
        replaying.information(snapshot("station_information")),
        replaying.status(snapshot("station_status"), at),
    )
    return {row.values["stationCode"]: row for row in heard.rows}


def test_the_snapshot_is_the_real_one():
    stations = {
        one["stationCode"]: one for one in snapshot("station_information")["data"]["stations"]
    }
    assert len(stations) == 1495
    assert stations["16107"]["name"] == "Benjamin Godard - Victor Hugo"
    assert stations["16107"]["_commune"] == "Paris"
    said = {one["station_id"]: one for one in snapshot("station_status")["data"]["stations"]}
    assert said[213688169]["num_bikes_available_types"] == [{"mechanical": 1}, {"ebike": 4}]


def test_a_station_says_nothing_until_its_minute_and_then_what_it_said():
    # On the day, it reported at 10:31:34 in Paris; here it is a year later, at 14 o'clock.
    before = dt.datetime(2026, 11, 26, 13, 31, 33, tzinfo=dt.UTC)
    silent = replayed(before)["16107"].values
    assert (silent["num_vehicles_available"], silent["is_renting"]) == (None, None)
    assert (silent["ebike"], silent["last_reported"]) == (None, None)
    assert silent["capacity"] == 35
    told = replayed(before + dt.timedelta(seconds=1))["16107"]
    assert (told.values["num_vehicles_available"], told.values["num_docks_available"]) == (5, 30)
    assert (told.values["mechanical"], told.values["ebike"]) == (1, 4)
    assert told.values["is_installed"] is True
    assert told.moment == dt.datetime(2026, 11, 26, 13, 31, 34, tzinfo=dt.UTC)


def test_every_figure_of_a_replay_is_one_of_the_snapshot():
    said = {str(one["station_id"]): one for one in snapshot("station_status")["data"]["stations"]}
    document = replaying.status(
        snapshot("station_status"), dt.datetime(2026, 11, 26, 13, 35, tzinfo=dt.UTC)
    )
    counted = [one for one in document["data"]["stations"] if "num_bikes_available" in one]
    assert 100 < len(counted) < 1000
    for one in counted:
        real = said[one["station_id"]]
        assert one["num_bikes_available"] == real["num_bikes_available"]
        shift = one["last_reported"] - real["last_reported"]
        assert shift in {0, 404 * 24 * 3600 + 5 * 3600}
    assert document["last_updated"] == max(one["last_reported"] for one in counted)


def test_a_replay_changes_its_moment_only_when_a_station_speaks():
    after = [
        replaying.status(
            snapshot("station_status"), dt.datetime(2026, 11, 26, 14, m, tzinfo=dt.UTC)
        )
        for m in (0, 10, 20)
    ]
    assert after[0] == after[1] == after[2]
    assert sum("last_reported" in one for one in after[0]["data"]["stations"]) == 1495


def test_the_dataset_of_the_city_is_declared_whole():
    ((description, said),) = opening.cities.live_datasets(folder=Path(LIVE).parent)
    told = declaring.series(description, said)
    assert description.dataset_id == "velib-disponibilite-en-temps-reel"
    assert "18 octobre 2025" in description.warnings[0]["message"]
    assert told.history
    schema = Schema.from_json([Field.from_json(one).to_json() for one in description.fields])
    status = replaying.status(
        snapshot("station_status"), dt.datetime(2026, 11, 26, 14, 0, tzinfo=dt.UTC)
    )
    heard = gbfs.read(replaying.information(snapshot("station_information")), status)
    row = next(
        one.row
        for one in mapping.observations(heard, schema, told.pull["options"], now=NOW)
        if one.row["stationcode"] == "16107"
    )
    assert json.loads(json.dumps(row)) == {
        "stationcode": "16107",
        "name": "Benjamin Godard - Victor Hugo",
        "is_installed": "OUI",
        "capacity": 35,
        "numdocksavailable": 30,
        "numbikesavailable": 5,
        "mechanical": 1,
        "ebike": 4,
        "is_renting": "OUI",
        "is_returning": "OUI",
        "duedate": "2026-11-26T13:31:34+00:00",
        "coordonnees_geo": {"lon": 2.275725, "lat": 48.865983},
        "nom_arrondissement_communes": "Paris",
        "code_insee_commune": None,
    }
