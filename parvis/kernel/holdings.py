"""The rows that a module declared to hold about a person: counted, given, told apart."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from parvis.kernel.declarations import Held, Keeps
from parvis.kernel.known_as import refs_of

Row = dict[str, Any]
YOU, SOMEONE_ELSE = "you", "someone else"
_CHUNK = 1000
# What the database works out of other columns, or only programs can read.
_UNSAID = (models.BinaryField, models.GeneratedField, SearchVectorField, models.AutoField)


def ref_of(person_id: uuid.UUID) -> str:
    """Return a person as facts, the register and the reading log call them."""
    return f"person:{person_id}"


def _ids(refs: Iterable[str]) -> list[uuid.UUID]:
    return [uuid.UUID(ref.removeprefix("person:")) for ref in refs]


def count(held: Held, person_id: uuid.UUID) -> int:
    """Return how many rows concern a person, each once; also what was left behind in accounts that
    were brought into theirs."""
    return _rows(held, person_id).count()


def keys(held: Held, person_id: uuid.UUID) -> set[Any]:
    """Return the primary keys of the rows that concern a person."""
    return set(_rows(held, person_id).values_list("pk", flat=True))


def still_there(held: Held, found: Collection[Any]) -> set[Any]:
    """Return which of these primary keys still have a row."""
    return set(_all(held).filter(pk__in=list(found)).values_list("pk", flat=True))


def given(held: Held, person_id: uuid.UUID) -> Iterator[Row]:
    """Return the rows that concern a person, oldest first, as JSON can hold them; then those about
    others on which they acted for the City, without what is private to those others.

    People are "you" or "someone else"; other things are named as their pages name them.
    """
    voice = _voice(held, person_id)
    about = _keys(held, _about(held, _known_as(person_id)))
    if about is not None:
        yield from _told(_all(held).filter(pk__in=about), _columns(held), voice)
    if held.agents:
        acted = _rows(held, person_id)
        acted = acted.exclude(pk__in=about) if about is not None else acted
        yield from _told(acted, _columns_for_agents(held), voice)


def _told(rows: models.QuerySet[Any], columns: dict[str, str], voice: _Voice) -> Iterator[Row]:
    said = rows.order_by("pk").values_list(*columns.values())
    for row in said.iterator(chunk_size=_CHUNK):
        yield {name: voice.say(name, value) for name, value in zip(columns, row, strict=True)}


def files(held: Held, person_id: uuid.UUID) -> Iterator[str]:
    """Return the names, in the storage, of the files of a person, each once."""
    seen: set[str] = set()
    about = _keys(held, _about(held, _known_as(person_id))) if held.files else None
    for column in held.files if about is not None else ():
        rows = _all(held).filter(pk__in=about).order_by("pk")
        named = rows.values_list(column, flat=True)
        for name in named.iterator(chunk_size=_CHUNK):
            if name and name not in seen:
                seen.add(name)
                yield name


def everything(keep: Keeps, person_id: uuid.UUID) -> list[Row]:
    """Return every row that a module holds about a person, each with the name of its "model"."""
    return [{"model": held.model, **row} for held in keep.held for row in given(held, person_id)]


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _all(held: Held) -> models.QuerySet[Any]:
    # No manager of the model stands between: what it hides from pages is held all the same.
    return models.QuerySet(apps.get_model(held.model))


def _rows(held: Held, person_id: uuid.UUID) -> models.QuerySet[Any]:
    known_as = _known_as(person_id) if held.by or held.by_ref or held.agents else []
    found = _keys(held, [*_about(held, known_as), *_acted(held, known_as)])
    return _all(held).none() if found is None else _all(held).filter(pk__in=found)


def _known_as(person_id: uuid.UUID) -> list[str]:
    return refs_of(ref_of(person_id))


def _about(held: Held, known_as: list[str]) -> list[dict[str, Any]]:
    by_id = [{f"{way}__in": _ids(known_as)} for way in held.by]
    return [*by_id, *({f"{way}__in": known_as} for way in held.by_ref)]


def _acted(held: Held, known_as: list[str]) -> list[dict[str, Any]]:
    return [
        {f"{way}__in": known_as if way.endswith("_ref") else _ids(known_as)} for way in held.agents
    ]


def _keys(held: Held, ways: list[dict[str, Any]]) -> models.QuerySet[Any] | None:
    """Return the keys of the rows that any of these ways finds, None for no way."""
    if not ways:
        return None
    # One question per way, so that each can use its index; a row found twice is one row.
    first, *others = (_all(held).filter(**way).order_by().values("pk") for way in ways)
    return first.union(*others) if others else first


def _people(held: Held) -> set[str]:
    """Return the columns that hold a person or a ref of one."""
    related = {field.name for field in _fields(held) if _is_person(field)}
    return related | {*held.by, *held.by_ref, *held.agents}


def _is_person(field: Any) -> bool:
    return bool(field.is_relation) and field.related_model is apps.get_model(
        settings.AUTH_USER_MODEL
    )


def _fields(held: Held) -> Iterator[Any]:
    for field in _all(held).query.get_meta().concrete_fields:
        if not isinstance(field, _UNSAID) and not {field.name, field.attname} & set(held.secret):
            yield field


def _columns(held: Held) -> dict[str, str]:
    """Return what is given of a row: a name, and where it is found."""
    found = {field.name: _named_by(field) for field in _fields(held)}
    found |= {way.replace("__", "_"): way for way in held.also}
    return {name: way for name, way in found.items() if way}


def _columns_for_agents(held: Held) -> dict[str, str]:
    """Return what is given of a row to who only acted on it."""
    columns, hidden = _columns(held), held.private
    if hidden is None:
        hidden = tuple(field.name for field in _fields(held) if _is_text(field))
        columns = {name: way for name, way in columns.items() if way not in held.also}
    return {name: way for name, way in columns.items() if name not in hidden}


def _is_text(field: Any) -> bool:
    """Tell whether a column may say anything: not a moment, a number, a choice or a person."""
    if isinstance(field, models.CharField):
        return not (field.choices or field.name.endswith("_ref"))
    return isinstance(field, models.TextField | models.JSONField | ArrayField | models.FileField)


def _named_by(field: Any) -> str:
    if not field.is_relation or _is_person(field):
        return str(field.attname)
    target = models.QuerySet(field.related_model).query.get_meta()
    names = {one.name for one in target.concrete_fields}
    for public in ("public_id", "slug"):
        if public in names:
            return f"{field.name}__{public}"
    # A key that counts rows says nothing outside the database.
    return "" if isinstance(field.target_field, models.AutoField) else str(field.attname)


# What people are called in the fields of facts and of the register.
_NAMES_PEOPLE = re.compile("(^|_)(person|author|reader|actor|by)(_id|_ref)?$")


def _voice(held: Held, person_id: uuid.UUID) -> _Voice:
    known_as = refs_of(ref_of(person_id))
    mine = frozenset({*known_as, *(ref.removeprefix("person:") for ref in known_as)})
    return _Voice(mine=mine, people=frozenset(_people(held)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    """Says a value to one person, without the ids of others; `people` are columns of ids."""

    mine: frozenset[str]
    people: frozenset[str]

    def say(self, name: str, value: Any) -> Any:
        """Return a value as JSON can hold it, under the name of its column or field."""
        if isinstance(value, Mapping):
            return {str(key): self.say(str(key), one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.say(name, one) for one in value]
        said = plain(value)
        if not isinstance(said, str) or said not in self.mine:
            return SOMEONE_ELSE if self._is_another(name, said) else said
        return YOU

    def _is_another(self, name: str, said: Any) -> bool:
        if not isinstance(said, str):
            return False
        is_called = name in self.people or bool(_NAMES_PEOPLE.search(name))
        return said.startswith("person:") or (is_called and _is_id(said))


def _is_id(said: str) -> bool:
    try:
        uuid.UUID(said)
    except ValueError:
        return False
    return True
