"""A resident proposes, others say what they think, and a new version is written."""

from __future__ import annotations

import io
import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from parvis.account.testing import alice, bachir, chloe, dede, mona
from parvis.budget.actions import (
    building,
    pictures,
    proposing,
)
from parvis.budget.models import (
    Project,
    Remark,
    Version,
)
from parvis.budget.permissions import project_seen
from parvis.budget.queries.people import author_ids
from parvis.budget.rules.calendar import Kind
from parvis.budget.testing import (
    LENGTH,
    NOON,
    TEXT,
    an_edition,
)
from parvis.budget.tests.scenes import HOUR, SHEET, begin, now_of, proposed
from parvis.budget.tests.world import refused
from parvis.kernel import register
from parvis.kernel.errors import NotFound
from parvis.kernel.models import FactRecord
from parvis.kernel.testing_photos import a_photo
from parvis.territory.testing import BASTILLE, MONTREUIL, the_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    return an_edition(Kind.IDEATION)


def test_alice_proposes_for_where_she_lives(held):
    project = proposed(held, alice())
    kept = now_of(project)
    assert (kept.status, kept.title, kept.estimated_cents) == ("submitted", SHEET.title, 5000000)
    assert [version.rank for version in kept.versions.all()] == [1]
    assert author_ids(kept) == {alice().id}
    names = list(FactRecord.objects.order_by("pk").values_list("name", flat=True))
    assert names[-2:] == ["budget.project_proposed", "budget.project_changed"]
    assert register.about(f"budget.project:{kept.pk}")[0].action == "budget.proposed"


def test_a_form_sent_twice_is_one_draft(held):
    token = uuid.uuid4()
    assert begin(held, alice(), token=token) == begin(held, alice(), token=token)
    assert Project.objects.count() == 1


def test_who_has_no_tie_is_too_young_or_declares_nothing_does_not_propose(held):
    refused("no_tie", lambda: begin(held, chloe()))
    refused("no_tie", lambda: begin(held, alice(), arrondissement=18))
    refused("not_declared", lambda: begin(held, alice(), declares=False))
    refused("no_tie", lambda: begin(held, dede()))


def test_ideas_are_taken_while_ideas_are_taken():
    for kind in Kind:
        edition = an_edition(kind, slug=kind.lower().replace("_", "-"))
        if kind == Kind.IDEATION:
            begin(edition, alice())
        else:
            refused("ideation_not_open", lambda held=edition: begin(held, alice()))


def test_a_draft_is_nobody_elses(held):
    draft = begin(held, alice())
    for person in (None, chloe(), bachir(), mona()):
        with pytest.raises(NotFound):
            project_seen(draft.pk, person)
    refused("no_project", lambda: proposing.write(draft.pk, SHEET, by=chloe(), now=NOON))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "title_missing"),
        ({"text": "Court."}, "text_missing"),
        ({"theme": ""}, "theme_missing"),
        ({"place": ""}, "place_missing"),
    ],
)
def test_what_is_not_complete_is_not_proposed(held, changes, code):
    draft = begin(held, alice())
    proposing.write(draft.pk, replace(SHEET, **changes), by=alice(), now=NOON)
    refused(code, lambda: proposing.submit(draft.pk, by=alice(), now=NOON))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "x" * 151}, "title_missing"),
        ({"theme": "Licornes"}, "theme_missing"),
        ({"estimated_cents": 0}, "cost_wrong"),
    ],
)
def test_what_makes_no_sense_is_not_kept(held, changes, code):
    draft = begin(held, alice())
    sheet = replace(SHEET, **changes)
    refused(code, lambda: proposing.write(draft.pk, sheet, by=alice(), now=NOON))


def test_a_place_is_in_the_area_or_is_refused(held):
    the_city()
    draft = begin(held, alice())

    def write(at):
        return proposing.write(draft.pk, replace(SHEET, at=at), by=alice(), now=NOON)

    x, y = write(BASTILLE).location
    assert (round(x), round(y)) == (653717, 6861659)
    refused("outside_the_area", lambda: write(MONTREUIL))
    refused("outside_the_area", lambda: write((2.34, 48.89)))


def test_alice_takes_her_project_back_and_nobody_reads_it(held):
    project = proposed(held, alice())
    proposing.withdraw(project.pk, by=alice(), now=NOON)
    assert now_of(project).status == "withdrawn"
    with pytest.raises(NotFound):
        project_seen(project.pk, chloe())
    assert project_seen(project.pk, alice()).pk == project.pk
    refused("status_wrong", lambda: proposing.withdraw(project.pk, by=alice(), now=NOON))


def test_pictures_come_in_clean_and_said_in_words(held, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    project = proposed(held, alice())

    def add(content, words="La place aujourd'hui", by=None):
        return pictures.add_picture(
            project.pk, io.BytesIO(content), words=words, by=by or alice(), now=NOON
        )

    kept = add(a_photo())
    assert kept.file.startswith("budget/")
    assert add(a_photo(), "Autrement dit").pk == kept.pk
    refused("picture_words_missing", lambda: add(a_photo(), " "))
    refused("not_a_picture", lambda: add(b"%PDF-1.7 rien"))
    refused("file_type_unknown", lambda: add(b"GIF89a"))
    refused("own_project_only", lambda: add(a_photo(), by=chloe()))
    for width in range(70, 74):
        add(a_photo(size=(width, 40)))
    refused("too_many_pictures", lambda: add(a_photo(size=(99, 40))))
    refused("own_project_only", lambda: pictures.remove_picture(kept.pk, by=chloe(), now=NOON))
    pictures.remove_picture(kept.pk, by=alice(), now=NOON)
    assert project.pictures.count() == 4


def test_others_say_what_they_think_and_the_author_writes_a_new_version(held):
    project = proposed(held, alice())
    token = uuid.uuid4()

    def say(text="Et une fontaine ?", by=None, now=NOON, token=token):
        return building.remark(project.pk, text, form_token=token, by=by or chloe(), now=now)

    assert say() == say()
    assert Remark.objects.count() == 1
    refused("remark_missing", lambda: say(" ", token=uuid.uuid4()))
    refused("words_not_open", lambda: say(token=uuid.uuid4(), now=NOON + 3 * LENGTH))

    def rewrite(text, by=None):
        return building.rewrite(
            project.pk,
            title="Un jardin et une fontaine",
            text=text,
            words="La fontaine de Chloé",
            by=by or alice(),
            now=NOON + HOUR,
        )

    refused("own_project_only", lambda: rewrite(TEXT + " Une fontaine aussi.", chloe()))
    refused("text_missing", lambda: rewrite("Court."))
    rewrite(TEXT + " Une fontaine aussi.")
    refused("nothing_changed", lambda: rewrite(TEXT + " Une fontaine aussi."))
    kept = list(Version.objects.order_by("rank").values_list("rank", "title", "note"))
    assert kept == [
        (1, "Un jardin partagé", ""),
        (2, "Un jardin et une fontaine", "La fontaine de Chloé"),
    ]


def test_a_version_is_never_rewritten(held):
    project = proposed(held, alice())
    with pytest.raises(IntegrityError, match="kept as it was"), transaction.atomic():
        project.versions.update(text="Autre chose")
    project.versions.update(written_by=None)


def test_a_moderator_hides_a_remark_and_says_why(held):
    project = proposed(held, alice())
    said = building.remark(project.pk, "…", form_token=uuid.uuid4(), by=chloe(), now=NOON)
    refused("needs_role", lambda: building.hide_remark(said.pk, why="x", by=bachir(), now=NOON))
    refused("why_missing", lambda: building.hide_remark(said.pk, why=" ", by=mona(), now=NOON))
    building.hide_remark(said.pk, why="Hors sujet.", by=mona(), now=NOON)
    building.hide_remark(said.pk, why="Autre.", by=mona(), now=NOON + HOUR)
    said.refresh_from_db()
    assert (said.hidden_why, said.hidden_at) == ("Hors sujet.", NOON)
