"""An agent sends a file: it is read by a job, reported on, signed for, and published once."""

from __future__ import annotations

import csv
import io

import pytest

from parvis.kernel import clock, register
from parvis.kernel.typography import quoted
from parvis.opendata.models import Approval, Dataset, DatasetVersion, IngestRun
from parvis.opendata.queries import versions
from parvis.opendata.testing import a_dataset
from parvis.opendata.tests.uploads_world import (
    BAD,
    COUNTS,
    GOOD,
    NAMES,
    as_,
    file,
    page,
    run,
    send,
    send_new,
    work,
)

pytestmark = pytest.mark.django_db
MORE = GOOD + "A3;Parcs;5,5\n"


@pytest.fixture
def bachir():
    return as_("bachir")


@pytest.fixture
def depenses():
    return a_dataset("depenses", title="Dépenses", key_fields=["numero"])


def shown(browser, name="run"):
    return browser.get(page(name, run().public_id)).content.decode()


def told(browser):
    return browser.post(page("publish", run().public_id))


def published(browser, content=GOOD):
    send(browser, file=file(content))
    work()
    told(browser)
    work()


def test_a_file_is_read_then_accepted_then_published(bachir, depenses):
    answer = send(bachir, note="Premier dépôt")
    assert (answer.status_code, answer.url) == (302, page("run", run().public_id))
    assert run().state == "waiting"
    assert "The file waits for its turn" in shown(bachir)
    assert work() == 1
    assert run().state == "ready"
    assert not DatasetVersion.objects.exists()
    report = shown(bachir)
    assert "Nothing speaks against publishing it" in report
    assert "2 rows, 3 columns" in report
    assert told(bachir).status_code == 302
    assert run().state == "accepted"
    assert not DatasetVersion.objects.exists()
    assert work() == 1
    version = DatasetVersion.objects.get()
    assert (version.number, version.rows, version.origin, version.note) == (
        1,
        2,
        "depenses.csv",
        "Premier dépôt",
    )
    assert (run().state, run().version, version.published_by) == (
        "published",
        version,
        run().started_by,
    )
    assert "Version 1 is published" in shown(bachir)
    assert "/en/data/depenses/table/?version=1" in shown(bachir)


def test_a_second_version_leads_to_what_changed(bachir, depenses):
    published(bachir)
    published(bachir, MORE)
    assert versions.current("depenses").number == 2
    assert "/en/data/depenses/versions/2/" in shown(bachir)
    actions = [one.action for one in register.about("opendata.dataset:depenses")]
    assert actions.count("opendata.file_accepted") == 2


def test_saying_yes_twice_publishes_once(bachir, depenses):
    send(bachir)
    work()
    assert [told(bachir).status_code for _tab in range(3)] == [302, 302, 302]
    assert work() == 1
    assert told(bachir).status_code == 302
    assert work() == 0
    assert DatasetVersion.objects.count() == 1


def test_sending_the_same_file_twice_is_one_run(bachir, depenses):
    assert send(bachir).url == send(bachir).url
    assert IngestRun.objects.count() == 1
    assert send(bachir, note="autrement").status_code == 302
    assert IngestRun.objects.count() == 2


def test_a_file_with_errors_is_refused_cell_by_cell_and_the_old_version_stays(bachir, depenses):
    published(bachir)
    send(bachir, file=file(BAD))
    work()
    assert run().state == "refused"
    report = shown(bachir)
    assert "2 errors to mend in the file" in report
    assert quoted("« beaucoup » is no number") in report
    assert f"/en/data/desk/files/send/to/depenses/?again={run().public_id}" in report
    answer = bachir.get(page("errors", run().public_id))
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Row", "Column", "Value", "What to do", "Code"]
    assert [(row[0], row[1], row[2], row[4]) for row in rows[1:]] == [
        ("2", "montant", "beaucoup", "not_double"),
        # No spreadsheet may take a cell of this file for a formula.
        ("3", "montant", "'-", "not_double"),
    ]
    assert versions.current("depenses").number == 1
    refusal = told(bachir)
    assert refusal.status_code == 409
    assert run().state == "refused"


def test_a_refused_first_file_of_a_new_dataset_is_kept_with_its_report(bachir):
    send_new(bachir, key_fields="Numéro, siret")
    work()
    assert (run().state, run().wanted_id, run().dataset) == ("refused", "depenses", None)
    assert not Dataset.objects.exists()
    assert quoted("« siret » is to tell the rows apart and is no column") in shown(bachir)
    again = bachir.get(page("send_new") + f"?again={run().public_id}").content.decode()
    assert 'value="Dépenses"' in again
    assert 'value="Numéro, siret"' in again


def test_a_new_dataset_is_in_the_catalogue_once_its_first_file_is_published(bachir):
    send_new(bachir, key_fields="Numéro", description="Une ligne par <dépense>.\n\nChaque mois.")
    work()
    assert run().state == "ready"
    assert not Dataset.objects.exists()
    told(bachir)
    work()
    dataset = Dataset.objects.get()
    assert (dataset.dataset_id, dataset.title, dataset.key_fields) == (
        "depenses",
        "Dépenses",
        ["numero"],
    )
    assert dataset.description == "<p>Une ligne par &lt;dépense&gt;.</p><p>Chaque mois.</p>"
    assert dataset.license == "Licence Ouverte v2.0 (Etalab)"
    assert dataset.current.number == 1
    assert run().dataset == dataset


def test_a_title_the_catalogue_has_is_no_new_dataset(bachir, depenses):
    answer = send_new(bachir)
    assert answer.status_code == 409
    assert "send a version of it instead" in answer.content.decode()
    assert not IngestRun.objects.exists()


def test_what_the_gate_stops_is_published_once_a_reason_is_signed(bachir):
    send_new(bachir, title="Élus", file=file(NAMES))
    work()
    assert (run().state, Dataset.objects.count()) == ("blocked", 0)
    key = "person_names:prenom"
    nothing = bachir.post(page("sign", run().public_id), {"finding": key, "reason": "  "})
    assert nothing.status_code == 422
    assert not Approval.objects.exists()
    other = bachir.post(page("sign", run().public_id), {"finding": "x", "reason": "Parce que"})
    assert other.status_code == 404
    reason = {"finding": key, "reason": "Des élus dans leurs fonctions"}
    assert bachir.post(page("sign", run().public_id), reason).status_code == 302
    assert run().state == "ready"
    signature = Approval.objects.get()
    assert (signature.reason, signature.run, signature.dataset) == (
        "Des élus dans leurs fonctions",
        run(),
        None,
    )
    assert "Signed by Bachir" in shown(bachir)
    told(bachir)
    work()
    assert run().state == "published"
    assert versions.current("elus").rows == 1


def test_small_counts_can_be_left_out_instead(bachir):
    send_new(bachir, title="Effectifs", file=file(COUNTS))
    work()
    assert run().state == "blocked"
    assert bachir.post(page("again", run().public_id), {"suppress": "1"}).status_code == 302
    work()
    assert (run().state, run().report["suppressed"]) == ("ready", 4)
    assert "Cells left out" in shown(bachir)


def test_a_file_is_checked_against_the_schema_that_was_chosen(bachir):
    content = "COLL_NOM;COLL_SIRET\nVille de Paris;123\n"
    send_new(bachir, file=file(content), schema="scdl-deliberations-2.1.5")
    work()
    assert run().state == "refused"
    codes = {one["code"] for one in run().report["errors"]["cells"]}
    assert {"schema_pattern", "schema_column_missing"} <= codes


def test_a_schema_of_ones_own_is_read_or_refused(bachir, depenses):
    own = '{"fields": [{"name": "montant", "type": "integer"}]}'
    send(bachir, schema_file=file(own, "schema.json"))
    work()
    assert {one["code"] for one in run().report["errors"]["cells"]} == {"schema_type_integer"}
    answer = send(bachir, schema_file=file("[]", "schema.json"))
    assert answer.status_code == 422
    assert "This is neither a Table Schema nor a JSON Schema" in answer.content.decode()
    assert IngestRun.objects.count() == 1


def test_a_withdrawn_file_is_published_no_more(bachir, depenses):
    send(bachir)
    work()
    assert bachir.post(page("withdraw", run().public_id)).status_code == 302
    assert run().state == "withdrawn"
    assert told(bachir).status_code == 409
    assert work() == 0
    assert not DatasetVersion.objects.exists()
    assert "Bachir decided so." in shown(bachir)


def test_somebody_else_published_meanwhile_and_the_columns_no_longer_fit(bachir, depenses):
    send(bachir, file=file("numero;autre\nA1;x\n"))
    work()
    first = run()
    published(bachir)
    bachir.post(page("publish", first.public_id))
    work()
    first.refresh_from_db()
    assert (first.state, versions.current("depenses").number) == ("refused", 1)


def test_the_list_shows_the_newest_first_and_pages_by_the_last_one(bachir, depenses):
    now = clock.now()
    for place in range(23):
        IngestRun.objects.create(
            dataset=depenses,
            wanted_id="depenses",
            state="ready" if place == 4 else "refused",
            origin=f"fichier-{place:02}.csv",
            file="opendata/x",
            started_at=now,
            changed_at=now,
        )
    first = bachir.get(page("runs"))
    assert [one.origin for one in first.context["page"].lines] == [
        f"fichier-{place:02}.csv" for place in range(22, 2, -1)
    ]
    cursor = first.context["page"].next_cursor
    second = bachir.get(page("runs"), {"after": cursor})
    assert [one.origin for one in second.context["page"].lines] == [
        "fichier-02.csv",
        "fichier-01.csv",
        "fichier-00.csv",
    ]
    assert second.context["page"].next_cursor == ""
    waiting = bachir.get(page("runs"), {"wait": "1"}).context["page"].lines
    assert [one.origin for one in waiting] == ["fichier-04.csv"]
    assert bachir.get(page("runs"), {"after": "rien"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [("alice", 403), ("chloe", 403), ("mona", 403), ("oscar", 403), ("bachir", 200)],
)
def test_the_pages_are_for_agents(depenses, name, status):
    send(as_("bachir"))
    browser = as_(name)
    pages = (
        page("runs"),
        page("choose"),
        page("send_new"),
        page("send", "depenses"),
        page("run", run().public_id),
        page("errors", run().public_id),
    )
    assert {browser.get(one).status_code for one in pages} == {status}


@pytest.mark.parametrize("verb", ["publish", "withdraw", "again", "sign"])
def test_nobody_else_decides(depenses, verb):
    send(as_("bachir"))
    work()
    assert as_("mona").post(page(verb, run().public_id)).status_code == 403
    assert run().state == "ready"


def test_the_page_finds_datasets_by_their_words(bachir, depenses):
    a_dataset("arbres", title="Les arbres")
    found = bachir.get(page("choose"), {"q": "depenses"}).content.decode()
    assert page("send", "depenses") in found
    assert page("send", "arbres") not in found


def test_the_part_that_changes_is_asked_for_until_it_changes_no_more(bachir, depenses):
    send(bachir)
    address = page("run", run().public_id)
    assert 'hx-trigger="every 2s"' in bachir.get(address).content.decode()
    said = {"stage": "reading", "done": 60_000, "total": 120_000}
    IngestRun.objects.update(state="reading", progress=said)
    part = bachir.get(address, headers={"HX-Request": "true"})
    told_now = part.content.decode()
    assert part.status_code == 200
    assert "<html" not in told_now
    assert "The rows are being read" in told_now
    assert "60,000 rows" in told_now
    assert 'value="25"' in told_now
    IngestRun.objects.update(state="waiting")
    work()
    assert bachir.get(address, headers={"HX-Request": "true"}).status_code == 286
    assert "every 2s" not in bachir.get(address).content.decode()
