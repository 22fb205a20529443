"""The engine: rows of one version, in process by DuckDB, or by ClickHouse through the same
compiled queries."""

from __future__ import annotations

from parvis.opendata.queries.engine.engines import engine
from parvis.opendata.queries.engine.keyset import after, read as read_cursor
from parvis.opendata.queries.engine.shapes import (
    Engine,
    EngineFull,
    EngineTimeout,
    Result,
    VersionFile,
)

__all__ = [
    "Engine",
    "EngineFull",
    "EngineTimeout",
    "Result",
    "VersionFile",
    "after",
    "engine",
    "read_cursor",
]
