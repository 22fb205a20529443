"""A DuckDB of its own for work on one's own files: nothing a caller typed ever reaches it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

import duckdb

from parvis.opendata.queries.engine import limits

_opened: ContextVar[duckdb.DuckDBPyConnection | None] = ContextVar("scratch", default=None)


@contextlib.contextmanager
def scratch(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty database that sorts in `folder` what does not fit in memory.

    Within the block of another one, a cursor of that one is lent instead: to open a database takes
    longer than most of what is asked of it. Who makes views there makes temporary ones.
    """
    around = _opened.get()
    if around is not None:
        with contextlib.closing(around.cursor()) as cursor:
            yield cursor
        return
    with contextlib.closing(_open(folder)) as database:
        token = _opened.set(database)
        try:
            yield database
        finally:
            _opened.reset(token)


def _open(folder: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        ":memory:",
        config={
            "threads": limits.threads(),
            "memory_limit": limits.memory(),
            "temp_directory": str(folder / "spill"),
        },
    )
