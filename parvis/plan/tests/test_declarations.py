"""What the plan declares to the floors above, and its command line."""

from __future__ import annotations

import uuid

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.conf import settings
from django.utils import translation

from parvis.kernel.declarations import DemoCity, demo_steps, keeps, nav_entries, stones
from parvis.plan.commands import commands
from parvis.plan.models import PlanVersion
from parvis.plan.testing import JUNE, plan_folder, the_real_plan

pytestmark = pytest.mark.django_db


def test_the_roof_and_the_paving_lead_to_the_plan():
    with translation.override("fr"):
        assert (str(nav_entries["plan"].label), nav_entries["plan"].url_name) == (
            "Le plan",
            "plan:read",
        )
        assert stones["plan"].sentence(JUNE) == ""
        the_real_plan()
        assert stones["plan"].sentence(JUNE) == "15 actions à l\u2019horizon 2020"


def test_a_demonstration_city_holds_the_plan_of_paris_once():
    said = []
    city = DemoCity(city=settings.PARVIS_CITY_DIR, outside_data=None, now=JUNE, say=said.append)
    demo_steps["plan"].load(city)
    demo_steps["plan"].load(city)
    assert said == ["plan paris-2015: version 1, 15 actions"]
    assert PlanVersion.objects.count() == 1


def test_the_plan_keeps_nothing_about_anyone_and_names_all_its_models():
    declared = keeps["plan"]
    assert set(declared.models) == {m._meta.label for m in apps.get_app_config("plan").get_models()}
    assert declared.export(uuid.uuid4()) == []
    assert declared.erase(uuid.uuid4(), JUNE) == 0


def test_the_plan_is_loaded_and_shown_on_the_command_line():
    runner, file = CliRunner(), str(plan_folder() / "plan.toml")
    assert runner.invoke(commands, ["show"]).exit_code == 1
    first = runner.invoke(commands, ["load", file])
    assert first.output == "paris-2015: version 1 published\n"
    again = runner.invoke(commands, ["load", file])
    assert again.output == "paris-2015: nothing changed, nothing published\n"
    with translation.override("fr"):
        shown = runner.invoke(commands, ["show"]).output.splitlines()
    assert shown[0] == "Paris intelligent et durable (paris-2015), version 1"
    assert shown[4] == "    1.2  Le budget participatif"
    assert len(shown) == 26


def test_a_bad_file_is_refused_with_a_sentence(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text('slug = "a"', encoding="utf-8")
    refused = CliRunner().invoke(commands, ["load", str(file)])
    assert refused.exit_code == 1
    assert "the file lacks something" in refused.output
    assert PlanVersion.objects.count() == 0
