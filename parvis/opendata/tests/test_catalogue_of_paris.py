"""The real catalogue of Paris: 501 datasets described as the City does, and the rows that are held.

The city's folder is loaded once for all the tests of this file, and taken back at the end.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import re
import runpy
import sys
import tomllib
from pathlib import Path

import pyarrow.parquet as pq
import pyshacl
import pytest
from django.conf import settings as city_settings
from django.db import transaction
from rdflib import Graph, Namespace
from rdflib.namespace import DCTERMS

from parvis.opendata.actions.cities import load_city
from parvis.opendata.models import Dataset, DatasetVersion
from parvis.opendata.queries import catalogue
from parvis.opendata.tests.api_world import file, get

FOLDER = city_settings.BASE_DIR / "cities" / "paris" / "opendata"
DATA = Path(os.environ.get("PARVIS_DATA", city_settings.BASE_DIR.parent / "shared" / "data"))
SHAPES = Path(__file__).parent / "shapes" / "dcat-ap-3.0.1.ttl"
SHACL = Namespace("http://www.w3.org/ns/shacl#")
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
FINANCES = "Administration et Finances Publiques"
GIVEN = {
    one["dataset_id"]: one
    for one in json.loads(gzip.decompress((FOLDER / "catalogue.json.gz").read_bytes()))
}
LISTED = tomllib.loads((FOLDER / "datasets.toml").read_text("utf-8"))
HELD = {one["id"]: one for one in LISTED["dataset"] if "live" not in one}

# Loading the city takes half a minute: one worker does it.
pytestmark = pytest.mark.xdist_group("paris")


@pytest.fixture(scope="module")
def city_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("paris")


@pytest.fixture(autouse=True)
def _city_files(settings, city_folder):
    """Give the tests of this file one folder together."""
    settings.MEDIA_ROOT = city_folder / "files"
    settings.STATIC_ROOT = city_folder / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, city_folder):
    before = city_settings.MEDIA_ROOT
    city_settings.MEDIA_ROOT = city_folder / "files"
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_city(folder=FOLDER, now=NOON)
        transaction.set_rollback(True)
    city_settings.MEDIA_ROOT = before


@pytest.fixture
def paris(loaded, db):
    return loaded


def test_the_whole_catalogue_is_described_and_what_is_held_is_held(paris):
    assert len(GIVEN) == 501
    assert len(HELD) == 42
    assert len(HELD) >= 41
    assert paris.described == 501 + sum(name not in GIVEN for name in HELD)
    assert set(catalogue.held_ids()) == set(HELD)
    assert paris.rows == sum(pq.read_metadata(FOLDER / f"{name}.parquet").num_rows for name in HELD)


def test_what_the_city_says_of_a_dataset_is_kept(paris):
    for entry in catalogue.entries():
        given = GIVEN.get(entry.dataset_id)
        if given is None:
            continue
        kept = entry.metas["default"]
        said = given["metas"]["default"]
        assert {**kept, "description": None} == {**said, "description": None}, entry.dataset_id
        assert entry.metas["dcat"] == given["metas"]["dcat"]
        assert entry.source_url == f"https://opendata.paris.fr/explore/dataset/{entry.dataset_id}/"
        if entry.held is None:
            assert entry.fields == list(given["fields"])


def test_finances_come_first(paris):
    themes = [FINANCES in entry.themes for entry in catalogue.entries()]
    first = themes.index(False)
    assert not any(themes[first:])
    of_the_city = [e.dataset_id for e in catalogue.entries()[:first] if e.dataset_id in GIVEN]
    assert len(of_the_city) == 65


def test_every_held_dataset_answers_its_rows(client, paris):
    for name in HELD:
        answer = get(client, f"catalog/datasets/{name}/records", limit=1)
        assert answer.status_code == 200, (name, answer.content)
        rows = pq.read_metadata(FOLDER / f"{name}.parquet").num_rows
        assert answer.json()["total_count"] == rows, name
        assert len(answer.json()["results"]) == 1


def test_every_other_dataset_says_where_its_rows_are(client, paris):
    name = "budgets-votes-principaux-a-partir-de-2019-m57-ville-departement"
    answer = get(client, f"catalog/datasets/{name}/records")
    assert answer.status_code == 404
    assert f"https://opendata.paris.fr/explore/dataset/{name}/" in answer.json()["message"]


def test_what_is_not_the_producers_is_marked(paris):
    for entry in catalogue.entries(list(HELD)):
        names = {field["name"] for field in entry.fields}
        assert names.issuperset(entry.enriched_fields), entry.dataset_id
        assert entry.license, entry.dataset_id
        assert all(set(one) == {"code", "message"} for one in entry.warnings)
    grants = catalogue.entry("subventions-par-beneficiaire-2020-2024")
    assert {"thematique", "sous_categorie", "source_thematique"} <= set(grants.enriched_fields)


def test_the_voted_budget_is_shown_as_it_is_with_its_warning(client, paris):
    name = "budgets-votes-2020-2026-extraits-des-documents-budgetaires"
    codes = [one["code"] for one in catalogue.entry(name).warnings]
    assert codes == ["does_not_balance", "third_party_extraction"]
    asked = {"group_by": "sens_flux", "select": "sum(montant) as m", "where": "annee = date'2025'"}
    found = get(client, f"catalog/datasets/{name}/records", **asked).json()["results"]
    billions = {row["sens_flux"]: round(row["m"] / 1e9, 2) for row in found}
    assert billions == {"Dépense": 12.16, "Recette": 11.34}


def test_an_earlier_copy_is_an_earlier_version(client, paris):
    listed = get(client, "catalog/datasets/les-arbres-plantes/versions").json()["results"]
    assert [(one["version"], one["records_count"]) for one in listed] == [(2, 5889), (1, 7263)]
    found = get(client, "catalog/datasets/les-arbres-plantes/diff").json()
    counts = found["counts"]
    assert 7263 - counts["removed"] + counts["added"] == 5889
    assert counts["removed"] > 0


def test_loading_again_changes_nothing(paris):
    versions, stamp = DatasetVersion.objects.count(), catalogue.stamp()
    again = load_city(folder=FOLDER, now=NOON + dt.timedelta(days=1))
    assert again.changed == 0
    assert (DatasetVersion.objects.count(), catalogue.stamp()) == (versions, stamp)
    assert Dataset.objects.filter(modified_at__gt=NOON).count() == 0


def test_the_catalogue_is_valid_dcat_ap_but_for_what_has_no_description(client, paris):
    data = Graph()
    data.parse(
        data=file(client, "catalog/exports/ttl", include_exports="csv,json"), format="turtle"
    )
    shapes = Graph()
    shapes.parse(SHAPES, format="turtle")
    _conforms, report, _text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    told = {
        (str(report.value(one, SHACL.focusNode)), report.value(one, SHACL.resultPath))
        for one in report.subjects(SHACL.resultSeverity, SHACL.Violation)
    }
    base = "http://localhost:8000/api/explore/v2.1/catalog/datasets"
    assert told == {
        (f"{base}/{name}", DCTERMS.description) for name in ("projets", "reutilisations")
    }


# --- the files ------------------------------------------------------------------------------------


def test_every_file_that_is_shipped_is_listed_with_its_origin():
    sources = (FOLDER.parent / "SOURCES.md").read_text("utf-8")
    shipped = {path.name for path in FOLDER.glob("*.parquet")}
    wanted = {f"{name}.parquet" for name in HELD}
    wanted |= {f"{name}.before.parquet" for name, one in HELD.items() if "before" in one}
    assert shipped == wanted
    told = tuple(one.rstrip("…") for one in re.findall("`([a-z][^`]*)`", sources))
    for name, entry in HELD.items():
        assert name.startswith(told), name
        assert entry.get("origin_text") or LISTED["origins"][entry["origin"]]
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 15_000_000


def test_converting_again_gives_the_same_bytes(tmp_path, monkeypatch):
    if not (DATA / "opendata").is_dir():
        pytest.skip(f"the original data is not at {DATA}")
    some = ["arrondissements", "dette-garantie-par-annee", "decp-ville-de-paris-depuis-2024"]
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setattr(sys, "argv", ["convert.py", str(DATA), *some, "--into", str(tmp_path)])
    runpy.run_path(str(FOLDER / "convert.py"), run_name="__main__")
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(["catalogue.json.gz", *(f"{name}.parquet" for name in some)])
    for name in made:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
