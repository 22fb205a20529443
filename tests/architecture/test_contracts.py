"""The import contracts hold, and each catches a trespass made on purpose."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from config.environment import ROOT

TRESPASSES = {
    "a lower floor imports a higher one": (
        "parvis/account/trespass_queries.py",
        "from parvis.relation import public",
        "1. The house has floors",
    ),
    "a sibling imports a sibling": (
        "parvis/relation/queries.py",
        "from parvis.plan import public",
        "1. The house has floors",
    ),
    "a function-local import of a sibling": (
        "parvis/deliberation/queries.py",
        "def late():\n    from parvis.plan import public",
        "1. The house has floors",
    ),
    "the kernel imports an account": (
        "parvis/kernel/clock.py",
        "from parvis.account import public",
        "1. The house has floors",
    ),
    "a module without a floor": ("parvis/attic/__init__.py", "", "1. The house has floors"),
    "models import actions": (
        "parvis/plan/models.py",
        "from parvis.plan import actions",
        "2. Every module has the same rooms",
    ),
    "a room that does not exist": (
        "parvis/plan/utils.py",
        "",
        "2. Every module has the same rooms",
    ),
    "a view walks in by the window": (
        "parvis/portal/views/__init__.py",
        "from parvis.account import models",
        "3. Visitors use the front door",
    ),
    "a test uses a neighbour's models": (
        "parvis/ideas/tests/test_trespass.py",
        "from parvis.deliberation import models",
        "3. Visitors use the front door",
    ),
    "Django inside the rules": (
        "parvis/deliberation/rules.py",
        "import django.db",
        "4. Rules are pure",
    ),
    "two rooms import each other": (
        "parvis/plan/events.py",
        "from parvis.plan import public",
        "5. No ring roads",
    ),
    "the house knows who runs it": (
        "parvis/kernel/money.py",
        "from config import environment",
        "6. The house does not know who runs it",
    ),
}


def lint(folder: Path) -> tuple[int, str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    process = psutil.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _nothing = process.communicate()
    return process.returncode, said.decode()


@pytest.fixture
def a_copy_of_the_house(tmp_path):
    for name in ("parvis", "config", "architecture"):
        ignored = shutil.ignore_patterns("templates", "static", "locale", "__pycache__", "css")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_its_contracts(a_copy_of_the_house):
    status, said = lint(a_copy_of_the_house)
    assert status == 0, said
    assert "6 kept, 0 broken" in said


@pytest.mark.parametrize("name", TRESPASSES)
def test_a_trespass_is_caught(a_copy_of_the_house, name):
    path, code, contract = TRESPASSES[name]
    file = a_copy_of_the_house / path
    if not file.exists() and (file.with_suffix("") / "__init__.py").exists():
        file = file.with_suffix("") / "__init__.py"
    file.parent.mkdir(exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(f"{before}\n{code}\n", encoding="utf-8")
    status, said = lint(a_copy_of_the_house)
    assert status == 1
    assert contract in said.partition("Broken contracts")[2]
