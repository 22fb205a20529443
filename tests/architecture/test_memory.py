"""What is remembered is declared: privacy of every model, one line of migrations, settings on
paper."""

from __future__ import annotations

import ast
import re
import uuid
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import CharField, Model, TextField, UUIDField
from django.utils import translation

from config.environment import ROOT
from parvis.deliberation.public import Ruling
from parvis.kernel import declarations, holdings
from parvis.streets.rules.life import DEEDS

# A column of this name tells rows apart, and says nothing about people.
ITS_OWN = {"public_id", "sid"}
REFS_OF_PEOPLE = {"actor_ref", "on_behalf_of_ref", "person_ref", "reader_ref"}
SECRET = re.compile("password|secret|hash$|digest|fingerprint|session_key|^key$|token")
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
    # A step of a case is called as the table of the city calls it.
    steps = {f"streets.{deed}" for deed in DEEDS}
    assert named | rulings | steps == {deed.key for deed in declarations.deeds}
    for deed in declarations.deeds:
        with translation.override("en"):
            english = str(deed.label)
        with translation.override("fr"):
            french = str(deed.label)
        assert english
        assert french not in ("", english), deed.key


def all_held() -> dict[str, declarations.Held]:
    """Return what every module declares to hold, by model."""
    return {held.model: held for keep in declarations.keeps for held in keep.held}


def ways_to_people(model: type[Model]) -> Iterator[str]:
    """Return the columns of a model, ours or a library's, that may lead to a person: keys to the
    account, ids without a key, and refs."""
    resident = apps.get_model(settings.AUTH_USER_MODEL)
    for field in model._meta.get_fields():
        if field.auto_created or not getattr(field, "concrete", False):
            continue
        is_key = field.is_relation and field.related_model is resident
        is_id = isinstance(field, UUIDField) and not (field.primary_key or field.name in ITS_OWN)
        if is_key or is_id or field.name in REFS_OF_PEOPLE:
            yield field.name


def test_every_model_is_declared_once_with_its_retention():
    declared = [name for keep in declarations.keeps for name in keep.models]
    assert len(declared) == len(set(declared))
    ours = {
        model._meta.label for model in apps.get_models() if model.__module__.startswith("parvis.")
    }
    assert ours - set(declared) == set()
    for keep in declarations.keeps:
        assert str(keep.retention), keep.key
        assert str(keep.personal), keep.key


def test_every_model_with_a_person_in_it_says_how_they_are_found():
    """Of libraries too: passkeys, sessions, identities, codes and tokens of the provider."""
    held = all_held()
    unsaid = []
    for model in apps.get_models():
        ways = set(ways_to_people(model))
        if not ways:
            continue
        name = model._meta.label
        if name not in held:
            unsaid.append(name)
            continue
        said = {*held[name].by, *held[name].by_ref, *held[name].agents, *held[name].others}
        unsaid += [f"{name}.{way}" for way in sorted(ways - said)]
    assert unsaid == []


def test_what_is_declared_exists_and_can_be_asked(db):
    for name, held in all_held().items():
        model = apps.get_model(name)
        columns = {field.name for field in model._meta.get_fields()}
        columns |= {getattr(field, "attname", "") for field in model._meta.get_fields()}
        named = {*held.secret, *held.others, *held.files, *held.agents, *(held.private or ())}
        assert named <= columns, name
        assert list(holdings.given(held, uuid.UUID(int=0))) == [], name


def test_whose_rows_can_be_found_is_told_what_they_are_called():
    nameless = [
        held.model
        for keep in declarations.keeps
        if keep.about_people
        for held in keep.held
        if (held.by or held.by_ref or held.agents) and not str(held.label)
    ]
    assert nameless == []


def test_secrets_are_never_given():
    """A column whose name says that it is a secret is declared as one."""
    given = [
        f"{name}.{field.name}"
        for name, held in all_held().items()
        if held.by or held.by_ref or held.agents
        for field in apps.get_model(name)._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and SECRET.search(field.name)
        and field.name not in held.secret
    ]
    assert given == []


def test_a_rule_of_retention_has_a_name_of_its_own_and_words():
    rules = [rule for keep in declarations.keeps for rule in keep.rules]
    assert len({rule.key for rule in rules}) == len(rules)
    assert all(str(rule.what) and rule.days >= 0 for rule in rules)
    assert {rule.days for rule in rules if rule.key.endswith(("_details", "readings"))} == {365}


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
