"""What an engine takes and gives: one immutable version, one query, rows as the API shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.opendata.rules.fields import Schema
from parvis.opendata.rules.odsql.outputs import Output
from parvis.opendata.rules.odsql.tree import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file of rows and its index, by their names in the storage; no text, no index."""

    file: str
    index: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What changed since a version was sealed, in files of this machine.

    `rows_file` holds the rows as they are now, ranked after those of the version, and `gone_file`
    the names of those that are no more. `hides` says how many rows of the version they replace.
    """

    revision: int
    rows_file: Path
    index_file: Path | None
    gone_file: Path | None
    rows: int
    hides: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFile:
    """One published version: `file` and `index` are names in the storage; no text, no index.

    A history goes on in `parts`; of a live dataset, `tail` is what came after. `rows` counts them
    all.
    """

    dataset_id: str
    number: int
    sha256: str
    file: str
    index: str
    schema: Schema
    rows: int
    file_size: int
    published_at: dt.datetime
    parts: tuple[Part, ...] = ()
    tail: Tail | None = None

    @property
    def content(self) -> tuple[str, int, int]:
        """Return what names these rows and no others."""
        return self.file, self.number, self.tail.revision if self.tail else 0

    @property
    def stored(self) -> tuple[Part, ...]:
        """Return the files of the version in the storage, in the order of their rows."""
        return (Part(file=self.file, index=self.index), *self.parts)

    @property
    def is_contiguous(self) -> bool:
        """Tell whether the ranks of the rows are those from 0 to the last, without a gap."""
        return self.tail is None or self.tail.hides == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Rows as the API shows them, and the cursor of what follows them.

    `next` is empty at the end, and where a query has no order one could resume in: groups,
    aggregates and random orders.
    """

    columns: tuple[Output, ...]
    rows: list[dict[str, Any]]
    next: str = ""


class EngineTimeout(Refused):
    """The query took longer than the city allows."""

    def __init__(self) -> None:
        super().__init__(
            "query_too_long",
            _("This query took too long and was stopped: ask for less, or use an export."),
            status=HTTPStatus.SERVICE_UNAVAILABLE,
        )


class EngineFull(Refused):
    """The query needs more memory than the city allows."""

    def __init__(self) -> None:
        super().__init__(
            "query_too_large",
            _("This query needs more memory than we have: ask for less, or use an export."),
            status=HTTPStatus.SERVICE_UNAVAILABLE,
        )


class Engine(Protocol):
    """Answers queries on one version.

    Every method raises QueryError for the caller's faults, EngineTimeout and EngineFull at the
    limits the settings draw.
    """

    def rows(self, version: VersionFile, query: Query) -> Result:
        """Return the rows of a query, in the JSON shapes of the API."""

    def count(self, version: VersionFile, query: Query) -> int:
        """Return how many rows, or groups, the query finds without its limit and offset."""

    def batches(
        self, version: VersionFile, query: Query, size: int = 10_000
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows as they are found, in the columns that the query's outputs name.

        The query is checked at once; whoever stops early closes the iterator.
        """
