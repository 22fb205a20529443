"""Finding rows before a query runs: words in the full-text index, geometries that must be exact,
metres to shapes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlglot import exp

from parvis.opendata.queries.engine import duck, files, limits, places, sources, words
from parvis.opendata.queries.engine.remembering import Remembered
from parvis.opendata.queries.engine.shapes import EngineTimeout, VersionFile
from parvis.opendata.rules.fields import ROW_ID, Field, FieldType
from parvis.opendata.rules.odsql import distances, geometries
from parvis.opendata.rules.odsql.compiling import Search
from parvis.opendata.rules.odsql.scalars import NO_SHAPE
from parvis.opendata.rules.odsql.tree import (
    Call,
    Geometry,
    Name,
    Relation,
    Spatial,
    TextSearch,
    WithinDistance,
)

Rows = Sequence[int] | Sequence[float] | None
"""The ranks of rows, ascending, None meaning every row; of a distance, the metres of every rank."""
Sides = tuple[float, float, float, float]
"""West, south, east and north of a box, in degrees."""

# Two million ranks take some 70 MB: enough for a few wide searches and very many narrow ones.
_known: Remembered[Rows] = Remembered(room=2_000_000, weight=lambda rows: len(rows or ()) + 100)
_BATCH = 10_000


def find(version: VersionFile, search: Search) -> Rows:
    """Return the rows of a version that a search finds, or their metres to a point.

    :raises EngineTimeout: if it takes longer than a query may
    """
    return _known.get((version.content, search), lambda: _found(version, search))


def _found(version: VersionFile, search: Search) -> Rows:
    match search:
        case Spatial():
            return _in_places(version, search)
        case TextSearch():
            return _with_words(version, search)
        case WithinDistance():
            near = _metres(version, search.field, search.center, reach=search.metres)
            return [rank for rank, metres in near if metres <= search.metres]
        case Call(arguments=(Name(name=name), Geometry() as center)):
            return _by_rank(_metres(version, name, center))
    message = f"{search.function} is not found before a query runs"
    raise TypeError(message)


def _by_rank(measured: Iterator[tuple[int, float]]) -> list[float]:
    found = [NO_SHAPE]
    for rank, metres in measured:
        found.extend([NO_SHAPE] * (rank + 1 - len(found)))
        found[rank] = metres
    return found


def _metres(
    version: VersionFile, name: str, center: Geometry, *, reach: float | None = None
) -> Iterator[tuple[int, float]]:
    """Yield the rank of each row that has a shape, and how far that is from a point; only of those
    that may be within reach, if one is given."""
    field = version.schema.get(name)
    try:
        longitude, latitude = geometries.point(center.geojson)
    except ValueError:
        # The query is about to be refused in its own words.
        return
    if field is None:
        return
    sides = None if reach is None else distances.box_around(longitude, latitude, reach)
    end = time.monotonic() + limits.seconds()
    for ids, shapes in _candidates(version, field, sides):
        measured = places.metres(shapes, longitude, latitude)
        known = ~np.isnan(measured)
        yield from zip(ids[known].tolist(), measured[known].tolist(), strict=True)
        if time.monotonic() > end:
            raise EngineTimeout


def _with_words(version: VersionFile, search: TextSearch) -> Rows:
    found: list[int] = []
    for path in _indexes(version):
        rows = words.find(path, search, seconds=limits.seconds())
        if rows is None:
            return None
        found += rows
    return found


def _indexes(version: VersionFile) -> list[Path]:
    """Return the full-text indexes, in the order of the rows they speak of."""
    stored = [files.local_path(one.index) for one in version.stored if one.index]
    tail = version.tail.index_file if version.tail else None
    return [*stored, *([tail] if tail else [])]


def _in_places(version: VersionFile, search: Spatial) -> Rows:
    field = version.schema.get(search.field)
    shape = places.shape(search.geometry.geojson)
    if field is None or shape is None:
        return []
    end = time.monotonic() + limits.seconds()
    found: list[int] = []
    anywhere = search.relation is Relation.DISJOINT
    for ids, shapes in _candidates(version, field, None if anywhere else shape.bounds):
        found += ids[places.related(shapes, search.relation, shape)].tolist()
        if time.monotonic() > end:
            raise EngineTimeout
    return found


def _candidates(
    version: VersionFile, field: Field, box: Sides | None
) -> Iterator[tuple[NDArray[np.int64], Any]]:
    """Yield ranks and geometries of the rows whose box meets this one, of all that have one if it
    is None."""
    columns = field.columns if field.type is FieldType.GEO_POINT else field.columns[:1]
    asked = (
        exp.select(_column(ROW_ID), *map(_column, columns))
        .from_(sources.rows_of(version, duck.source))
        .order_by(_column(ROW_ID))
    )
    for name in columns:
        asked = asked.where(exp.Not(this=exp.Is(this=_column(name), expression=exp.Null())))
    sides: list[float] = []
    if box is not None:
        sides = [float(side) for side in box]
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
