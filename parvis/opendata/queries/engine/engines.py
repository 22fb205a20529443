"""The engines: DuckDB in this process, which serves; ClickHouse, the way out when one machine is
too small, as a cluster over HTTP or embedded here as chdb."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
from django.core.exceptions import ImproperlyConfigured
from sqlglot import exp

from parvis.opendata.queries.engine import duck, limits, sources
from parvis.opendata.queries.engine.answering import SqlEngine
from parvis.opendata.queries.engine.clickhouse_http import ClusterEngine
from parvis.opendata.queries.engine.shapes import Engine, VersionFile
from parvis.opendata.rules.odsql.compiling import Compiled, DialectName


class DuckDBEngine(SqlEngine):
    """Answers from the files of versions with DuckDB."""

    dialect: ClassVar[DialectName] = "duckdb"

    def rows_of(self, version: VersionFile) -> exp.Expr:
        """Return what stands in FROM for all rows of a version."""
        return sources.rows_of(version, duck.source)

    def fetch(self, compiled: Compiled) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return duck.fetch(compiled.sql, compiled.parameters)

    def stream(self, compiled: Compiled, size: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a query as they are found."""
        return duck.stream(compiled.sql, compiled.parameters, size)


class ClickHouseEngine(SqlEngine):
    """Answers from the same files with ClickHouse in this process; see `clickhouse_http` for a
    server.

    chdb is a development dependency, loaded when the first query is asked.
    """

    dialect: ClassVar[DialectName] = "clickhouse"

    def rows_of(self, version: VersionFile) -> exp.Expr:
        """Return what stands in FROM for all rows of a version."""
        return sources.rows_of(version, _file)

    def fetch(self, compiled: Compiled) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return [
            row
            for batch in self.stream(compiled, 0)
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]

    def stream(self, compiled: Compiled, size: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a query, in the blocks that ClickHouse makes of them."""
        del size
        with _one_at_a_time:
            answer = _clickhouse().query(compiled.sql, "ArrowStream", params=compiled.named)
            content = answer.bytes()
        if content:
            yield from pa.ipc.open_stream(content)


def _file(path: Path) -> exp.Expr:
    """Return what stands for the rows of a file of this machine."""
    place, kind = exp.Literal.string(str(path)), exp.Literal.string("Parquet")
    return exp.Anonymous(this="file", expressions=[place, kind])


_one_at_a_time = threading.Lock()


@cache
def _clickhouse() -> Any:
    return import_module("chdb").connect(":memory:")


def engine() -> Engine:
    """Return the engine that PARVIS_OPENDATA_ENGINE names; "clickhouse" is the server that
    PARVIS_OPENDATA_CLICKHOUSE names, or chdb without one.

    :raises ImproperlyConfigured: if it is neither "duckdb" nor "clickhouse"
    """
    return _engine(limits.engine(), *limits.cluster())


@cache
def _engine(name: str, address: str, place: str) -> Engine:
    if name == "duckdb":
        return DuckDBEngine()
    if name == "clickhouse" and address:
        return ClusterEngine(address, place, near=DuckDBEngine())
    if name == "clickhouse":
        return ClickHouseEngine()
    message = f"PARVIS_OPENDATA_ENGINE is {name!r}, not one of duckdb, clickhouse"
    raise ImproperlyConfigured(message)
