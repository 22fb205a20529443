"""What a dataset already knows of its fields, laid beside the header of a new file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parvis.opendata.rules.fields import GEOGRAPHIC, Field, Schema
from parvis.opendata.rules.reading.headers import cleaned, field_names
from parvis.opendata.rules.reading.problems import Level, Problem, Problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Guided:
    """Names of the columns in the file's order, the known field of each, known fields without
    a column."""

    names: tuple[str, ...]
    fields: tuple[Field | None, ...]
    missing: tuple[Field, ...]


def guide(labels: Sequence[str], known: Schema | None) -> Guided:
    """Match a header with known fields: by name as written, by cleaned name, by label."""
    fields: list[Field | None] = [None] * len(labels)
    free = {one.name: one for one in (known.fields if known else ())}
    for key in (_as_written, _by_name, _by_label):
        for place, label in enumerate(labels):
            found = next((one for one in free.values() if key(label, one)), None)
            if fields[place] is None and found is not None:
                fields[place] = free.pop(found.name)
    taken = {one.name for one in fields if one}
    names = _names_beside(labels, fields, taken)
    return Guided(names=tuple(names), fields=tuple(fields), missing=tuple(free.values()))


def _as_written(label: str, one: Field) -> bool:
    return label == one.name


def _by_name(label: str, one: Field) -> bool:
    return bool(label) and cleaned(label) == cleaned(one.name)


def _by_label(label: str, one: Field) -> bool:
    return bool(label and one.label) and cleaned(label) == cleaned(one.label)


def _names_beside(
    labels: Sequence[str], fields: Sequence[Field | None], taken: set[str]
) -> list[str]:
    names = field_names(labels)
    for place, one in enumerate(fields):
        if one is not None:
            names[place] = one.name
        elif names[place] in taken:
            names[place] = f"{names[place]}_{place + 1}"
    return names


def tell_header(labels: Sequence[str], guided: Guided, problems: Problems) -> None:
    """Note headers that say nothing or say the same twice."""
    seen: set[str] = set()
    for label, name in zip(labels, guided.names, strict=True):
        if not label:
            _note(problems, "unnamed_column", name)
        elif label in seen:
            _note(problems, "duplicate_header", label, name=name)
        seen.add(label)


def tell_difference(
    labels: Sequence[str], guided: Guided, problems: Problems, *, strict: bool, derived: set[str]
) -> None:
    """Say which known fields the file lacks (an error where a version is published) and which
    columns are new."""
    for one in guided.missing:
        if one.name in derived:
            continue
        code = "place_missing" if one.type in GEOGRAPHIC else "column_missing"
        level = Level.ERROR if strict else Level.NOTE
        problems.add(Problem(code=code, level=level, column=one.label or one.name))
    if strict:
        for label, known in zip(labels, guided.fields, strict=True):
            if known is None:
                _note(problems, "column_new", label)


def _note(problems: Problems, code: str, column: str, **details: str) -> None:
    problems.add(Problem(code=code, level=Level.NOTE, column=column, details=details))
