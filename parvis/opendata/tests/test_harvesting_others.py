"""Harvesting DCAT in each of its syntaxes, and folders of files, on this machine and on the web."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings as city_settings

from parvis.kernel.errors import Refused
from parvis.opendata import tasks
from parvis.opendata.actions.harvesting import Manner, harvest
from parvis.opendata.commands import commands
from parvis.opendata.models import Dataset, DatasetVersion, HarvestSource, IngestRun
from parvis.opendata.queries import catalogue, harvests
from parvis.opendata.testing import MONDAY, TUESDAY
from parvis.opendata.tests.harvest_world import (
    LOOPBACK,
    a_remote,
    a_source,
    as_explore,
    elsewhere,
    run,
    told,
)

pytestmark = pytest.mark.django_db
DATA = Path(os.environ.get("PARVIS_DATA", city_settings.BASE_DIR.parent / "shared" / "data"))
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
MUSEUMS = """<https://ailleurs.example/d/musees> a dcat:Dataset ;
  dct:identifier "musees" ;
  dct:title "Museums"@en , "Musées"@fr ;
  dct:description "Les musées."@fr ;
  dcat:keyword "musée"@fr , "art"@fr , "museum"@en ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/EDUC> ;
  dct:publisher [ a foaf:Agent ; foaf:name "Ville d'Ailleurs" ] ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/ANNUAL> ;
  dct:issued "2024-01-02"^^xsd:date ; dct:modified "2025-03-04"^^xsd:date ;
  dct:spatial [ a dct:Location ; skos:prefLabel "Ailleurs" ] ;
  dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2020-01-01"^^xsd:date ] ;
  dcat:contactPoint [ a vcard:Kind ; vcard:fn "Archives" ; vcard:hasEmail <mailto:a@x.example> ] ;
  dcat:landingPage <https://ailleurs.example/musees> ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://ailleurs.example/musees.pdf> ;
      dcat:downloadURL <https://ailleurs.example/musees.pdf> ] ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <HOME/musees.csv> ;
      dcat:downloadURL <HOME/musees.csv> ;
      dct:license <http://publications.europa.eu/resource/authority/licence/ETALAB_2_0> ] .
"""


@pytest.fixture
def portal(settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = LOOPBACK
    with elsewhere() as server:
        yield server


def turtle(*parts):
    return (PREFIXES + "\n".join(parts)).encode()


# --- DCAT -----------------------------------------------------------------------------------------


def test_a_dataset_in_turtle_is_read_with_its_files(portal):
    portal.answers["/catalogue.ttl"] = turtle(MUSEUMS.replace("HOME", portal.home))
    portal.answers["/musees.csv"] = b"nom,entrees\nLouvre,8\nOrsay,4\n"
    source = a_source(f"{portal.home}/catalogue.ttl", "dcat", takes_records=True)
    assert run(source)["counts"] == {"added": 1, "published": 1}
    found = catalogue.entry("ailleurs-musees")
    assert (found.title, found.description) == ("Musées", "Les musées.")
    assert (found.keywords, found.themes) == (("art", "musée"), ("Éducation, culture et sport",))
    assert (found.publisher, found.license) == (
        "Ville d'Ailleurs",
        "Licence Ouverte v2.0 (Etalab)",
    )
    assert found.source_url == "https://ailleurs.example/musees"
    assert found.default["modified"] == "2025-03-04"
    assert found.default["territory"] == ["Ailleurs"]
    assert found.default["source_domain"] == portal.domain
    assert found.metas["dcat"] == {
        "issued": "2024-01-02",
        "accrualperiodicity": "Annuelle",
        "contact_name": "Archives",
        "contact_email": "a@x.example",
        "temporal_coverage_start": "2020-01-01",
    }
    assert (found.held.rows, [one["name"] for one in found.fields]) == (2, ["nom", "entrees"])
    runs = IngestRun.objects.count()
    assert run(source, TUESDAY)["counts"] == {"same": 1}
    assert (IngestRun.objects.count(), DatasetVersion.objects.count()) == (runs, 1)


def test_a_catalogue_goes_on_from_page_to_page(portal):
    def page(number, following, total=3):
        pages = (
            f"<{portal.home}/?page={number}> hydra:totalItems {total} ; hydra:next <{following}> ."
        )
        name = f"https://ailleurs.example/d{number}"
        return turtle(pages, f'<{name}> a dcat:Dataset ; dct:title "D{number}" .')

    portal.answers |= {
        "/": page(1, f"{portal.home}/?page=2"),
        "/?page=2": page(2, f"{portal.home}/?page=3"),
        "/?page=3": page(3, f"{portal.home}/?page=3"),
    }
    source = a_source(f"{portal.home}/", "dcat")
    assert run(source)["counts"] == {"added": 3}
    portal.answers["/?page=2"] = page(2, "")
    assert told(run(source, TUESDAY)) == [("refused", "", "incomplete")]
    assert len(catalogue.entries()) == 3


def test_json_ld_is_read_with_a_context_that_lies_beside_it(portal):
    context = {
        "dcat": "http://www.w3.org/ns/dcat#",
        "title": "http://purl.org/dc/terms/title",
        "Dataset": "dcat:Dataset",
    }
    portal.answers["/context.jsonld"] = json.dumps({"@context": context}).encode()
    document = {
        "@context": "/context.jsonld",
        "@graph": [{"@id": "https://x.example/parcs", "@type": "Dataset", "title": "Parcs"}],
    }
    portal.answers["/c.jsonld"] = json.dumps(document).encode()
    assert run(a_source(f"{portal.home}/c.jsonld", "dcat"))["counts"] == {"added": 1}
    assert catalogue.entry("ailleurs-parcs").title == "Parcs"


def test_a_context_is_not_fetched_from_our_own_network(portal, settings):
    for place in ("http://127.0.0.2/x", "file:///etc/passwd"):
        document = {"@context": ["https://x.invalid/", place], "@graph": []}
        document["@context"] = [place]
        portal.answers["/c.jsonld"] = json.dumps(document).encode()
        HarvestSource.objects.all().delete()
        report = run(a_source(f"{portal.home}/c.jsonld", "dcat"))
        assert (report["state"], report["code"]) in {
            ("failed", "url_private"),
            ("failed", "url_unfit"),
        }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<!DOCTYPE html><title>Bonjour</title>", "not_rdf"),
        (b"@prefix dcat: <http", "not_rdf"),
        (b'{"@graph": [', "not_json"),
        (b'{"@context": {"@import": "https://127.0.0.3/x"}}', "url_private"),
        (b'<?xml version="1.0"?><rdf:RDF', "not_rdf"),
        (
            b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>',
            "xml_entities",
        ),
    ],
)
def test_what_is_no_catalogue_changes_nothing(portal, content, code):
    portal.answers["/c"] = content
    report = run(a_source(f"{portal.home}/c", "dcat"))
    assert (report["state"], report["code"]) == ("failed", code)
    assert not Dataset.objects.exists()


def test_a_dataset_without_a_name_or_a_title_is_told(portal):
    portal.answers["/c.ttl"] = turtle(
        "[] a dcat:Dataset ; dct:title 'Sans nom' .",
        "<https://x.example/a> a dcat:Dataset .",
        "<https://x.example/b> a dcat:Dataset ; dct:title 'B' .",
    )
    assert told(run(a_source(f"{portal.home}/c.ttl", "dcat"))) == [
        ("refused", "https://x.example/a", "no_title"),
        ("refused", "_:Sans nom", "no_id"),
        ("added", "ailleurs-b", ""),
    ]


def test_copies_of_our_own_datasets_are_no_news(portal, settings):
    settings.PARVIS_SITE_URL = "https://lutece.example"
    portal.answers["/c.ttl"] = turtle(
        "<https://lutece.example/d/a> a dcat:Dataset ; dct:title 'À nous' .",
        "<https://x.example/b> a dcat:Dataset ; dct:title 'B' ;"
        " prov:wasDerivedFrom <https://lutece.example/d/b> .",
        "<https://x.example/c> a dcat:Dataset ; dct:title 'C' ;"
        " prov:wasDerivedFrom <https://x.example/b> .",
    )
    report = run(a_source(f"{portal.home}/c.ttl", "dcat"))
    assert report["counts"] == {"added": 1, "echo": 2}
    assert told(report) == [("added", "ailleurs-c", "")]


# --- folders --------------------------------------------------------------------------------------


HEADS = (
    "COLL_NOM,ID,TITRE,DESCRIPTION,THEME,PRODUCTEUR_NOM,COUV_SPAT_NOM,FREQ_MAJ,DATE_MAJ,"
    "MOTS_CLES,LICENCE,URL"
)
LINES = (
    "Rennes,prenoms,Prénoms,Les prénoms.,Population,Ville de Rennes,Rennes,Annuelle,2018-01-14,"
    "scdl;prenoms,Licence Ouverte-LO,https://data.rennes.example/prenoms",
    "Rennes,budget,Budget,Le budget.,Finances,Ville de Rennes,Rennes,Annuelle,2018-01-14,"
    "scdl,Open Database License-ODBL,./budget%202018.csv",
    "Rennes,,Sans id,x,x,x,x,x,x,x,x,x",
    "Rennes,secret,Secret,x,x,x,x,x,x,x,x,../../etc/passwd.csv",
)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "depot"
    place.mkdir()
    content = "\n".join((HEADS, *LINES))
    (place / "catalogue.csv").write_bytes(content.encode("cp1252"))
    (place / "prenoms.csv").write_text("quartier;surface\nHalles;41,5\nTemple;52\n", "utf-8")
    (place / "budget 2018.csv").write_text("ligne;montant\nA;1,5\n", "utf-8")
    return place


def test_a_folder_with_its_catalogue(folder):
    source = a_source(folder, "folder", prefix="rennes-", takes_records=True)
    report = run(source)
    assert told(report) == [
        ("refused", "#4", "no_id"),
        ("added", "rennes-prenoms", ""),
        ("published", "rennes-prenoms", ""),
        ("added", "rennes-budget", ""),
        ("published", "rennes-budget", ""),
        ("added", "rennes-secret", ""),
    ]
    found = catalogue.entry("rennes-prenoms")
    assert (found.title, found.publisher, found.themes) == (
        "Prénoms",
        "Ville de Rennes",
        ("Population",),
    )
    assert found.keywords == ("scdl", "prenoms")
    assert found.license == "Licence Ouverte v2.0 (Etalab)"
    assert found.source_url == "https://data.rennes.example/prenoms"
    assert found.metas["dcat"]["accrualperiodicity"] == "Annuelle"
    assert (found.held.rows, catalogue.entry("rennes-budget").held.rows) == (2, 1)
    secret = catalogue.entry("rennes-secret")
    assert (secret.held, secret.source_url) == (None, "")
    runs = IngestRun.objects.count()
    assert run(source, TUESDAY)["counts"] == {"refused": 1, "same": 3}
    (folder / "prenoms.csv").write_text("quartier;surface\nHalles;42,5\nTemple;52\n", "utf-8")
    assert run(source, TUESDAY)["counts"] == {"published": 1, "refused": 1, "same": 3}
    assert IngestRun.objects.count() == runs + 1


def test_a_folder_without_a_catalogue_is_its_files(tmp_path):
    for name in ("Dépenses 2024.csv", "arbres.geojson", "lisez-moi.txt", ".cache.csv", "!.csv"):
        (tmp_path / name).write_text('{"a": 1}', "utf-8")
    (tmp_path / "lien.csv").symlink_to("/etc/hostname")
    report = run(a_source(tmp_path, "folder", prefix="", takes_records=False))
    assert told(report) == [
        ("refused", "!.csv", "no_id"),
        ("added", "depenses-2024", ""),
        ("added", "arbres", ""),
        ("added", "lien", ""),
    ]
    assert catalogue.entry("depenses-2024").title == "Dépenses 2024"
    HarvestSource.objects.update(takes_records=True)
    lines = told(run(HarvestSource.objects.get().public_id, TUESDAY))
    assert ("refused", "lien.csv", "file_outside") in lines
    assert catalogue.entry("lien").held is None


def test_a_folder_of_the_web_is_what_its_page_links_to(portal):
    page = """<html><a href="../">..</a><a href="?C=N;O=D">Name</a><a href="arbres.csv">a</a>
        <a href="/depot/b%C3%A2ti.csv">b</a><a href="https://autre.example/c.csv">c</a>
        <a href="sous/d.csv">d</a><a href="notes.txt">n</a></html>"""
    portal.answers["/depot/"] = page.encode()
    portal.answers["/depot/arbres.csv"] = b"essence;hauteur\nTilleul;12.5\n"
    portal.answers["/depot/b%C3%A2ti.csv"] = b"rue;longueur\nLepic;720.5\n"
    source = a_source(f"{portal.home}/depot", "folder", takes_records=True)
    assert run(source)["counts"] == {"added": 2, "published": 2}
    found = catalogue.entry("ailleurs-arbres")
    assert (found.held.rows, found.source_url) == (1, f"{portal.home}/depot/arbres.csv")
    assert catalogue.entry("ailleurs-bati").title == "Bâti"
    assert run(source, TUESDAY)["counts"] == {"same": 2}


def test_a_folder_of_the_web_with_its_catalogue(portal, folder):
    portal.answers["/d/"] = b'<a href="catalogue.csv">c</a><a href="prenoms.csv">p</a>'
    portal.answers["/d/catalogue.csv"] = (folder / "catalogue.csv").read_bytes()
    portal.answers["/d/prenoms.csv"] = (folder / "prenoms.csv").read_bytes()
    report = run(a_source(f"{portal.home}/d/", "folder", takes_records=True))
    assert report["counts"] == {"added": 3, "published": 1, "refused": 1}
    assert catalogue.entry("ailleurs-prenoms").held.rows == 2


def test_a_folder_that_is_gone_or_no_catalogue_changes_nothing(folder):
    source = a_source(folder, "folder")
    run(source)
    count = Dataset.objects.filter(archived_at=None).count()
    (folder / "catalogue.csv").write_text("a;b\n1;2\n")
    assert run(source, TUESDAY)["code"] == "not_scdl"
    folder.rename(folder.with_name("ailleurs"))
    assert run(source, TUESDAY)["code"] == "folder_missing"
    assert Dataset.objects.filter(archived_at=None).count() == count


def test_the_example_files_of_the_scdl(tmp_path):
    schemas = DATA / "opendata" / "schemas"
    if not schemas.is_dir():
        pytest.skip(f"the original data is not at {DATA}")
    fields = json.loads((schemas / "scdl_catalogue.schema.json").read_bytes())["fields"]
    place = tmp_path / "scdl"
    place.mkdir()
    examples = {one["name"]: str(one.get("example", "")) for one in fields}
    examples["ID"] = "scdl_subventions_exemple_valide"
    rows = [examples.keys(), (value.replace(",", " ") for value in examples.values())]
    (place / "catalogue.csv").write_text("\n".join(map(",".join, rows)), "utf-8")
    name = "scdl_subventions_exemple_valide.csv"
    (place / name).write_bytes((schemas / name).read_bytes())
    source = a_source(place, "folder", prefix="scdl-", takes_records=True)
    report = run(source)
    found = catalogue.entry(f"scdl-{examples['ID']}")
    assert found.title == "Prénoms des nouveaux-nés à Rennes en 2017"
    assert found.default["territory"] == ["Rennes"]
    assert found.metas["dcat"]["temporal_coverage_end"] == "2017-12-31"
    assert report["counts"]["added"] == 1
    assert run(source, TUESDAY)["counts"].get("changed") is None


# --- from a terminal, and by the clock ------------------------------------------------------------


def cli(*arguments):
    return CliRunner().invoke(commands, ["harvest", *map(str, arguments)])


def test_a_source_is_added_listed_and_run_from_a_terminal(portal):
    as_explore(portal, a_remote("a"), a_remote("b", title=""))
    added = cli("add", portal.home, "--name", "Ailleurs", "--kind", "explore", "--prefix", "x-")
    assert added.exit_code == 0
    looked = cli("run", "Ailleurs", "--check-only")
    assert (looked.exit_code, Dataset.objects.count()) == (1, 0)
    ran = cli("run")
    assert ran.exit_code == 1
    lines = ran.output.splitlines()
    assert lines[0] == "Ailleurs: 1 added, 1 refused"
    assert lines[1].startswith("  refused  b  no_title: ")
    assert lines[2] == "  added  x-a"
    listed = json.loads(cli("list", "--json").output)
    assert [(one["name"], one["datasets"], one["report"]["state"]) for one in listed] == [
        ("Ailleurs", 1, "done")
    ]
    assert cli("list").output.split("\t")[:3] == ["Ailleurs", "explore", "1"]
    as_explore(portal, a_remote("a"))
    again = cli("run", "Ailleurs", "--json")
    assert (again.exit_code, json.loads(again.output)["Ailleurs"]["counts"]) == (0, {"same": 1})


def test_the_exit_tells_a_silent_source_from_a_refusal(portal):
    as_explore(portal, a_remote("a"))
    cli("add", portal.home, "--name", "A", "--kind", "explore")
    assert cli("run").exit_code == 0
    as_explore(portal)
    gone = cli("run")
    assert (gone.exit_code, "--force" in gone.output) == (1, True)
    portal.answers.clear()
    assert cli("run").exit_code == 2
    assert cli("switch", "A", "off").exit_code == 0
    assert cli("run").exit_code == 0
    assert cli("run", "nulle part").exit_code == 1
    assert cli("add", "ftp://x", "--name", "B", "--kind", "dcat").exit_code == 1


def test_the_clock_harvests_what_is_due(portal):
    as_explore(portal, a_remote("a"))
    source = a_source(portal.home)
    tasks.harvest_due(0)
    tasks.harvest_due(0)
    tasks.harvest(str(source))
    assert catalogue.entry("ailleurs-a").title == "Titre a"
    HarvestSource.objects.update(running_since=harvests.named("Ailleurs").last_run_at)
    tasks.harvest(str(source))
    assert HarvestSource.objects.get().running_since is not None


def test_a_source_there_is_not_is_refused():
    with pytest.raises(Refused) as refusal:
        harvest(source_id=Dataset(dataset_id="x").public_id, manner=Manner(), now=MONDAY)
    assert refusal.value.code == "no_source"
