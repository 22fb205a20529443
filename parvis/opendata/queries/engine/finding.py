"""Finding rows before a query runs: words in the full-text index, geometries that must be exact."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlglot import exp

from parvis.opendata.queries.engine import duck, files, limits, places, words
from parvis.opendata.queries.engine.remembering import Remembered
from parvis.opendata.queries.engine.shapes import EngineTimeout, VersionFile
from parvis.opendata.rules.fields import ROW_ID, Field, FieldType
from parvis.opendata.rules.odsql.tree import Relation, Spatial, TextSearch

Rows = Sequence[int] | None
"""The ranks of rows, ascending; None means every row."""

# Two million ranks take some 70 MB: enough for a few wide searches and very many narrow ones.
_known: Remembered[Rows] = Remembered(room=2_000_000, weight=lambda rows: len(rows or ()) + 100)
_BATCH = 10_000


def find(version: VersionFile, search: TextSearch | Spatial) -> Rows:
    """Return the rows of a version that a search finds.

    :raises EngineTimeout: if it takes longer than a query may
    """
    question = (version.file, version.number, search)
    if isinstance(search, Spatial):
        return _known.get(question, lambda: _in_places(version, search))
    return _known.get(question, lambda: _with_words(version, search))


def _with_words(version: VersionFile, search: TextSearch) -> Rows:
    if not version.index:
        return []
    path = files.local_path(version.index)
    return words.find(path, search, seconds=limits.seconds())


def _in_places(version: VersionFile, search: Spatial) -> Rows:
    field = version.schema.get(search.field)
    shape = places.shape(search.geometry.geojson)
    if field is None or shape is None:
        return []
    end = time.monotonic() + limits.seconds()
    found: list[int] = []
    for ids, geometries in _candidates(version, field, search.relation, shape):
        found += ids[places.related(geometries, search.relation, shape)].tolist()
        if time.monotonic() > end:
            raise EngineTimeout
    return found


def _candidates(
    version: VersionFile, field: Field, relation: Relation, shape: Any
) -> Iterator[tuple[NDArray[np.int64], Any]]:
    """Yield ranks and geometries of the rows whose box meets that of the shape; of all rows where
    what does not meet it is asked for."""
    columns = field.columns if field.type is FieldType.GEO_POINT else field.columns[:1]
    asked = (
        exp.select(_column(ROW_ID), *map(_column, columns))
        .from_(duck.source(files.local_path(version.file)))
        .order_by(_column(ROW_ID))
    )
    for name in columns:
        asked = asked.where(exp.Not(this=exp.Is(this=_column(name), expression=exp.Null())))
    sides: list[float] = []
    if relation is not Relation.DISJOINT:
        sides = [float(side) for side in shape.bounds]
        asked = asked.where(*_box_meets(field))
    for batch in duck.stream(asked.sql("duckdb"), sides, _BATCH):
        yield batch.column(0).to_numpy(), _geometries(batch.columns[1:])


def _box_meets(field: Field) -> list[exp.Expr]:
    sides = field.columns * 2 if field.type is FieldType.GEO_POINT else field.columns[1:]
    west, south, east, north = map(_column, sides)
    marks = [exp.Parameter(this=exp.Literal.number(rank)) for rank in range(1, 5)]
    return [
        exp.GTE(this=east, expression=marks[0]),
        exp.GTE(this=north, expression=marks[1]),
        exp.LTE(this=west, expression=marks[2]),
        exp.LTE(this=south, expression=marks[3]),
    ]


def _geometries(columns: Sequence[pa.Array]) -> Any:
    if len(columns) == 1:
        return places.shapes(columns[0].to_pylist())
    return places.points(*(column.to_numpy() for column in columns))


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
