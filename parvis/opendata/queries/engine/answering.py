"""An engine that speaks SQL: compiles, finds, runs, and shows rows as the API does."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlglot import exp

from parvis.opendata.queries.engine import finding, keyset
from parvis.opendata.queries.engine.remembering import Remembered
from parvis.opendata.queries.engine.shapes import Result, VersionFile
from parvis.opendata.rules.fields import ROW_ID
from parvis.opendata.rules.odsql import compiling
from parvis.opendata.rules.odsql.compiling import Compiled, DialectName, Output
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.odsql.tree import (
    And,
    Comparison,
    Literal,
    Name,
    Now,
    Query,
    descendants,
)

_counts: Remembered[int] = Remembered(room=20_000, weight=lambda _count: 1)


class SqlEngine(ABC):
    """What engines share whose queries `rules.odsql` compiles; see `shapes.Engine`."""

    dialect: ClassVar[DialectName]

    @abstractmethod
    def rows_of(self, version: VersionFile) -> exp.Expr:
        """Return what stands in FROM for all rows of a version."""

    @abstractmethod
    def fetch(self, compiled: Compiled) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""

    @abstractmethod
    def stream(self, compiled: Compiled, size: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a query as they are found."""

    def rows(self, version: VersionFile, query: Query) -> Result:
        """Return the rows of a query, in the JSON shapes of the API."""
        compiled = self._with_cursor(version, query) or self._compiled(version, query)
        cells = self.fetch(compiled)
        zone = ZoneInfo(query.timezone)
        shown = [one for one in compiled.columns if not one.name.startswith(keyset.HIDDEN)]
        places = _places(compiled.columns)
        return Result(
            columns=tuple(shown),
            rows=[
                {one.name: one.json(row[places[one.name]], zone) for one in shown} for row in cells
            ],
            next=_next(version, query, places, cells) if len(shown) < len(places) else "",
        )

    def count(self, version: VersionFile, query: Query) -> int:
        """Return how many rows, or groups, the query finds without its limit and offset."""
        if query.where is None and not compiling.is_grouped(query):
            return version.rows
        bare = _without_what_does_not_count(query)
        question = (self.dialect, version.content, bare)
        return _counts.get(question, lambda: self._count(version, bare))

    def batches(
        self, version: VersionFile, query: Query, size: int = 10_000
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows as they are found, in the columns that the query's outputs name."""
        return self.stream(self._compiled(version, query), size)

    def _count(self, version: VersionFile, query: Query) -> int:
        compiled = compiling.compile_count(
            query, version.schema, dialect=self.dialect, **self._given(version, query)
        )
        ((number,),) = self.fetch(compiled)
        return int(number)

    def _with_cursor(self, version: VersionFile, query: Query) -> Compiled | None:
        wider = keyset.widened(query)
        try:
            return self._compiled(version, wider) if wider else None
        except QueryError:
            # The query itself is at fault, and is told so in its own words.
            return None

    def _compiled(self, version: VersionFile, query: Query) -> Compiled:
        if compiling.searches(query, version.schema):
            # Looked at whole before anything is searched for.
            compiling.check(query, version.schema)
        return compiling.compile_query(
            _straight_to_its_place(query) if version.is_contiguous else query,
            version.schema,
            dialect=self.dialect,
            **self._given(version, query),
        )

    def _given(self, version: VersionFile, query: Query) -> dict[str, Any]:
        return {
            "source": self.rows_of(version),
            "found": {
                one: finding.find(version, one) for one in compiling.searches(query, version.schema)
            },
        }


def _places(columns: Sequence[Output]) -> dict[str, slice]:
    """Return where the columns of each output stand in a row of the result."""
    places, first = {}, 0
    for one in columns:
        places[one.name] = slice(first, first + len(one.columns))
        first += len(one.columns)
    return places


def _straight_to_its_place(query: Query) -> Query:
    """Return the query of a page in the rows' own order, told by their ranks: it costs the same
    however deep it lies."""
    if query.where or query.order_by or query.limit is None or compiling.is_grouped(query):
        return query
    rank, first = Name(name=ROW_ID), query.offset
    within = (
        Comparison(operator=">=", left=rank, right=Literal(value=first)),
        Comparison(operator="<", left=rank, right=Literal(value=first + query.limit)),
    )
    return dataclasses.replace(query, where=And(conditions=within), offset=0)


def _next(
    version: VersionFile,
    query: Query,
    places: dict[str, slice],
    cells: Sequence[tuple[Any, ...]],
) -> str:
    """Return the cursor after the last row of a full page."""
    if len(cells) != query.limit:
        return ""
    return keyset.write(version.number, {name: cells[-1][place] for name, place in places.items()})


def _without_what_does_not_count(query: Query) -> Query:
    """Return what a number of rows depends on: other pages of a query ask for the same one."""
    bare = dataclasses.replace(query, order_by=(), limit=None, offset=0)
    if not compiling.is_grouped(query):
        bare = dataclasses.replace(bare, select=())
    nodes = (*bare.select, *bare.group_by, *((bare.where,) if bare.where else ()))
    if any(isinstance(node, Now) for node, _depth in descendants(*nodes)):
        return bare
    return dataclasses.replace(bare, now=None)
