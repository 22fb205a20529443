"""What the plan declares to the floors above, and its command line."""

from __future__ import annotations

import uuid

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.conf import settings
from django.utils import translation

from parvis.kernel import holdings
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
    assert holdings.everything(declared, uuid.uuid4()) == []
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


@pytest.fixture
def published(client, tmp_path):
    """Write what the city publishes of its plan to a file, with some words replaced."""
    the_real_plan()

    def written(old="", new=""):
        file = tmp_path / "plan.json"
        document = client.get("/plan/plan.json").content.decode()
        file.write_text(document.replace(old, new) if old else document, encoding="utf-8")
        return ["verify", str(plan_folder() / "plan.toml"), "--published", str(file)]

    return written


def test_chloe_verifies_what_the_city_published(published):
    checked = CliRunner().invoke(commands, published())
    assert checked.exit_code == 0
    assert "paris-2015: 25 of 25 sections quote the source exactly\n" in checked.output
    assert checked.output.endswith("plan.json: 0 differences\n")


@pytest.mark.parametrize(
    ("old", "new", "ref"),
    [
        ("e-pétition", "pétition", "plan:paris-2015/1.3"),
        ("plan:paris-2015/2.6", "plan:paris-2015/2.7", "plan:paris-2015/2.B"),
        ("Un compte unique", "Deux comptes", "plan:paris-2015/2.1"),
        ("The keys to the budget", "The budget", "plan:paris-2015/1.8"),
    ],
)
def test_a_word_published_otherwise_is_named_and_fails(published, old, new, ref):
    checked = CliRunner().invoke(commands, published(old, new))
    assert checked.exit_code == 1
    assert f"{ref}: published otherwise\n" in checked.output


@pytest.mark.parametrize("other", ["", "[]", "{}", '{"ref": "x", "pillars": [1]}', "\x00"])
def test_what_is_no_plan_cannot_be_verified(tmp_path, other):
    file = tmp_path / "plan.json"
    file.write_text(other, encoding="utf-8")
    asked = ["verify", str(plan_folder() / "plan.toml"), "--published", str(file)]
    checked = CliRunner().invoke(commands, asked)
    assert checked.exit_code == 1
    assert "not the document of a plan" in checked.output


def test_a_misquotation_is_found_without_a_city(tmp_path):
    for file in plan_folder().iterdir():
        (tmp_path / file.name).write_text(file.read_text("utf-8"), encoding="utf-8")
    source = tmp_path / "communique-2015.md"
    source.write_text(source.read_text("utf-8").replace("billetterie", "billeterie"), "utf-8")
    checked = CliRunner().invoke(commands, ["verify", str(tmp_path / "plan.toml")])
    assert checked.exit_code == 1
    assert "2.3: the source does not say" in checked.output


def test_a_bad_file_is_refused_with_a_sentence(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text('slug = "a"', encoding="utf-8")
    refused = CliRunner().invoke(commands, ["load", str(file)])
    assert refused.exit_code == 1
    assert "the file lacks something" in refused.output
    assert PlanVersion.objects.count() == 0
