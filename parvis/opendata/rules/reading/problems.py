"""What reading a file finds: problems of cells, columns and of the file, counted and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

KEPT_PER_COLUMN = 100
"""How many cells of one problem and column a report shows; all are counted."""
LONGEST_VALUE = 200


class Level(StrEnum):
    """An error refuses the file; a note only tells."""

    ERROR = "error"
    NOTE = "note"


class Unreadable(Exception):
    """A file that is no table we can read: `code` is stable, `details` fill its sentence."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing found. `row` is that of a spreadsheet (the header is row 1), None for a column or
    the file; `count` is how many cells a note is about."""

    code: str
    level: Level = Level.ERROR
    column: str = ""
    row: int | None = None
    value: str | None = None
    count: int = 1
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Problems:
    """Problems in the order found: every one counted, the first of each kind and column kept."""

    kept: list[Problem] = field(default_factory=list)
    counts: dict[tuple[Level, str, str], int] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """Count a problem, and keep it unless there are many like it."""
        key = (problem.level, problem.code, problem.column)
        seen = self.counts.get(key, 0)
        self.counts[key] = seen + problem.count
        if seen < KEPT_PER_COLUMN:
            value = problem.value
            if value is not None and len(value) > LONGEST_VALUE:
                value = value[: LONGEST_VALUE - 1] + "…"
            self.kept.append(replace(problem, value=value))

    def add_cells(
        self, like: Problem, cells: Iterable[tuple[int, str | None]], *, total: int
    ) -> None:
        """Count `total` problems like one, and keep the given cells."""
        number = 0
        for row, value in cells:
            number += 1
            self.add(replace(like, row=row, value=value, count=1))
        if total > number:
            key = (like.level, like.code, like.column)
            self.counts[key] = self.counts.get(key, 0) + total - number

    def extend(self, other: Problems) -> None:
        """Take over everything another list holds."""
        self.kept.extend(other.kept)
        for key, count in other.counts.items():
            self.counts[key] = self.counts.get(key, 0) + count

    @property
    def errors(self) -> int:
        """Return how many errors were found, the ones not kept included."""
        return sum(
            count for (level, _code, _column), count in self.counts.items() if level is Level.ERROR
        )

    def by_column(self, level: Level) -> dict[tuple[str, str], int]:
        """Return how many problems of a level each (code, column) has."""
        return {
            (code, column): count
            for (one, code, column), count in self.counts.items()
            if one is level
        }
