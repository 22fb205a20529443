"""The open data from a terminal: what is said, and the exit status a script relies on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.storage import default_storage

from parvis.opendata.commands import commands
from parvis.opendata.models import DatasetVersion
from parvis.opendata.testing import BUDGET, a_dataset, a_version

pytestmark = pytest.mark.django_db
GOOD = "Année;Service;Montant\n2024;Voirie;1 234,56\n2024;Écoles;78,9\n"


def run(*arguments):
    return CliRunner().invoke(commands, list(map(str, arguments)))


@pytest.fixture
def file(tmp_path):
    def write(content, name="depenses.csv"):
        path = tmp_path / name
        path.write_text(content, "utf-8")
        return path

    return write


def test_a_good_file_is_published_and_exits_with_0(file):
    said = run("ingest", file(GOOD), "--dataset", "depenses", "--title", "Dépenses")
    assert said.exit_code == 0
    assert said.output.splitlines() == [
        "csv utf-8 ;: 2 rows, 3 fields",
        "  annee  int  Année",
        "  service  text  Service",
        "  montant  double  Montant",
        "Version 1 is published.",
    ]


def test_a_file_with_errors_names_row_column_and_what_to_do_and_exits_with_1(file):
    bad = "siret;n\n21750001600019;1\n8,03E+13;2\n"
    said = run("ingest", file(bad), "--dataset", "depenses", "--title", "Dépenses")
    assert said.exit_code == 1
    assert "ERROR  row 3, siret: Un tableur a changé ce SIRET en 8,03E+13" in said.output
    assert "Refused: 1 errors. Nothing was published." in said.output
    assert not DatasetVersion.objects.exists()


def test_a_file_that_cannot_be_read_exits_with_2(file):
    said = run("ingest", file(""), "--dataset", "depenses", "--title", "x")
    assert (said.exit_code, said.output) == (2, "Ce fichier est vide.\n")


def test_a_file_that_is_not_there_exits_with_2(tmp_path):
    said = run("ingest", tmp_path / "rien.csv", "--dataset", "depenses")
    assert said.exit_code == 2


def test_a_schema_that_is_none_exits_with_2(file):
    schema = file("{}", "schema.json")
    said = run("ingest", file(GOOD), "--dataset", "depenses", "--schema", schema)
    assert said.exit_code == 2
    assert "this is no Table Schema" in said.output


def test_checking_only_exits_with_0_and_publishes_nothing(file):
    said = run("ingest", file(GOOD), "--dataset", "depenses", "--check-only", "--json")
    report = json.loads(said.output)
    assert (said.exit_code, report["state"], report["version"]) == (0, "accepted", None)
    assert [(one["name"], one["type"]) for one in report["fields"]] == [
        ("annee", "int"),
        ("service", "text"),
        ("montant", "double"),
    ]
    assert report["rows"] == 2
    assert report["errors"] == {"count": 0, "cells": []}
    assert not DatasetVersion.objects.exists()


def test_a_report_in_json_speaks_both_languages(file):
    bad = "siret;n\n8,03E+13;2\n"
    said = run("ingest", file(bad), "--dataset", "x", "--check-only", "--json")
    (cell,) = json.loads(said.output)["errors"]["cells"]
    assert (said.exit_code, cell["row"], cell["column"], cell["value"]) == (
        1,
        2,
        "siret",
        "8,03E+13",
    )
    assert cell["sentence"]["en"].startswith("A spreadsheet turned this SIRET into 8,03E+13")
    assert cell["sentence"]["fr"].startswith("Un tableur a changé ce SIRET en 8,03E+13")


def test_an_unknown_dataset_without_a_title_exits_with_1(file):
    said = run("ingest", file(GOOD), "--dataset", "depenses")
    assert said.exit_code == 1
    assert "donnez un titre" in said.output


def test_a_stopped_file_says_how_to_sign_and_passes_then(file):
    path = file("prenom;n\nAlice;7\n")
    stopped = run("ingest", path, "--dataset", "elus", "--title", "Élus")
    assert stopped.exit_code == 1
    told = next(line for line in stopped.output.splitlines() if "parvis opendata approve" in line)
    name = told.split('"')[1]
    signed = run("approve", name, "--reason", "Des élus")
    assert (signed.exit_code, signed.output) == (0, "person_names:prenom: signed.\n")
    assert run("ingest", path, "--dataset", "elus").exit_code == 0


def test_signing_for_nothing_is_refused():
    said = run("approve", "rien/du-tout", "--reason", "x")
    assert (said.exit_code, said.output) == (1, "Error: rien/du-tout: not RUN/FINDING\n")


def test_the_catalogue_is_listed_and_shown():
    a_version()
    a_dataset("decrit", title="Décrit", source_url="https://exemple.fr/d")
    assert run("list").output == f"{BUDGET}\t6\tBudget voté\ndecrit\t-\tDécrit\n"
    shown = run("show", BUDGET).output.splitlines()
    assert shown[0] == f"Budget voté ({BUDGET})"
    assert shown[1].startswith("version 1, 6 rows, sha256 ")
    assert shown[2] == "  cle  text  Clé"
    assert "not held here; its source: https://exemple.fr/d" in run("show", "decrit").output
    assert run("show", "rien").exit_code == 1


def test_versions_and_what_changed_between_them(file):
    run("ingest", file(GOOD), "--dataset", "depenses", "--title", "Dépenses")
    run("ingest", file(GOOD.replace("78,9", "79,9")), "--dataset", "depenses")
    listed = run("versions", "depenses").output.splitlines()
    assert [line.split("\t")[0] for line in listed] == ["2", "1"]
    changed = json.loads(run("diff", "depenses", 1, 2).output)
    assert (changed["added"], changed["removed"], changed["changed"]) == (1, 1, 0)
    assert changed["added_rows"][0]["montant"] == 79.9
    assert run("diff", "depenses", 1, 9).exit_code == 1


def test_an_auditor_finds_a_file_that_somebody_changed():
    version = a_version()
    good = run("verify", BUDGET)
    assert (good.exit_code, good.output.split("\t")[:2]) == (0, ["version 1", "ok"])
    with Path(default_storage.path(version.file)).open("ab") as stored:
        stored.write(b"!")
    changed = run("verify", BUDGET)
    assert (changed.exit_code, changed.output.split("\t")[1]) == (1, "CHANGED")
    default_storage.delete(version.file)
    assert run("verify", BUDGET).output.split("\t")[1] == "GONE"
