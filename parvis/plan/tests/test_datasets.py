"""The plan as a dataset: every section in force, word for word."""

from __future__ import annotations

import pytest

from parvis.kernel.declarations import published_datasets
from parvis.plan import public as plans
from parvis.plan.testing import the_real_plan

pytestmark = pytest.mark.django_db
SECTIONS = published_datasets["plan-sections-en-vigueur"]


def test_every_section_is_a_row_with_the_declared_fields():
    the_real_plan()
    rows = list(SECTIONS.rows(None))
    assert [row["ref"] for row in rows] == list(plans.section_refs("paris-2015"))
    assert {tuple(row) for row in rows} == {tuple(one.name for one in SECTIONS.fields)}
    (action,) = SECTIONS.rows(["plan:paris-2015/1.2"])
    assert (action["nature"], action["numero"], action["plan"]) == ("action", "1.2", "paris-2015")
    assert action["citation"] is True
    assert action["engagement"] in action["texte"]
    assert action["page"].startswith("http://localhost:8000/plan/")


def test_a_publication_changes_the_sections_of_both_versions():
    the_real_plan()
    fact = plans.PlanPublished(plan_slug="paris-2015", version=1)
    assert list(SECTIONS.changed_by[plans.PlanPublished](fact)) == list(
        plans.section_refs("paris-2015")
    )


def test_without_a_plan_there_is_no_row(db):
    assert list(SECTIONS.rows(None)) == []
