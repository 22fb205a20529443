"""Harvesting a portal: what is taken, what changes nothing, what is archived and comes back, and
what a bad day over there does to us."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.models import RegisterEntry
from parvis.opendata.actions.approving import approve
from parvis.opendata.actions.describing import describe
from parvis.opendata.actions.harvest_sources import switch
from parvis.opendata.models import (
    Dataset,
    DatasetVersion,
    HarvestedDataset,
    HarvestSource,
    IngestRun,
)
from parvis.opendata.queries import catalogue, harvests
from parvis.opendata.rules.descriptions import Description
from parvis.opendata.testing import MONDAY, TUESDAY
from parvis.opendata.tests.harvest_world import (
    LOOPBACK,
    ROWS,
    a_remote,
    a_source,
    as_explore,
    csv_path,
    elsewhere,
    ids,
    run,
    state,
    told,
)

pytestmark = pytest.mark.django_db
WEDNESDAY = TUESDAY + dt.timedelta(days=1)


@pytest.fixture
def portal(settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = LOOPBACK
    with elsewhere() as server:
        yield server


# --- what is taken --------------------------------------------------------------------------------


def test_a_dataset_is_described_as_there_and_says_where_it_comes_from(portal):
    as_explore(portal, a_remote("musees"))
    report = run(a_source(portal.home))
    assert report["counts"] == {"added": 1}
    assert told(report) == [("added", "ailleurs-musees", "")]
    found = catalogue.entry("ailleurs-musees")
    assert (found.title, found.description) == ("Titre musees", "<p>Texte</p>")
    assert (found.themes, found.keywords) == (("Culture",), ("a", "b"))
    assert found.publisher == "Ville d'ailleurs"
    assert found.held is None
    assert found.source_url == f"{portal.home}/explore/dataset/musees/"
    assert [one["name"] for one in found.fields] == ["annee", "montant"]
    assert found.metas["dcat"] == {"creator": "Service"}
    said = found.metas["default"]
    assert said["federated"] is True
    assert said["source_domain"] == portal.domain
    assert said["source_domain_title"] == "Ailleurs"
    assert said["source_domain_address"] == portal.home
    assert said["source_dataset"] == "musees"
    assert harvests.origin_of("ailleurs-musees") == "Ailleurs"
    assert portal.asked == ["/api/explore/v2.1/catalog/exports/json"]


def test_the_second_run_changes_nothing(portal):
    as_explore(portal, a_remote("a"), a_remote("b"))
    portal.answers[csv_path("a")] = portal.answers[csv_path("b")] = ROWS
    source = a_source(portal.home, takes_records=True)
    run(source)
    before, stamp, asked = state(), catalogue.stamp(), len(portal.asked)
    report = run(source, TUESDAY)
    assert (report["counts"], report["lines"]) == ({"same": 2}, [])
    assert (state(), catalogue.stamp()) == (before, stamp)
    assert portal.asked[asked:] == ["/api/explore/v2.1/catalog/exports/json"]
    assert harvests.named("Ailleurs").last_run_at == TUESDAY


def test_what_changed_over_there_changes_here(portal):
    as_explore(portal, a_remote("a"), a_remote("b"))
    source = a_source(portal.home)
    run(source)
    as_explore(portal, a_remote("a"), a_remote("b", title="Nouveau"))
    report = run(source, TUESDAY)
    assert report["counts"] == {"changed": 1, "same": 1}
    assert told(report) == [("changed", "ailleurs-b", "")]
    assert catalogue.entry("ailleurs-b").title == "Nouveau"
    assert catalogue.entry("ailleurs-a").modified_at == MONDAY


def test_rows_come_through_the_ingestion_and_only_where_they_are_wanted(portal):
    as_explore(portal, a_remote("a"), {**a_remote("b"), "has_records": False})
    portal.answers[csv_path("a")] = ROWS
    report = run(a_source(portal.home, takes_records=True))
    assert report["counts"] == {"added": 2, "published": 1}
    version = DatasetVersion.objects.get()
    assert (version.rows, version.number) == (2, 1)
    assert version.origin == f"{portal.home}{csv_path('a')}"
    assert [(one["name"], one["type"]) for one in version.fields] == [
        ("annee", "int"),
        ("montant", "double"),
    ]
    assert catalogue.entry("ailleurs-b").held is None


def test_new_rows_are_a_new_version(portal):
    as_explore(portal, a_remote("a"))
    portal.answers[csv_path("a")] = ROWS
    source = a_source(portal.home, takes_records=True)
    run(source)
    as_explore(portal, a_remote("a", data_processed="2026-03-01T00:00:00+00:00"))
    portal.answers[csv_path("a")] = ROWS + b"2026;9\r\n"
    report = run(source, TUESDAY)
    assert report["counts"] == {"changed": 1, "published": 1}
    assert catalogue.entry("ailleurs-a").held.rows == 3


def test_rows_that_have_errors_are_told_and_the_version_before_is_served(portal):
    as_explore(portal, a_remote("a"), a_remote("b"))
    portal.answers[csv_path("a")] = portal.answers[csv_path("b")] = ROWS
    source = a_source(portal.home, takes_records=True)
    run(source)
    as_explore(portal, a_remote("a", records_count=9), a_remote("b"))
    portal.answers[csv_path("a")] = b"annee;montant\r\n2024;beaucoup\r\n"
    report = run(source, TUESDAY)
    assert told(report)[0] == ("refused", "ailleurs-a", "rows_refused")
    assert catalogue.entry("ailleurs-a").held.number == 1
    before = state()
    assert told(run(source, WEDNESDAY)) == [("refused", "ailleurs-a", "rows_refused")]
    assert state() == before


def test_rows_with_persons_wait_for_a_signature(portal):
    remote = a_remote("a")
    remote["fields"] = []
    as_explore(portal, remote)
    portal.answers[csv_path("a")] = b"date_naissance;mail\r\n" + b"".join(
        f"19{year}-01-02;alice.{year}@exemple.fr\r\n".encode() for year in range(50, 90)
    )
    source = a_source(portal.home, takes_records=True)
    report = run(source)
    assert [line[2] for line in told(report)] == ["rows_blocked", ""]
    assert catalogue.entry("ailleurs-a").held is None
    runs = IngestRun.objects.count()
    assert told(run(source, TUESDAY)) == [("refused", "ailleurs-a", "rows_blocked")]
    assert IngestRun.objects.count() == runs
    blocked = IngestRun.objects.get()
    for key in HarvestedDataset.objects.get().problem["findings"]:
        approve(run_id=blocked.public_id, finding=key, reason="Faux noms", by=None, now=TUESDAY)
    assert run(source, WEDNESDAY)["counts"] == {"published": 1, "same": 1}
    assert catalogue.entry("ailleurs-a").held.rows == 40


def test_a_portal_without_an_export_is_paged(portal):
    portal.answers |= {
        f"/api/explore/v2.1/catalog/datasets?limit=100&offset={offset}&order_by=dataset_id": (
            json.dumps(
                {
                    "total_count": 104,
                    "results": [
                        a_remote(f"d{number}") for number in range(offset, min(104, offset + 100))
                    ],
                }
            ).encode()
        )
        for offset in (0, 100)
    }
    report = run(a_source(f"{portal.home}/api/explore/v2.1/"))
    assert report["counts"] == {"added": 104}
    assert len(ids()) == 104


def test_pages_that_hold_less_than_they_say_archive_nothing(portal):
    first = "/api/explore/v2.1/catalog/datasets?limit=100&offset=0&order_by=dataset_id"
    portal.answers[first] = json.dumps(
        {"total_count": 3, "results": [a_remote("a"), a_remote("b"), a_remote("c")]}
    ).encode()
    source = a_source(portal.home)
    run(source)
    rest = "/api/explore/v2.1/catalog/datasets?limit=100&offset=2&order_by=dataset_id"
    results = [a_remote("a"), a_remote("b", title="Nouveau")]
    portal.answers[first] = json.dumps({"total_count": 3, "results": results}).encode()
    portal.answers[rest] = json.dumps({"total_count": 3, "results": []}).encode()
    report = run(source, TUESDAY)
    assert told(report) == [("refused", "", "incomplete"), ("changed", "ailleurs-b", "")]
    assert ids() == ["ailleurs-a", "ailleurs-b", "ailleurs-c"]


# --- gone, and back again -------------------------------------------------------------------------


def test_what_is_no_longer_listed_is_archived_and_comes_back(portal):
    as_explore(portal, a_remote("a"), a_remote("b"), a_remote("c"))
    portal.answers[csv_path("a")] = ROWS
    source = a_source(portal.home)
    run(source)
    as_explore(portal, a_remote("b"), a_remote("c"))
    report = run(source, TUESDAY)
    assert told(report) == [("archived", "ailleurs-a", "")]
    assert ids() == ["ailleurs-b", "ailleurs-c"]
    with pytest.raises(NotFound):
        catalogue.entry("ailleurs-a")
    line = RegisterEntry.objects.get(action="opendata.archived")
    assert line.object_ref == "opendata.dataset:ailleurs-a"
    assert line.details == {"source": "Ailleurs"}
    before = state()
    assert run(source, TUESDAY)["counts"] == {"same": 2}
    assert state() == before
    as_explore(portal, a_remote("a"), a_remote("b"), a_remote("c"))
    report = run(source, WEDNESDAY)
    assert told(report) == [("returned", "ailleurs-a", "")]
    assert len(ids()) == 3
    assert run(source, WEDNESDAY)["counts"] == {"same": 3}


@pytest.mark.parametrize("left", [0, 1])
def test_more_than_half_do_not_vanish_unless_forced(portal, left):
    three = [a_remote("a"), a_remote("b"), a_remote("c")]
    as_explore(portal, *three)
    source = a_source(portal.home)
    run(source)
    before = state()
    as_explore(portal, *three[:left])
    report = run(source, TUESDAY)
    assert (report["state"], report["code"]) == ("failed", "half_vanished")
    assert report["sentence"]["en"].startswith(f"{3 - left} of 3 datasets are no longer listed")
    assert state() == before
    forced = run(source, TUESDAY, force=True)
    assert forced["counts"].get("archived") == 3 - left
    assert len(ids()) == left


def test_what_the_city_archived_itself_stays_archived(portal):
    as_explore(portal, a_remote("a"))
    source = a_source(portal.home)
    run(source)
    Dataset.objects.update(archived_at=MONDAY)
    before = state()
    assert told(run(source, TUESDAY)) == [("refused", "a", "archived_here")]
    assert state() == before


# --- whose id it is -------------------------------------------------------------------------------


def test_an_id_of_the_city_is_not_taken(portal):
    metas = {"default": {"title": "Nos musées"}}
    describe(description=Description(dataset_id="ailleurs-musees", metas=metas), now=MONDAY)
    as_explore(portal, a_remote("musees"), a_remote("parcs"))
    report = run(a_source(portal.home), TUESDAY)
    assert told(report) == [
        ("refused", "musees", "id_of_the_city"),
        ("added", "ailleurs-parcs", ""),
    ]
    assert "ailleurs-musees" in report["lines"][0]["sentence"]["fr"]
    assert catalogue.entry("ailleurs-musees").title == "Nos musées"
    assert catalogue.entry("ailleurs-musees").modified_at == MONDAY


def test_an_id_of_another_source_is_not_taken(portal):
    as_explore(portal, a_remote("b-c"))
    run(a_source(portal.home, prefix="a-"))
    as_explore(portal, a_remote("c"))
    other = a_source(f"{portal.home}/api/explore/v2.1", name="Autre", prefix="a-b-")
    report = run(other, TUESDAY)
    assert told(report) == [("refused", "c", "id_of_a_source")]
    assert "Ailleurs" in report["lines"][0]["sentence"]["fr"]
    assert harvests.origin_of("a-b-c") == "Ailleurs"


def test_what_another_portal_harvested_from_us_is_no_news(portal, settings):
    settings.PARVIS_SITE_URL = "https://donnees.lutece.example"
    mine = a_remote("a", federated=True, source_domain="donnees.lutece.example")
    third = a_remote("b", federated=True, source_domain="ailleurs.example")
    as_explore(portal, mine, third)
    report = run(a_source(portal.home))
    assert report["counts"] == {"added": 1, "echo": 1}
    assert catalogue.entry("ailleurs-b").default["source_domain"] == "ailleurs.example"


# --- how it is run --------------------------------------------------------------------------------


def test_looking_first_changes_nothing(portal):
    as_explore(portal, a_remote("a"), a_remote("b"))
    portal.answers[csv_path("a")] = ROWS
    portal.answers[csv_path("b")] = b""
    source = a_source(portal.home, takes_records=True)
    before = state()
    report = run(source, check_only=True)
    assert told(report) == [
        ("refused", "ailleurs-b", "file_empty"),
        ("added", "ailleurs-a", ""),
        ("added", "ailleurs-b", ""),
    ]
    assert state() == before
    assert harvests.named("Ailleurs").last_run_at is None


def test_two_do_not_harvest_one_source_at_once(portal):
    as_explore(portal, a_remote("a"))
    source = a_source(portal.home)
    HarvestSource.objects.update(running_since=MONDAY)
    with pytest.raises(Refused) as refusal:
        run(source, MONDAY + dt.timedelta(hours=1))
    assert refusal.value.code == "harvest_running"
    assert ids() == []
    # Whoever has run for half a day is dead.
    assert run(source, TUESDAY)["counts"] == {"added": 1}
    assert HarvestSource.objects.get().running_since is None


def test_sources_are_due_by_their_hours_and_not_when_switched_off(portal):
    source = a_source(portal.home, every_hours=6)
    assert harvests.due(MONDAY) == [source]
    as_explore(portal)
    run(source)
    assert harvests.due(MONDAY + dt.timedelta(hours=5)) == []
    assert harvests.due(MONDAY + dt.timedelta(hours=6)) == [source]
    assert switch(name="Ailleurs", is_enabled=False, now=TUESDAY)
    assert not switch(name="Ailleurs", is_enabled=False, now=TUESDAY)
    assert harvests.due(TUESDAY) == []
    assert RegisterEntry.objects.filter(action="opendata.harvest_source_switched").count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "ftp"}, "kind_unfit"),
        ({"address": "ftp://exemple.fr"}, "address_unfit"),
        ({"address": "/"}, "address_unfit"),
        ({"address": f"https://exemple.fr/{'x' * 1000}"}, "address_unfit"),
        ({"prefix": "Ça"}, "prefix_unfit"),
        ({"every_hours": 0}, "hours_unfit"),
        ({"name": " "}, "name_unfit"),
    ],
)
def test_a_source_that_cannot_be_harvested_is_not_noted(changes, code):
    with pytest.raises(Refused) as refusal:
        a_source(**{"address": "https://exemple.fr", **changes})
    assert refusal.value.code == code
    assert not HarvestSource.objects.exists()


def test_a_source_is_noted_once():
    a_source("https://exemple.fr")
    with pytest.raises(Refused) as refusal:
        a_source("https://exemple.fr", name="Autre nom")
    assert refusal.value.code == "source_known"
    assert HarvestSource.objects.count() == 1
