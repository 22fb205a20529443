"""The versions of a dataset, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parvis.opendata.models import Dataset
from parvis.opendata.queries import diffs, versions
from parvis.opendata.queries.engine import VersionFile
from parvis.opendata.queries.pages import cells, filters
from parvis.opendata.queries.pages.cells import Cell
from parvis.opendata.queries.pages.downloads import said_size
from parvis.opendata.queries.versions import Edition
from parvis.opendata.rules.fields import Field, Schema

SHOWN = 20
_COLUMNS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A version in the list."""

    edition: Edition
    size: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value of a row that changed."""

    record_id: str
    label: str
    before: Cell
    after: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Rows only one of two versions holds: how many, and the first of them."""

    count: int
    heads: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What changed from one version to another; without a key, a changed row is one removed and one
    added."""

    old: VersionFile
    new: VersionFile
    note: str
    added: Side
    removed: Side
    changed: int
    changes: tuple[Change, ...]
    fields_added: tuple[str, ...]
    fields_removed: tuple[str, ...]
    has_key: bool

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing differs."""
        counted = (self.added.count, self.removed.count, self.changed)
        return not any((*counted, self.fields_added, self.fields_removed))


def listed(dataset_id: str, current: int) -> list[Listed]:
    """Return every version, newest first."""
    return [
        Listed(edition=one, size=said_size(one.file_size), is_current=one.number == current)
        for one in versions.editions(dataset_id)
    ]


def compared(dataset_id: str, number: int) -> Compared:
    """Return what a version changed in the one before it.

    :raises NotFound: `no_version` if one of them does not exist
    """
    new = versions.numbered(dataset_id, number)
    old = versions.numbered(dataset_id, number - 1)
    found = diffs.diff(old, new, limit=SHOWN)
    notes = {one.number: one.note for one in versions.editions(dataset_id)}
    return Compared(
        old=old,
        new=new,
        note=notes.get(number, ""),
        added=_side(new.schema, found.added, found.added_rows),
        removed=_side(old.schema, found.removed, found.removed_rows),
        changed=found.changed,
        changes=tuple(_changes(new.schema, found.changed_rows)),
        fields_added=found.fields_added,
        fields_removed=found.fields_removed,
        has_key=Dataset.objects.exclude(key_fields=[]).filter(dataset_id=dataset_id).exists(),
    )


def _side(schema: Schema, count: int, rows: Sequence[Mapping[str, Any]]) -> Side:
    fields = schema.fields[:_COLUMNS]
    return Side(
        count=count,
        heads=tuple(fields),
        rows=tuple(tuple(cells.cell(one, row.get(one.name)) for one in fields) for row in rows),
    )


def _changes(schema: Schema, rows: Sequence[diffs.Changed]) -> list[Change]:
    labels = filters.labels(schema)
    made = []
    for row in rows:
        for name, after in row.after.items():
            field = schema.get(name)
            if field is not None:
                made.append(
                    Change(
                        record_id=row.record_id[:8],
                        label=labels[name],
                        before=cells.cell(field, row.before[name]),
                        after=cells.cell(field, after),
                    )
                )
    return made
