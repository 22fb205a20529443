"""A file becomes a version, or a report; what was served is served until then."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import FileSystemStorage
from django.utils import translation

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.typography import quoted
from parvis.opendata.actions import approving
from parvis.opendata.actions.ingesting import Order, close_abandoned, ingest
from parvis.opendata.models import Approval, Dataset, DatasetVersion, IngestRun
from parvis.opendata.queries import versions
from parvis.opendata.queries.engine import files
from parvis.opendata.rules import tableschema
from parvis.opendata.testing import MONDAY, TUESDAY, a_dataset
from parvis.opendata.tests.test_reading_files import DATA

pytestmark = pytest.mark.django_db
BACHIR = uuid.UUID("00000000-0000-7000-8000-00000000bac1")
GOOD = "Année;Service;Montant\n2024;Voirie;1 234,56\n2024;Écoles;78,9\n"
BAD = "Année;Service;Montant\n2024;Voirie;beaucoup\n2025;Écoles;78,9\n"
NAMES = "prenom;note\nAlice;7\n"


def given(tmp_path, content, name="depenses.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def order(tmp_path, content, **changes):
    return Order(**{"dataset_id": "depenses", "path": given(tmp_path, content), **changes})


def plain(sentence):
    """Return a French sentence without its typography."""
    return sentence.translate({0xA0: " ", 0x202F: " ", 0x2019: "'"})


def stored():
    return files.stored_files("depenses")


def test_a_file_of_a_described_dataset_is_published(tmp_path):
    a_dataset("depenses")
    outcome = ingest(order=order(tmp_path, GOOD, note="Premier dépôt", by=BACHIR), now=MONDAY)
    assert (outcome.state, outcome.version) == ("published", 1)
    current = versions.current("depenses")
    assert (current.rows, [one.name for one in current.schema.fields]) == (
        2,
        ["annee", "service", "montant"],
    )
    version = DatasetVersion.objects.get()
    assert (version.origin, version.note) == ("depenses.csv", "Premier dépôt")
    assert version.published_by == BACHIR
    run = IngestRun.objects.get()
    assert (run.state, run.version, run.started_by) == ("published", version, BACHIR)
    assert run.public_id == outcome.run_id
    assert run.report["rows"] == 2
    assert run.report["file"]["delimiter"] == ";"


def test_a_new_dataset_needs_a_title(tmp_path):
    with pytest.raises(NotFound) as refusal:
        ingest(order=order(tmp_path, GOOD), now=MONDAY)
    assert refusal.value.code == "no_dataset"
    assert not Dataset.objects.exists()


def test_a_title_describes_a_new_dataset(tmp_path):
    outcome = ingest(order=order(tmp_path, GOOD, title="Dépenses"), now=MONDAY)
    assert outcome.version == 1
    dataset = Dataset.objects.get()
    assert (dataset.dataset_id, dataset.title, dataset.current.number) == (
        "depenses",
        "Dépenses",
        1,
    )
    assert IngestRun.objects.get().state == "published"


def test_a_refused_file_leaves_a_new_dataset_undescribed(tmp_path):
    outcome = ingest(order=order(tmp_path, "siret;n\n8,03E+13;1\n", title="Dépenses"), now=MONDAY)
    assert (outcome.state, outcome.version) == ("refused", None)
    assert not Dataset.objects.exists()


def test_a_later_file_that_breaks_a_type_is_refused_with_its_cells(tmp_path):
    ingest(order=order(tmp_path, GOOD, title="Dépenses"), now=MONDAY)
    before = stored()
    outcome = ingest(order=order(tmp_path, BAD), now=TUESDAY)
    assert (outcome.state, outcome.version) == ("refused", None)
    (cell,) = outcome.report["errors"]["cells"]
    sentences = cell.pop("sentence")
    assert cell == {"code": "not_double", "row": 2, "column": "Montant", "value": "beaucoup"}
    assert sentences["en"] == quoted(
        "« beaucoup » is no number: write digits, with a point or a comma, no unit."
    )
    assert plain(sentences["fr"]) == (
        "« beaucoup » n'est pas un nombre : écrivez des chiffres, avec un point ou une virgule,"
        " sans unité."
    )
    assert versions.current("depenses").number == 1
    assert stored() == before
    run = IngestRun.objects.get(state="refused")
    assert run.report["errors"]["count"] == 1


def test_the_same_file_again_is_the_same_version(tmp_path):
    ingest(order=order(tmp_path, GOOD, title="Dépenses"), now=MONDAY)
    assert ingest(order=order(tmp_path, GOOD), now=TUESDAY).version == 1
    assert DatasetVersion.objects.count() == 1


def test_checking_only_leaves_nothing_behind(tmp_path):
    a_dataset("depenses")
    outcome = ingest(order=order(tmp_path, GOOD, check_only=True), now=MONDAY)
    assert (outcome.state, outcome.version, outcome.run_id) == ("accepted", None, None)
    assert not IngestRun.objects.exists()
    assert not DatasetVersion.objects.exists()
    assert stored() == []


def test_checking_only_needs_no_dataset(tmp_path):
    outcome = ingest(order=order(tmp_path, GOOD, check_only=True), now=MONDAY)
    assert outcome.state == "accepted"
    assert not Dataset.objects.exists()


def test_a_file_that_cannot_be_read_says_why_in_both_languages(tmp_path):
    a_dataset("depenses")
    outcome = ingest(order=order(tmp_path, b""), now=MONDAY)
    assert outcome.state == "unreadable"
    assert outcome.report == {
        "unreadable": {
            "code": "file_empty",
            "sentence": {"fr": "Ce fichier est vide.", "en": "This file is empty."},
        }
    }
    assert IngestRun.objects.get().state == "refused"


def test_a_file_against_its_schema_is_refused_with_the_schema_s_errors(tmp_path):
    schema = tableschema.parse(
        {"fields": [{"name": "Montant", "type": "number", "constraints": {"required": True}}]}
    )
    outcome = ingest(
        order=order(tmp_path, "Montant\n12.5\n1,5\n", title="x", schema=schema), now=MONDAY
    )
    assert [(one["code"], one["row"]) for one in outcome.report["errors"]["cells"]] == [
        ("schema_type_number", 3)
    ]
    assert outcome.report["error_counts"] == [
        {"code": "schema_type_number", "column": "Montant", "count": 1}
    ]


def test_names_are_stopped_until_somebody_signs(tmp_path):
    outcome = ingest(order=order(tmp_path, NAMES, title="Élus"), now=MONDAY)
    assert (outcome.state, outcome.version) == ("blocked", None)
    assert [(one["key"], one["approved"]) for one in outcome.report["findings"]] == [
        ("person_names:prenom", False)
    ]
    assert not DatasetVersion.objects.exists()
    approving.approve(
        run_id=outcome.run_id,
        finding="person_names:prenom",
        reason="Des élus dans leurs fonctions",
        by=BACHIR,
        now=MONDAY,
    )
    again = ingest(order=order(tmp_path, NAMES), now=TUESDAY)
    assert (again.state, again.version) == ("published", 1)
    assert again.report["findings"][0]["approved"] is True
    signature = Approval.objects.get()
    assert (signature.reason, signature.signed_by, signature.signed_at) == (
        "Des élus dans leurs fonctions",
        BACHIR,
        MONDAY,
    )
    (line,) = [
        one
        for one in register.about("opendata.dataset:depenses")
        if one.action == "opendata.finding_approved"
    ]
    assert line.actor_ref == f"person:{BACHIR}"
    assert line.personal == {"reason": "Des élus dans leurs fonctions"}


@pytest.mark.parametrize(
    ("finding", "reason", "code"),
    [
        ("person_names:prenom", "  ", "reason_missing"),
        ("emails:prenom", "Parce que", "no_finding"),
    ],
)
def test_a_signature_needs_a_reason_and_a_finding(tmp_path, finding, reason, code):
    outcome = ingest(order=order(tmp_path, NAMES, title="Élus"), now=MONDAY)
    with pytest.raises(Refused) as refusal:
        approving.approve(
            run_id=outcome.run_id, finding=finding, reason=reason, by=BACHIR, now=MONDAY
        )
    assert refusal.value.code == code
    assert not Approval.objects.exists()


def test_a_published_file_needs_no_signature(tmp_path):
    outcome = ingest(order=order(tmp_path, GOOD, title="x"), now=MONDAY)
    with pytest.raises(Refused) as refusal:
        approving.approve(
            run_id=outcome.run_id, finding="x", reason="Parce que", by=None, now=MONDAY
        )
    assert refusal.value.code == "run_not_blocked"


EFFECTIFS = "service;femmes;hommes;total\nVoirie;3;20;23\nÉcoles;40;50;90\nParcs;60;70;130\n"


def test_small_counts_are_stopped_or_left_out(tmp_path):
    blocked = ingest(order=order(tmp_path, EFFECTIFS, title="Effectifs"), now=MONDAY)
    assert blocked.state == "blocked"
    outcome = ingest(order=order(tmp_path, EFFECTIFS, suppress=True), now=MONDAY)
    assert (outcome.version, outcome.report["suppressed"]) == (1, 4)
    assert versions.current("depenses").rows == 3


def test_a_signature_for_cells_is_for_this_file_only(tmp_path):
    first = ingest(order=order(tmp_path, EFFECTIFS, title="Effectifs"), now=MONDAY)
    key = first.report["findings"][0]["key"]
    approving.approve(run_id=first.run_id, finding=key, reason="Public", by=None, now=MONDAY)
    assert ingest(order=order(tmp_path, EFFECTIFS), now=MONDAY).state == "published"
    other = EFFECTIFS.replace("Voirie;3;20;23", "Voirie;2;21;23")
    assert ingest(order=order(tmp_path, other), now=TUESDAY).state == "blocked"


def test_totals_nobody_understands_are_not_suppressed_in_silence(tmp_path):
    a_dataset("depenses")
    wrong = EFFECTIFS.replace("23", "24")
    with pytest.raises(Refused) as refusal:
        ingest(order=order(tmp_path, wrong, suppress=True), now=MONDAY)
    assert refusal.value.code == "cannot_suppress"
    assert IngestRun.objects.get().state == "refused"
    assert not DatasetVersion.objects.exists()


def test_a_failure_while_publishing_keeps_the_old_version_and_says_so(tmp_path, monkeypatch):
    ingest(order=order(tmp_path, GOOD, title="Dépenses"), now=MONDAY)

    def no_disk(self, name, content, max_length=None):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "save", no_disk)
    with pytest.raises(OSError, match="No space"):
        ingest(order=order(tmp_path, GOOD + "2025;Parcs;1,5\n"), now=TUESDAY)
    assert versions.current("depenses").number == 1
    assert sorted(IngestRun.objects.values_list("state", flat=True)) == ["published", "stopped"]


def test_a_run_whose_process_died_is_closed_the_next_day(tmp_path):
    ingest(order=order(tmp_path, GOOD, title="x"), now=MONDAY)
    IngestRun.objects.update(state="reading")
    assert close_abandoned(now=MONDAY) == 0
    assert close_abandoned(now=TUESDAY + dt.timedelta(seconds=1)) == 1
    assert IngestRun.objects.get().state == "stopped"
    assert versions.current("depenses").number == 1


def test_progress_is_told(tmp_path):
    stages = []
    ingest(
        order=order(
            tmp_path, GOOD, title="x", progress=lambda stage, done, total: stages.append(stage)
        ),
        now=MONDAY,
    )
    assert list(dict.fromkeys(stages)) == ["reading", "typing", "writing", "checking", "publishing"]


def test_nothing_is_left_in_the_workshop(tmp_path):
    ingest(order=order(tmp_path, GOOD, title="x"), now=MONDAY)
    ingest(order=order(tmp_path, BAD), now=MONDAY)
    work = django_settings.MEDIA_ROOT / "opendata-work"
    assert list(work.glob("*")) == []


def test_every_sentence_of_a_report_speaks_french_and_english(tmp_path):
    path = DATA / "opendata" / "france" / "subventions_departements_pays_de_la_loire.csv"
    if not path.exists():
        pytest.skip("the stored data is not beside this checkout")
    schema = tableschema.load(DATA / "opendata" / "schemas" / "scdl_subventions.schema.json")
    with translation.override("en"):
        outcome = ingest(
            order=Order(dataset_id="x", path=path, schema=schema, check_only=True), now=MONDAY
        )
    said = [one["sentence"] for one in outcome.report["errors"]["cells"] + outcome.report["notes"]]
    assert outcome.report["errors"]["count"] == 73_658 + 2
    assert all(one["fr"] and one["en"] and one["fr"] != one["en"] for one in said)
