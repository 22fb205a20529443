"""Publishing and amending the plan, and what the database refuses afterwards."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from parvis.account.testing import alice, oscar
from parvis.kernel import facts, register
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.plan import actions, public, queries
from parvis.plan.events import PlanPublished, SectionAmended
from parvis.plan.models import Placement, Plan, PlanText, PlanVersion, Section, SectionText
from parvis.plan.rules import SectionWords
from parvis.plan.testing import JULY, JUNE, the_real_draft, the_real_plan, with_other_words

pytestmark = pytest.mark.django_db
BUDGET = "plan:paris-2015/1.2"
NOTE = {"fr": "Ouvert à sept ans.", "en": "Open at seven."}


@pytest.fixture(autouse=True)
def _in_french():
    with translation.override("fr"):
        yield


def amend(by, **changes):
    given = {
        "ref": BUDGET,
        "words": {"fr": SectionWords(title="Le budget participatif", text="Dès sept ans.")},
        "note": NOTE,
        "by": by,
        "now": JULY,
    }
    return actions.amend_section(**given | changes)


def test_the_plan_of_paris_is_published_whole():
    the_real_plan()
    plan = public.current_plan()
    assert (plan.slug, plan.version, plan.horizon) == ("paris-2015", 1, 2020)
    assert [len(pillar.actions) for pillar in plan.pillars] == [9, 6, 0]
    assert [len(pillar.axes) for pillar in plan.pillars] == [5, 2, 0]
    assert SectionText.objects.count() == 50
    assert [d.fact for d in facts.facts_about("plan:paris-2015")] == [
        PlanPublished(plan_slug="paris-2015", version=1)
    ]
    [line] = register.about("plan:paris-2015")
    assert (line.action, line.channel, line.details["version"]) == ("plan.published", "program", 1)


def test_loading_the_same_file_again_changes_nothing():
    the_real_plan()
    assert actions.load_plan(draft=the_real_draft(), now=JULY) is None
    assert PlanVersion.objects.count() == 1
    assert len(facts.facts_about("plan:paris-2015")) == 1


def test_a_changed_file_is_a_new_version_under_the_same_numbers():
    the_real_plan()
    changed = with_other_words(the_real_draft(), "1.2", text="Le budget, dès sept ans.")
    assert actions.load_plan(draft=changed, now=JULY) == 2
    assert Section.objects.count() == 25
    assert public.section(BUDGET).text == "Le budget, dès sept ans."
    assert queries.version_of("paris-2015", 1).actions[1].text.startswith("Paris continuera")


def test_a_file_does_not_silently_undo_what_officials_amended():
    the_real_plan()
    amend(oscar())
    changed = with_other_words(the_real_draft(), "1.3", text="La pétition.")
    with pytest.raises(Refused) as refusal:
        actions.load_plan(draft=changed, now=JULY)
    assert refusal.value.code == "plan_was_amended"
    assert public.current_plan().version == 2
    assert actions.load_plan(draft=changed, now=JULY, over_amendments=True) == 3


def test_the_file_of_a_plan_that_officials_amended_may_be_loaded_again_in_peace():
    the_real_plan()
    amend(oscar())
    assert actions.load_plan(draft=the_real_draft(), now=JULY) is None
    assert public.section(BUDGET).text == "Dès sept ans."


def test_an_official_amends_a_section():
    the_real_plan()
    official = oscar()
    assert amend(official) == 2
    section = public.section(BUDGET)
    assert (section.text, section.quoted, section.ref) == ("Dès sept ans.", False, BUDGET)
    assert public.current_plan().note == "Ouvert à sept ans."
    assert public.current_plan().dated.isoformat() == "2015-07-20"
    assert SectionAmended(plan_slug="paris-2015", version=2, section_ref=BUDGET) in [
        delivered.fact for delivered in facts.facts_about("plan:paris-2015")
    ]
    assert register.about("plan:paris-2015")[0].actor_ref == f"person:{official.id}"


def test_english_that_was_not_given_anew_is_left_out_rather_than_lie():
    the_real_plan()
    amend(oscar())
    with translation.override("en"):
        section = public.section(BUDGET)
        assert (section.language, section.text) == ("fr", "Dès sept ans.")
        assert public.current_plan().note == "Open at seven."


def test_a_resident_does_not_amend_the_plan():
    the_real_plan()
    with pytest.raises(Forbidden) as refusal:
        amend(alice())
    assert refusal.value.code == "may_not_amend_plan"
    with pytest.raises(Forbidden):
        actions.publish_version(draft=the_real_draft(), by=alice(), now=JULY)
    assert PlanVersion.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"words": {"fr": SectionWords(title="Le budget", text="")}},
        {"words": {"en": SectionWords(title="Budget", text="From seven.")}},
        {"words": {"fr": SectionWords(title="a" * 201, text="b")}},
        {"note": {"en": "Open at seven."}},
    ],
)
def test_words_that_cannot_be_a_sections_are_refused(changes):
    the_real_plan()
    with pytest.raises(Refused) as refusal:
        amend(oscar(), **changes)
    assert refusal.value.code == "plan_words_unfit"
    assert PlanVersion.objects.count() == 1


@pytest.mark.parametrize("ref", ["plan:paris-2015/4.1", "plan:elsewhere/1.1", "nonsense"])
def test_a_section_that_does_not_exist_is_not_amended(ref):
    the_real_plan()
    with pytest.raises(NotFound):
        amend(oscar(), ref=ref)
    assert PlanVersion.objects.count() == 1


def test_a_section_left_out_by_a_version_keeps_its_number_and_its_last_words():
    the_real_plan()
    draft = the_real_draft()
    shorter = dataclasses.replace(
        draft, sections=tuple(s for s in draft.sections if s.number != "2.6")
    )
    actions.publish_version(draft=shorter, by=oscar(), now=JULY)
    gone = public.section("plan:paris-2015/2.6")
    assert (gone.title, gone.removed_in) == ("Payer en ligne", 2)
    assert "plan:paris-2015/2.6" not in public.section_refs("paris-2015")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plan_version SET horizon = 2030",
        "DELETE FROM plan_section_text",
        "UPDATE plan_section_text SET text = 'autre chose'",
        "UPDATE plan_version_text SET title = 'autre chose'",
        "DELETE FROM plan_version_text",
        "UPDATE plan_placement SET position = position + 100",
        "UPDATE plan_version SET published_at = NULL",
        "UPDATE plan_section SET number = '9.9' WHERE number = '1.1'",
        "INSERT INTO plan_version_text (version_id, language, title, subtitle, lead, note,"
        " source_title, translated) SELECT id, 'de', 'x', '', '', '', '', true FROM plan_version",
        "INSERT INTO plan_section_text (placement_id, language, title, text, mark, translated)"
        " SELECT id, 'de', 'x', 'y', '', true FROM plan_placement",
    ],
)
def test_the_database_keeps_a_published_version_as_it_was(statement):
    the_real_plan()
    before = list(SectionText.objects.order_by("pk").values())
    with (
        pytest.raises(IntegrityError, match="a published plan does not change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(SectionText.objects.order_by("pk").values()) == before


def test_a_version_in_preparation_may_still_be_written():
    plan = Plan.objects.create(slug="essai", created_at=JUNE)
    version = PlanVersion.objects.create(
        plan=plan, number=1, horizon=2030, dated=JUNE.date(), origin="file", fingerprint="0" * 64
    )
    text = PlanText.objects.create(version=version, language="fr", title="Essai", translated=False)
    text.title = "Un essai"
    text.save()
    with pytest.raises(NotFound):
        public.plan("essai")


@pytest.mark.parametrize(
    ("number", "kind"), [("1", "action"), ("1.A", "pillar"), ("1.1", "axis"), ("zut", "action")]
)
def test_the_database_refuses_a_number_that_does_not_tell_its_kind(number, kind):
    plan = Plan.objects.create(slug="essai", created_at=JUNE)
    with pytest.raises(IntegrityError, match="number_tells_its_kind"), transaction.atomic():
        Section.objects.create(plan=plan, number=number, kind=kind)
    assert Placement.objects.count() == 0


def test_sections_are_found_in_one_query_once_read(django_assert_num_queries):
    the_real_plan()
    refs = public.section_refs("paris-2015")
    with django_assert_num_queries(1):
        found = public.sections([*refs, "plan:paris-2015", "nonsense"])
    assert tuple(found) == refs
    assert found["plan:paris-2015/2.1"].pillar_ref == "plan:paris-2015/2"
    assert found["plan:paris-2015/2.1"].url == "/plan/2.1/"


def test_a_city_without_a_plan_says_so():
    with pytest.raises(NotFound) as refusal:
        public.current_plan()
    assert refusal.value.code == "no_plan"
    assert public.section(BUDGET) is None
