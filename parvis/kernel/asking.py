"""Plain SQL at the doors through which everybody goes, asked the short way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Cursor

Values = Sequence[Any] | Mapping[str, Any]
Row = tuple[Any, ...]


def rows(statement: str, values: Values) -> list[Row]:
    """Return all rows that a statement gives."""
    found: list[Row] = _asked(statement, values).fetchall()
    return found


def row(statement: str, values: Values) -> Row | None:
    """Return the first row that a statement gives, or None."""
    found: Row | None = _asked(statement, values).fetchone()
    return found


def touched(statement: str, values: Values) -> int:
    """Return how many rows a statement wrote."""
    return int(_asked(statement, values).rowcount)


def _asked(statement: str, values: Values) -> Any:
    """Return the cursor behind a statement.

    It is that of the driver: what Django puts around each cursor takes as long again as a short
    question, and so does writing the values into the statement, which the server is given beside
    it. The connection, the transaction and the errors are Django's; so is the whole cursor where
    somebody listens to what is asked.
    """
    here = connections[DEFAULT_DB_ALIAS]
    if here.execute_wrappers or here.queries_logged:
        listened_to = here.cursor()
        listened_to.execute(statement, values)
        return listened_to
    if here.connection is None:
        here.ensure_connection()
    if here.needs_rollback:
        here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        return Cursor(here.connection).execute(statement, values)
