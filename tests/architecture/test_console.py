"""The city's command line: every module's commands are there, and every one the papers name."""

from __future__ import annotations

import re
from importlib.util import find_spec

import click
import pytest

from config.console import main
from config.environment import ROOT

PAPERS = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
# In code, as one types it: the name of a command is small letters and hyphens.
NAMED = re.compile(r"(?:`|^|bin/)parvis((?: [a-z][a-z-]*)+)", re.MULTILINE)


def named():
    for paper in PAPERS:
        for found in NAMED.finditer(paper.read_text(encoding="utf-8")):
            yield paper.name, tuple(found[1].split())


def missing(words):
    """Return the first word that no group knows, of a command as it is typed."""
    group = main
    for word in words:
        if not isinstance(group, click.Group):
            return None
        group = group.get_command(click.Context(group), word)
        if group is None:
            return word
    return None


@pytest.mark.parametrize(("paper", "words"), sorted(set(named())))
def test_every_command_that_a_paper_names_can_be_given(paper, words):
    assert missing(words) is None, f"{paper}: parvis {' '.join(words)}"


def test_every_module_that_has_commands_is_on_the_command_line():
    modules = sorted(path.parent.name for path in (ROOT / "parvis").glob("*/commands*"))
    assert len(modules) >= 8
    for module in modules:
        assert find_spec(f"parvis.{module}.commands")
    given = {one.callback.__module__ for one in commands_of(main)}
    for module in modules:
        assert any(name.startswith(f"parvis.{module}.commands") for name in given), module


def commands_of(group):
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from commands_of(command)
        else:
            yield command
