"""Datasets whose rows only some keys open: who is refused, how keys come and go."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from click.testing import CliRunner

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.opendata.actions import keys
from parvis.opendata.commands import commands
from parvis.opendata.models import ApiKey, Dataset, DayCalls
from parvis.opendata.queries import keys as known_keys
from parvis.opendata.testing import MONDAY, TUESDAY
from parvis.opendata.tests.api_world import API, TIDES, TREES, body, get, the_trees

pytestmark = pytest.mark.django_db
DATASET = f"catalog/datasets/{TREES}"
ROWS = (
    "records",
    "records/" + "0" * 40,
    "facets",
    "exports",
    "exports/csv",
    "exports/parquet",
    "attachments",
    "versions",
    "diff",
)


@pytest.fixture(autouse=True)
def trees():
    the_trees()
    assert keys.restrict(dataset_id=TREES, restricted=True, now=TUESDAY)


def a_key(**given):
    return keys.create_key(**{"label": "Alice's map", "now": TUESDAY, **given})


def asked(client, path, key):
    return client.get(f"{API}/{path}", headers={"Authorization": f"Apikey {key}"})


def test_rows_are_refused_to_who_has_no_key_that_opens_them(client):
    key = a_key()
    for path in (f"{DATASET}/{one}" for one in ROWS):
        for response in (get(client, path), asked(client, path, key)):
            assert response.status_code == 403, path
            assert response.json() == {
                "error_code": "ForbiddenAccess",
                "message": "The dataset arbres is restricted: your API key does not open it.",
            }
            assert response["Access-Control-Allow-Origin"] == "*"


def test_the_address_of_the_first_version_is_no_way_round(client):
    response = client.get(f"/explore/dataset/{TREES}/download/", {"format": "csv"})
    assert response.status_code == 403
    assert response.json()["error_code"] == "ForbiddenAccess"


def test_pages_show_no_rows_of_it(client):
    for page in ("table", "api", "versions", "versions/2", "carte", "graphique"):
        response = client.get(f"/donnees/{TREES}/{page}/")
        assert response.status_code == 403, page
        assert "Érable" not in response.content.decode()


def test_what_is_said_of_it_stays_open(client):
    told = get(client, DATASET).json()
    assert (told["visibility"], told["data_visible"], told["has_records"]) == (
        "restricted",
        False,
        True,
    )
    assert get(client, f"catalog/datasets/{TIDES}").json()["visibility"] == "domain"
    assert get(client, "catalog/datasets").json()["total_count"] == 2
    page = client.get(f"/donnees/{TREES}/")
    assert page.status_code == 200
    assert "Érable" not in page.content.decode()


def test_a_key_opens_the_datasets_it_names(client):
    key = a_key(datasets=[TREES])
    page = asked(client, f"{DATASET}/records", key)
    assert page.json()["total_count"] == 3
    assert page["Cache-Control"] == "private, no-cache"
    assert "Authorization" in page["Vary"]
    exported = client.get(f"{API}/{DATASET}/exports/csv", {"apikey": key})
    assert body(exported).count(b"\r\n") == 4
    # What one reader was told is no answer for another.
    again = client.get(f"{API}/{DATASET}/records", headers={"If-None-Match": page["ETag"]})
    assert again.status_code == 403


def test_a_cursor_of_somebody_elses_is_no_key(client):
    key = a_key(datasets=[TREES])
    page = client.get(f"{API}/{DATASET}/records", {"apikey": key, "next": "", "limit": 1})
    cursor = page.json()["next"]
    assert get(client, f"{DATASET}/records", next=cursor).status_code == 403


def test_a_key_taken_back_is_refused_and_counts_nothing(client):
    key = a_key(datasets=[TREES])
    known = ApiKey.objects.get()
    keys.revoke_key(public_id=known.public_id, now=TUESDAY)
    response = asked(client, f"{DATASET}/records", key)
    assert response.status_code == 401
    assert response.json() == {
        "error_code": "ForbiddenAccess",
        "message": "This API key is not valid.",
    }
    assert DayCalls.objects.count() == 0
    with pytest.raises(Refused) as refusal:
        keys.revoke_key(public_id=known.public_id, now=TUESDAY + dt.timedelta(days=1))
    assert refusal.value.code == "already_revoked"
    assert ApiKey.objects.get().revoked_at == TUESDAY


def test_a_dataset_opened_again_is_everybodys(client):
    before = Dataset.objects.get(dataset_id=TREES).modified_at
    later = TUESDAY + dt.timedelta(hours=1)
    assert keys.restrict(dataset_id=TREES, restricted=False, now=later)
    assert not keys.restrict(dataset_id=TREES, restricted=False, now=later)
    assert get(client, f"{DATASET}/records").json()["total_count"] == 3
    assert Dataset.objects.get(dataset_id=TREES).modified_at == later > before
    actions = [one.action for one in register.about(f"opendata.dataset:{TREES}")]
    assert actions[:2] == ["opendata.opened", "opendata.restricted"]


def test_no_key_is_given_for_what_there_is_not():
    for given, code in (
        ({"label": " "}, "label_missing"),
        ({"daily_limit": 0}, "limit_too_low"),
        ({"datasets": [TREES, "nope"]}, "no_dataset"),
    ):
        with pytest.raises(Refused) as refusal:
            a_key(**given)
        assert refusal.value.code == code
    with pytest.raises(NotFound):
        keys.restrict(dataset_id="nope", restricted=True, now=TUESDAY)
    assert ApiKey.objects.count() == 0


def test_keys_are_given_out_listed_and_taken_back_from_a_terminal(client):
    def run(*arguments):
        with time_machine.travel(MONDAY, tick=False):
            return CliRunner().invoke(commands, list(map(str, arguments)))

    made = run("key", "create", "--label", "Carte", "--dataset", TREES, "--daily-limit", 100)
    assert made.exit_code == 0
    secret = made.output.strip()
    assert asked(client, f"{DATASET}/records", secret)["X-RateLimit-Limit"] == "100"
    known = ApiKey.objects.get()
    assert secret not in (known.digest, known.label)
    assert run("key", "list").output == f"{known.public_id}\tvalid\t100\t{TREES}\tCarte\n"
    assert run("key", "revoke", known.public_id).output == "The key is revoked.\n"
    assert asked(client, f"{DATASET}/records", secret).status_code == 401
    assert run("key", "list").output.split("\t")[1] == f"revoked {MONDAY:%Y-%m-%d}"
    assert run("key", "revoke", known.public_id).exit_code == 1
    assert run("restrict", TREES).output == "arbres is already kept for keys that open it.\n"
    assert run("restrict", TREES, "--open").output == "arbres is now open to everybody.\n"
    assert run("restrict", "nope").exit_code == 1
    assert known_keys.known()[0].datasets == (TREES,)
