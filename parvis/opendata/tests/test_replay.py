"""The demonstration's live source: served as GBFS, opened with the city, pulled from itself."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings as of_the_city

from parvis.opendata.actions import cities, opening, pulling
from parvis.opendata.models import LiveSeries
from parvis.opendata.queries import live as asking
from parvis.opendata.tests.api_world import get

OPENDATA = of_the_city.PARVIS_CITY_DIR / "opendata"
VELIB = "velib-disponibilite-en-temps-reel"
NOON = dt.datetime(2026, 11, 26, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _demonstration(settings):
    settings.ROOT_URLCONF = "parvis.opendata.tests.demo_urls"


def records(client, dataset_id=VELIB, **given):
    return get(client, f"catalog/datasets/{dataset_id}/records", **given).json()


def test_the_feeds_are_gbfs_and_say_that_they_are_a_replay(client):
    found = client.get("/demo/gbfs/gbfs.json").json()
    feeds = {one["name"]: one["url"] for one in found["data"]["fr"]["feeds"]}
    assert feeds == {
        "station_information": "http://testserver/demo/gbfs/station_information.json",
        "station_status": "http://testserver/demo/gbfs/station_status.json",
    }
    assert "18 October 2025" in found["_note"]
    information = client.get(feeds["station_information"])
    assert len(information.json()["data"]["stations"]) == 1495
    again = client.get(feeds["station_information"], headers={"If-None-Match": information["ETag"]})
    assert again.status_code == 304
    assert client.get(feeds["station_status"]).json()["ttl"] == 60


@pytest.mark.django_db
def test_the_city_opens_it_with_the_first_rows_and_opens_it_once(client):
    assert opening.open_city(folder=OPENDATA, now=NOON) == (VELIB,)
    # At noon every station has said what it says at its minute of the hour before.
    found = records(client, select="count(*) AS n, count(numbikesavailable) AS said")["results"]
    assert found == [{"n": 1495, "said": 1495}]
    (one,) = records(client, where="stationcode = '16107'")["results"]
    assert (one["numbikesavailable"], one["is_renting"], one["duedate"]) == (
        5,
        "OUI",
        "2026-11-26T11:31:34+00:00",
    )
    assert records(client, f"{VELIB}-historique", limit=0)["total_count"] == 1495
    assert opening.open_city(folder=OPENDATA, now=NOON) == ()
    described = get(client, f"catalog/datasets/{VELIB}").json()
    assert described["metas"]["default"]["publisher"] == "Autolib Velib Métropole"
    assert "18 octobre 2025" in described["metas"]["parvis"]["warnings"][0]["message"]


def test_a_folder_without_datasets_opens_nothing(tmp_path):
    assert cities.live_datasets(folder=tmp_path) == []


@pytest.mark.django_db(transaction=True)
def test_the_portal_pulls_from_itself_over_a_real_socket(request, settings, client):
    settings.PARVIS_SITE_URL = request.getfixturevalue("live_server").url
    opening.open_city(folder=OPENDATA, now=NOON)
    before = LiveSeries.objects.get(dataset__dataset_id=VELIB).revision
    pulled = pulling.pull(dataset_id=VELIB, now=NOON + dt.timedelta(minutes=1))
    assert pulled.error == ""
    assert asking.status(VELIB, now=NOON).heard_at == NOON + dt.timedelta(minutes=1)
    assert LiveSeries.objects.get(dataset__dataset_id=VELIB).revision >= before
    assert records(client, limit=0)["total_count"] == 1495
