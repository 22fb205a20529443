"""A DuckDB of its own for work on one's own files: nothing a caller typed ever reaches it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from parvis.opendata.queries.engine import limits


@contextlib.contextmanager
def scratch(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty database that sorts in `folder` what does not fit in memory."""
    database = duckdb.connect(
        ":memory:",
        config={
            "threads": limits.threads(),
            "memory_limit": limits.memory(),
            "temp_directory": str(folder / "spill"),
        },
    )
    try:
        yield database
    finally:
        database.close()
