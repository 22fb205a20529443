"""DuckDB in this process: one database without tables, that reads the files of versions and nothing
else."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from parvis.opendata.queries.engine import files, limits
from parvis.opendata.queries.engine.shapes import EngineFull, EngineTimeout
from parvis.opendata.queries.engine.watching import interrupted_after
from parvis.opendata.rules.odsql.errors import QueryError

logger = logging.getLogger(__name__)

# Of longer lists the driver turns each element into an object of DuckDB: a text that DuckDB reads
# itself is several times faster.
_LONG = 1_000
_REFUSED = "ODSQL query is malformed: the engine does not take it."
_ONE_SELECT = [duckdb.StatementType.SELECT]


def source(path: Path) -> exp.Func:
    """Return what stands for the rows of a file in a query."""
    return exp.func("read_parquet", exp.Literal.string(str(path)), dialect="duckdb")


def fetch(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return all rows of a query.

    :raises QueryError: if the values do not allow what is asked, such as too large a number
    :raises EngineTimeout: after PARVIS_OPENDATA_SECONDS
    :raises EngineFull: beyond PARVIS_OPENDATA_MEMORY, and what the disk can take
    """
    with contextlib.closing(_cursor(sql)) as cursor, _bounded(cursor):
        cursor.execute(sql, _bound(parameters))
        return cursor.fetchall()


def stream(sql: str, parameters: Sequence[Any], size: int) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a query as they are found; each piece may take as long as a whole query.

    The query starts at once, and ends when the iterator is closed. Errors as of `fetch`.
    """
    cursor = _cursor(sql)
    try:
        with _bounded(cursor):
            cursor.execute(sql, _bound(parameters))
            reader = cursor.to_arrow_reader(size)
    except BaseException:
        cursor.close()
        raise
    return _batches(cursor, reader)


def _batches(
    cursor: duckdb.DuckDBPyConnection, reader: pa.RecordBatchReader
) -> Iterator[pa.RecordBatch]:
    with contextlib.closing(cursor), contextlib.closing(reader):
        while True:
            with _bounded(cursor):
                batch = next(reader, None)
            if batch is None:
                return
            yield batch


def _bound(parameters: Sequence[Any]) -> list[Any]:
    return [
        f"[{','.join(map(str, one))}]"
        if isinstance(one, list | tuple) and len(one) > _LONG
        else one
        for one in parameters
    ]


def _cursor(sql: str) -> duckdb.DuckDBPyConnection:
    """Return a cursor of one's own, for a text that is one SELECT.

    :raises ValueError: for any other statement: none of them is ever compiled
    """
    cursor = _new_cursor()
    if [statement.type for statement in cursor.extract_statements(sql)] != _ONE_SELECT:
        cursor.close()
        raise ValueError("only a SELECT is run here")
    return cursor


@contextlib.contextmanager
def _bounded(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Interrupt what takes too long, and say in our words what went wrong."""
    try:
        with interrupted_after(limits.seconds(), cursor.interrupt):
            yield
    except duckdb.InterruptException as error:
        raise EngineTimeout from error
    except duckdb.OutOfMemoryException as error:
        raise EngineFull from error
    except duckdb.DataError as error:
        # A number too large, a text that is no date: found in the rows, not in the words.
        raise QueryError(_malformed(error)) from error
    except duckdb.Error as error:
        # The rules have let through what the engine does not take: a fault of ours, told as one of
        # the query, which can be put otherwise. Its words may name files: the log keeps them.
        logger.exception("the engine refused a compiled query")
        raise QueryError(_REFUSED) from error
    except pa.ArrowException as error:
        raise _of_stream(error) from error


def _of_stream(error: pa.ArrowException) -> Exception:
    """Return the error that a stream of batches tells by its words only."""
    words = str(error)
    if "INTERRUPT" in words.upper():
        return EngineTimeout()
    return EngineFull() if "Out of Memory" in words else QueryError(_malformed(error))


def _malformed(error: Exception) -> str:
    return f"ODSQL query is malformed: {str(error).partition(chr(10))[0]}"


# --- the database ---------------------------------------------------------------------------------


class _Database:
    """The one database of this process and what it was opened for."""

    def __init__(self, opened_for: tuple[Any, ...]) -> None:
        self.opened_for = opened_for
        self._workshop = files.Workshop()
        self.connection = duckdb.connect(
            ":memory:",
            config={
                "threads": limits.threads(),
                "memory_limit": limits.memory(),
                "temp_directory": str(self._workshop.path),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_community_extensions": False,
            },
        )
        # GLOBAL, for the cursors: each is a session of its own. A file never changes under its
        # name: what was read of its end stays true.
        self.connection.execute("SET GLOBAL parquet_metadata_cache = true")
        # A page that is first found and then looked up again reads the file twice: twice the time.
        self.connection.execute("SET GLOBAL late_materialization_max_rows = 0")
        allowed = [f"{folder}/" for folder in files.folders()]
        self.connection.execute("SET allowed_directories = $1", [allowed])
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")

    def close(self) -> None:
        """Close it; queries that run end first."""
        self.connection.close()
        self._workshop.close()


_lock = threading.Lock()
_open: list[_Database] = []


def _new_cursor() -> duckdb.DuckDBPyConnection:
    """Return a cursor on the database, which is opened anew in a forked process and where the
    settings have changed."""
    wanted = (
        os.getpid(),
        files.folders(),
        limits.threads(),
        limits.memory(),
    )
    with _lock:
        if not _open or _open[-1].opened_for != wanted:
            if _open and _open[-1].opened_for[0] == os.getpid():
                _open.pop().close()
            # One that was open when this process was forked is not ours to close: its threads are
            # not here.
            _open.append(_Database(wanted))
        return _open[-1].connection.cursor()
