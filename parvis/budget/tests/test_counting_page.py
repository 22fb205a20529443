"""docs/how-are-votes-counted.md: what it shows is what happens."""

from __future__ import annotations

import re
import runpy

import pytest
from click.testing import CliRunner
from django.conf import settings

from parvis.budget.commands import count
from parvis.budget.rules.counting import Completion, Rule

PAGE = (settings.BASE_DIR / "docs" / "how-are-votes-counted.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "square.pb").write_text(blocks("pabulib")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_print_what_the_page_says(here):
    (console,) = blocks("console")
    asked = [part.partition("\n") for part in console.split("$ parvis count ")[1:]]
    assert len(asked) == 2
    for command, _line_end, expected in asked:
        assert CliRunner().invoke(count, command.split()).output == expected


def test_the_program_runs(here):
    (program,) = blocks("python")
    (here / "example.py").write_text(program, encoding="utf-8")
    assert runpy.run_path(str(here / "example.py"))["result"].cost == 40


def test_the_page_names_every_rule_and_completion():
    for one in (*Rule, *Completion):
        assert f"`{one}`" in PAGE
