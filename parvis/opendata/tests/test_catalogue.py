"""Describing datasets: what is kept, what is cleaned, what changes nothing."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.core.files.storage import default_storage
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF

from parvis.kernel import clock
from parvis.kernel.errors import NotFound
from parvis.kernel.models import RegisterEntry
from parvis.opendata.actions.cataloguing import NAME, catalogue_version
from parvis.opendata.actions.describing import describe, describe_all
from parvis.opendata.models import Dataset
from parvis.opendata.queries import catalogue
from parvis.opendata.queries.engine import files
from parvis.opendata.rules.descriptions import Description, dataset_uid, words_of
from parvis.opendata.testing import MONDAY, TUESDAY
from parvis.opendata.tests.api_world import API, TIDES, TREES, file, get, the_trees

pytestmark = pytest.mark.django_db
NEXT_WEEK = TUESDAY + dt.timedelta(days=7)


def a_description(**changes):
    metas = {
        "default": {"title": "Bancs", "description": "<p>Où s'asseoir</p>", "theme": ["Ville"]}
    }
    return Description(**{"dataset_id": "bancs", "metas": metas, **changes})


def test_a_description_enters_the_catalogue_and_the_register():
    assert describe(description=a_description(), now=MONDAY)
    found = catalogue.entry("bancs")
    assert (found.title, found.themes, found.held) == ("Bancs", ("Ville",), None)
    assert found.dataset_uid == dataset_uid("bancs")
    assert re.fullmatch(r"da_[a-z2-7]{8}", found.dataset_uid)
    line = RegisterEntry.objects.get(action="opendata.described")
    assert (line.object_ref, line.details) == ("opendata.dataset:bancs", {"datasets": 1})


def test_the_same_description_changes_nothing():
    describe(description=a_description(), now=MONDAY)
    before = catalogue.stamp()
    assert not describe(description=a_description(), now=TUESDAY)
    assert catalogue.stamp() == before
    assert catalogue.entry("bancs").modified_at == MONDAY
    assert RegisterEntry.objects.filter(action="opendata.described").count() == 1


def test_html_is_cleaned_and_words_are_read_from_it():
    unsafe = '<p onclick="x()">Un <b>banc</b>&nbsp;!</p><script>alert(1)</script>'
    metas = {"default": {"title": "Bancs", "description": unsafe}}
    describe(description=a_description(metas=metas), now=MONDAY)
    kept = catalogue.entry("bancs")
    assert kept.description == "<p>Un <b>banc</b>&nbsp;!</p>"
    assert kept.metas["default"]["description"] == kept.description
    assert words_of(kept.description) == "Un banc !"


def test_many_are_described_at_once_and_only_those_that_changed_are_written():
    both = [a_description(), a_description(dataset_id="tables")]
    assert describe_all(descriptions=both, now=MONDAY) == ("bancs", "tables")
    other = a_description(dataset_id="tables", source_url="https://example.org")
    assert describe_all(descriptions=[both[0], other], now=TUESDAY) == ("tables",)
    times = dict(Dataset.objects.values_list("dataset_id", "modified_at"))
    assert times == {"bancs": MONDAY, "tables": TUESDAY}


def test_an_archived_dataset_is_not_shown_until_it_is_described_again():
    describe(description=a_description(), now=MONDAY)
    Dataset.objects.update(archived_at=TUESDAY)
    with pytest.raises(NotFound) as refusal:
        catalogue.entry("bancs")
    assert refusal.value.code == "no_dataset"
    assert catalogue.entries() == []
    assert describe(description=a_description(), now=NEXT_WEEK)
    assert catalogue.entry("bancs").title == "Bancs"


def test_words_are_found_without_their_accents():
    describe(description=a_description(), now=MONDAY)
    found = Dataset.objects.extra(where=["search @@ parvis_query(%s)"], params=["asseoir"])
    assert [one.dataset_id for one in found] == ["bancs"]


def test_the_catalogue_is_written_once_for_a_state_and_older_states_are_forgotten():
    the_trees()
    first = catalogue_version(now=MONDAY)
    assert catalogue_version(now=TUESDAY) == first
    describe(description=a_description(), now=TUESDAY)
    second = catalogue_version(now=clock.now() + dt.timedelta(hours=2))
    assert (first.rows, second.rows) == (2, 3)
    assert sorted(files.stored_files(NAME)) == sorted([second.file, second.index])


def test_a_catalogue_that_was_half_swept_away_is_made_whole_again(client):
    the_trees()
    version = catalogue_version(now=MONDAY)
    default_storage.delete(version.index)
    found = get(client, "catalog/datasets", where='search(*, "arbre")')
    assert found.json()["total_count"] == 1


# --- in the words of other catalogues -------------------------------------------------------------


def graph(client, **asked):
    the_trees()
    found = Graph()
    found.parse(data=file(client, "catalog/exports/ttl", **asked), format="turtle")
    return found


def test_each_syntax_says_the_same(client):
    told = graph(client)
    for name in ("dcat", "rdf", "dcat_ap"):
        other = Graph()
        other.parse(data=file(client, f"catalog/exports/{name}"), format="xml")
        assert set(other) == set(told), name
    linked = json.loads(file(client, "catalog/exports/jsonld"))
    assert {one["@id"] for one in linked} == {str(one) for one in told.subjects()}


def test_a_held_dataset_offers_its_files_and_another_says_where_it_is(client):
    told = graph(client)
    trees = URIRef(f"http://localhost:8000{API}/catalog/datasets/{TREES}")
    tides = URIRef(f"http://localhost:8000{API}/catalog/datasets/{TIDES}")
    assert set(told.subjects(RDF.type, DCAT.Dataset)) == {trees, tides}
    assert str(told.value(trees, DCTERMS.title)) == "Les arbres"
    assert str(told.value(trees, DCTERMS.description)) == "Chaque arbre planté."
    assert {str(one) for one in told.objects(trees, DCAT.keyword)} == {"nature", "ville"}
    assert str(told.value(trees, DCAT.theme)).endswith("/data-theme/ENVI")
    assert len(list(told.objects(trees, DCAT.distribution))) == 15
    (source,) = told.objects(tides, DCAT.distribution)
    assert str(told.value(source, DCAT.accessURL)) == (
        "https://opendata.paris.fr/explore/dataset/marees/"
    )
    assert (None, DCAT.servesDataset, tides) not in told


def test_the_files_named_are_those_asked_for(client):
    told = graph(client, include_exports="csv,geojson", use_labels_in_exports="false")
    addresses = {str(one) for one in told.objects(None, DCAT.downloadURL)}
    base = f"http://localhost:8000{API}/catalog/datasets/{TREES}/exports"
    assert addresses == {f"{base}/csv", f"{base}/geojson"}
    labelled = graph(client, include_exports="csv")
    (address,) = labelled.objects(None, DCAT.downloadURL)
    assert str(address) == f"{base}/csv?use_labels=true"
    assert get(client, "catalog/exports/dcat", include_exports="csv,zip").status_code == 400


def test_a_dataset_describes_itself_to_search_engines(client):
    the_trees()
    told = get(client, f"catalog/datasets/{TREES}/metadata/schema.org").json()
    assert (told["@type"], told["name"], told["version"]) == ("Dataset", "Les arbres", "1")
    assert told["license"] == "http://opendatacommons.org/licenses/odbl/"
    assert told["temporalCoverage"] == "2021-01-01/2022-12-31"
    assert [one["name"] for one in told["distribution"]][:2] == ["CSV", "JSON"]
    elsewhere = get(client, f"catalog/datasets/{TIDES}/metadata/schema.org").json()
    assert elsewhere["sameAs"] == "https://opendata.paris.fr/explore/dataset/marees/"
    assert "distribution" not in elsewhere
    assert get(client, f"catalog/datasets/{TREES}/metadata/ttl").status_code == 200
    assert get(client, f"catalog/datasets/{TREES}/metadata/pdf").status_code == 400
