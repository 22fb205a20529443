"""Programs written for other portals, unmodified, against the running city."""

from __future__ import annotations

import csv
import io

import httpx
import odsclient
import portalkit
import portalkit.detect
import pytest
from portalkit.errors import DatasetNotFound

pytestmark = pytest.mark.xdist_group("browser")
TREES = "les-arbres-plantes"
NAMES = "prenoms-france-1900-2021"
API = "/api/explore/v2.1"


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch, tmp_path):
    """Keep the clients' own caches out of the way."""
    monkeypatch.setenv("PORTALKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    portalkit.detect.forget()


@pytest.fixture
def portal(city):
    portal = portalkit.open(city.address)
    yield portal
    portal.client.close()


def test_portalkit_recognises_the_portal_and_searches_it(portal):
    assert portal.name == "opendatasoft"
    found = portal.search("arbres")
    assert TREES in {one.id for one in found}
    assert portal.search("zzzzzzzz") == []


def test_portalkit_describes_a_dataset_and_misses_another(portal):
    told = portal.describe(TREES)
    assert (told.name, told.rows) == ("Les arbres plantés", 5889)
    assert [(one.name, one.dtype) for one in told.fields][:2] == [
        ("idbase", "text"),
        ("domanialite", "text"),
    ]
    with pytest.raises(DatasetNotFound):
        portal.describe("nope")


def test_portalkit_reads_pages_and_exports_into_frames(portal):
    dataset = portal.dataset(TREES)
    page = dataset.to_pandas(limit=250, select="idbase, genre, hauteurenm", order="idbase")
    assert list(page.columns) == ["idbase", "genre", "hauteurenm"]
    assert len(page) == 250
    assert page["idbase"].is_monotonic_increasing
    whole = dataset.to_pandas(where="genre = 'Celtis'")
    assert set(whole["genre"]) == {"Celtis"}
    assert len(whole) > 100


def test_odsclient_downloads_by_the_address_of_the_first_version(city):
    client = odsclient.ODSClient(base_url=city.address, use_keyring=False)
    frame = client.get_whole_dataframe(TREES)
    assert len(frame) == 5889
    assert frame.columns[9] == "Arbre essence - Genre"
    text = client.get_whole_dataset(TREES, format="csv", csv_separator=";")
    assert len(list(csv.reader(io.StringIO(text), delimiter=";"))) == 5890


def test_odsclient_is_told_what_does_not_exist(city):
    client = odsclient.ODSClient(base_url=city.address, use_keyring=False)
    with pytest.raises(odsclient.ODSException) as refusal:
        client.get_whole_dataframe("nope")
    assert refusal.value.error_msg == "The requested dataset nope does not exist."


def test_the_large_dataset_streams_whole(city):
    address = f"{city.address}{API}/catalog/datasets/{NAMES}/exports/csv"
    ends = 0
    with httpx.stream("GET", address, timeout=120) as response:
        assert response.status_code == 200
        for piece in response.iter_bytes():
            ends += piece.count(b"\n")
    assert ends == 648_371


def test_who_leaves_early_ends_the_query(city):
    address = f"{city.address}{API}/catalog/datasets/{NAMES}/exports/json"
    for _turn in range(12):
        with httpx.stream("GET", address, timeout=60) as response:
            next(response.iter_bytes())
    page = httpx.get(f"{city.address}{API}/catalog/datasets/{NAMES}/records?limit=1", timeout=60)
    assert page.json()["total_count"] == 648_370


def test_the_city_shows_what_it_holds(city):
    asked = {"where": "has_records", "limit": 0}
    answer = httpx.get(f"{city.address}{API}/catalog/datasets", params=asked, timeout=60).json()
    assert answer["total_count"] >= 41
    whole = httpx.get(f"{city.address}{API}/catalog/datasets", params={"limit": 1}, timeout=60)
    assert whole.json()["total_count"] >= 534
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    assert int(whole.headers["X-RateLimit-Remaining"]) > 0
