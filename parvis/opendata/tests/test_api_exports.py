"""Whole datasets as files: every format read back by a program that is not ours."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile

import pyarrow.parquet as pq
import pytest
import shapely
from python_calamine import CalamineWorkbook

from parvis.opendata.testing import TUESDAY
from parvis.opendata.tests.api_world import (
    API,
    SQUARE,
    TREES,
    TREES_ROWS,
    body,
    file,
    get,
    table,
    the_trees,
)

pytestmark = pytest.mark.django_db
EXPORTS = f"catalog/datasets/{TREES}/exports"
HEADS = [
    "id",
    "essence",
    "campagne",
    "plante",
    "hauteur",
    "remarquable",
    "soins",
    "lieu",
    "emprise",
]


@pytest.fixture(autouse=True)
def trees():
    return the_trees()


def rows(client):
    return get(client, f"catalog/datasets/{TREES}/records").json()["results"]


def test_the_formats_are_listed(client):
    links = get(client, EXPORTS).json()["links"]
    assert [one["rel"] for one in links] == [
        "csv", "json", "jsonl", "jsonld", "rdfxml", "turtle", "n3", "geojson", "fgb", "shp", "gpx",
        "kml", "ov2", "parquet", "xlsx",
    ]  # fmt: skip
    assert links[0]["href"] == f"http://testserver{API}/{EXPORTS}/csv"


def test_csv_is_what_french_spreadsheets_open(client):
    content = file(client, f"{EXPORTS}/csv")
    assert content.startswith("\ufeffid;essence;campagne".encode())
    lines = table(content)
    assert lines[0] == HEADS
    assert lines[1] == [
        "1", "Érable; plane", "2021", "2022-07-01T10:00:00+00:00", "5.0", "true", "taille,arrosage",
        "48.85, 2.35", json.dumps(SQUARE),
    ]  # fmt: skip
    assert lines[2][1] == 'Frêne "pleureur"'
    assert lines[3] == ["3", *[""] * 8]
    assert content.count(b"\r\n") == 4


def test_csv_takes_other_signs_labels_and_no_mark(client):
    content = file(
        client,
        f"{EXPORTS}/csv",
        delimiter=",",
        list_separator="|",
        with_bom="false",
        use_labels="true",
        quote_all="true",
        select="id, essence, soins",
        limit=1,
    )
    assert (
        content == '"Numéro","Essence","soins"\r\n1,"Érable; plane","taille|arrosage"\r\n'.encode()
    )


def test_csv_shows_moments_in_the_zone_asked_for(client):
    lines = table(file(client, f"{EXPORTS}/csv", select="plante", timezone="Europe/Paris"))
    assert lines[1:3] == [["2022-07-01T12:00:00+02:00"], ["2022-01-16T00:30:00+01:00"]]


def test_a_file_may_come_packed(client):
    response = get(client, f"{EXPORTS}/csv", compressed="true")
    assert response["Content-Type"] == "application/gzip"
    assert response["Content-Disposition"] == 'attachment; filename="arbres.csv.gz"'
    assert gzip.decompress(body(response)) == file(client, f"{EXPORTS}/csv")


def test_json_is_one_array_and_jsonl_one_row_a_line(client):
    assert json.loads(file(client, f"{EXPORTS}/json")) == rows(client)
    lines = file(client, f"{EXPORTS}/jsonl").decode().splitlines()
    assert [json.loads(line) for line in lines] == rows(client)


def test_nothing_found_is_still_a_whole_file(client):
    nothing = {"where": "id > 99"}
    assert file(client, f"{EXPORTS}/json", **nothing) == b"[]"
    assert table(file(client, f"{EXPORTS}/csv", **nothing)) == [HEADS]
    features = json.loads(file(client, f"{EXPORTS}/geojson", **nothing))
    assert features == {"type": "FeatureCollection", "features": []}


def test_geojson_takes_the_shape_else_the_point_and_projects(client):
    found = json.loads(file(client, f"{EXPORTS}/geojson"))["features"]
    assert found[0]["geometry"] == SQUARE
    assert found[0]["properties"]["lieu"] == {"lon": 2.35, "lat": 48.85}
    assert [one["geometry"] for one in found[1:]] == [None, None]
    points = json.loads(file(client, f"{EXPORTS}/geojson", select="id, lieu"))["features"]
    assert points[0]["geometry"] == {"type": "Point", "coordinates": [2.35, 48.85]}
    projected = json.loads(file(client, f"{EXPORTS}/geojson", select="lieu", epsg=2154))
    x, y = projected["features"][0]["geometry"]["coordinates"]
    assert (round(x), round(y)) == (652302, 6861303)
    assert projected["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::2154"


def test_parquet_keeps_types_and_says_its_places_as_geoparquet(client):
    found = pq.read_table(
        io.BytesIO(file(client, f"{EXPORTS}/parquet", parquet_compression="zstd"))
    )
    assert found.num_rows == 3
    assert str(found.schema.field("plante").type) == "timestamp[us, tz=UTC]"
    assert found.column("hauteur").to_pylist() == [5.0, 7.25, None]
    assert found.column("soins").to_pylist()[0] == ["taille", "arrosage"]
    described = json.loads(found.schema.metadata[b"geo"])
    assert set(described["columns"]) == {"lieu", "emprise"}
    assert shapely.from_wkb(found.column("lieu")[0].as_py()).coords[0] == (2.35, 48.85)


def sheet(content):
    """Return the cells of the only sheet of a file."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_xlsx_keeps_numbers_and_never_makes_a_formula(client):
    the_trees([{**TREES_ROWS[0], "essence": "=1+1"}], now=TUESDAY)
    content = file(client, f"{EXPORTS}/xlsx", use_labels="true")
    heads, first = sheet(content)
    assert heads[:2] == ["Numéro", "Essence"]
    assert first[:2] == [1, "=1+1"]
    assert first[4:7] == [5.0, True, "taille,arrosage"]
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_gpx_and_kml_hold_the_rows_that_have_a_place(client):
    asked = {"select": "essence, lieu", "name_field": "essence"}
    gpx = file(client, f"{EXPORTS}/gpx", **asked).decode()
    assert re.findall('<wpt lat="(.*?)" lon="(.*?)">', gpx) == [
        ("48.85", "2.35"),
        ("48.82", "2.25"),
    ]
    assert re.findall("<name>(.*?)</name>", gpx) == ["Érable; plane", 'Frêne "pleureur"']
    kml = file(client, f"{EXPORTS}/kml").decode()
    assert kml.count("<Placemark>") == 1
    assert "<outerBoundaryIs><LinearRing><coordinates>2.3,48.8 2.31,48.8" in kml


def test_groups_are_exported_too(client):
    asked = {
        "group_by": "remarquable",
        "select": "count(*) as n",
        "where": "remarquable is not null",
    }
    found = json.loads(file(client, f"{EXPORTS}/json", **asked))
    assert sorted(found, key=str) == [{"remarquable": False, "n": 1}, {"remarquable": True, "n": 1}]


def test_an_export_of_a_past_version_is_that_version(client):
    old = file(client, f"{EXPORTS}/csv")
    the_trees(TREES_ROWS[:1], now=TUESDAY)
    assert file(client, f"{EXPORTS}/csv", version=1) == old
    assert len(table(file(client, f"{EXPORTS}/csv"))) == 2


def test_a_head_tells_what_a_get_would_and_runs_nothing(client):
    response = client.head(f"{API}/{EXPORTS}/csv")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="arbres.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["X-Parvis-Version"] == "1"
    assert response["ETag"] == get(client, f"{EXPORTS}/csv")["ETag"]
    assert body(response) == b""


def test_clients_of_the_first_version_find_their_address(client):
    asked = {
        "format": "csv",
        "csv_separator": ";",
        "use_labels_for_header": "true",
        "timezone": "Europe/Paris",
    }
    response = client.get(f"/explore/dataset/{TREES}/download/", asked)
    lines = table(body(response))
    assert lines[0][:2] == ["Numéro", "Essence"]
    assert len(lines) == 4
    refined = client.get(
        f"/explore/dataset/{TREES}/download", {"format": "json", "refine.campagne": "2021"}
    )
    assert [one["id"] for one in json.loads(body(refined))] == [1]
    missing = client.get("/explore/dataset/nope/download/")
    assert missing.status_code == 404
    assert missing.json()["error"] == "The requested dataset nope does not exist."


# --- the catalogue --------------------------------------------------------------------------------


def test_the_json_export_of_the_catalogue_has_its_own_shape(client):
    first = json.loads(file(client, "catalog/exports/json"))[0]
    assert list(first) == [
        "dataset_id", "has_attachments", "attachments_count", "has_records", "fields", "metas",
        "features",
    ]  # fmt: skip
    assert (first["dataset_id"], first["attachments_count"]) == (TREES, 1)


def test_the_catalogue_is_a_table_too(client):
    lines = table(file(client, "catalog/exports/csv", select="dataset_id, title, keyword"))
    assert lines == [
        ["dataset_id", "title", "keyword"],
        ["arbres", "Les arbres", "nature,ville"],
        ["marees", "Les marées", ""],
    ]
    assert len(sheet(file(client, "catalog/exports/xlsx"))) == 3


def test_the_catalogue_is_followed_by_rss_and_data_json(client):
    feed = file(client, "catalog/exports/rss").decode()
    assert re.findall("<title>(.*?)</title>", feed)[1:] == ["Les arbres", "Les marées"]
    described = json.loads(file(client, "catalog/exports/data.json"))
    assert described["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    assert [one["title"] for one in described["dataset"]] == ["Les arbres", "Les marées"]


def test_a_filter_narrows_every_export_of_the_catalogue(client):
    asked = {"where": "has_records"}
    assert len(json.loads(file(client, "catalog/exports/json", **asked))) == 1
    assert len(table(file(client, "catalog/exports/csv", **asked))) == 2
    assert b"marees" not in file(client, "catalog/exports/ttl", **asked)
