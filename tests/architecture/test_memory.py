"""What is remembered is declared: privacy of every model, one line of migrations, settings on
paper."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import translation

from config.environment import ROOT
from parvis.deliberation.public import Ruling
from parvis.kernel import declarations

# The kernel's own tables are kept for the others: their modules declare what they put in.
KERNEL = {"kernel"}
# A line of the register is written by an Entry, or by these short hands of the modules' actions.
SHORT_HANDS = {"note", "_record", "_settle"}


def written_in_the_register() -> set[str]:
    """Return every action of the register that a source names, such as "account.closed"."""
    return {
        action
        for source in sorted((ROOT / "parvis").glob("*/actions/**/*.py"))
        for action in _actions_named(source.read_text(encoding="utf-8"), module=source.parts[-3])
    }


def _actions_named(source: str, *, module: str) -> Iterator[str]:
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else name
        asked = call.args if name in SHORT_HANDS else []
        if name == "Entry":
            asked = [word.value for word in call.keywords if word.arg == "action"]
        # The action is the first word said; what follows names the thing it happened to.
        named = (list(_literals(one, module=module)) for one in asked)
        yield from next(filter(None, named), [])


def _literals(node: ast.expr, *, module: str) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _literals(node.body, module=module)
        yield from _literals(node.orelse, module=module)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        said = node.value
        yield said if said.startswith(f"{module}.") else f"{module}.{said}"


def test_every_deed_of_the_register_has_its_words_in_both_languages():
    named = written_in_the_register()
    assert {"account.closed", "relation.mail_resumed", "deliberation.answer_given"} <= named
    rulings = {f"deliberation.text_{ruling.value}" for ruling in Ruling}
    assert named | rulings == {deed.key for deed in declarations.deeds}
    for deed in declarations.deeds:
        with translation.override("en"):
            english = str(deed.label)
        with translation.override("fr"):
            french = str(deed.label)
        assert english
        assert french not in ("", english), deed.key


def test_every_model_is_declared_with_its_retention():
    declared = [name for keeps in declarations.keeps for name in keeps.models]
    assert len(declared) == len(set(declared))
    ours = {
        model._meta.label for model in apps.get_models() if model.__module__.startswith("parvis.")
    }
    assert {name for name in ours if name.partition(".")[0] not in KERNEL} - set(declared) == set()
    assert all(str(keeps.retention) and str(keeps.personal) for keeps in declarations.keeps)


def test_migrations_are_one_line_per_module_and_named():
    loader = MigrationLoader(None)
    for app in {label for label, _name in loader.disk_migrations}:
        assert len(loader.graph.leaf_nodes(app)) == 1
    ours = [
        name
        for (label, name), migration in loader.disk_migrations.items()
        if migration.__module__.startswith("parvis.")
    ]
    assert [name for name in ours if "auto" in name or not re.match(r"\d{4}_[a-z_]+$", name)] == []


def test_every_migration_can_be_undone():
    loader = MigrationLoader(None)
    for migration in loader.disk_migrations.values():
        if migration.__module__.startswith("parvis."):
            assert all(operation.reversible for operation in migration.operations), migration


def test_every_setting_from_the_environment_is_documented():
    sources = [*(ROOT / "config").rglob("*.py"), ROOT / "Makefile"]
    said = {
        name
        for source in sources
        for name in re.findall(r"\bPARVIS_[A-Z_]+\b", source.read_text(encoding="utf-8"))
    }
    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert sorted(name for name in said if name not in documented) == []


def test_append_only_tables_are_guarded(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE '%append_only'")
        guarded = {row[0] for row in cursor.fetchall()}
    assert {"kernel_fact_append_only", "kernel_register_append_only"} <= guarded
