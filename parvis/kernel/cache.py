"""The cache in the database, each write in one step."""

from __future__ import annotations

import base64
import datetime as dt
import pickle
import secrets
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from psycopg import sql

from parvis.kernel import clock

_FOR_EVER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
# One write in so many looks how much is kept.
_LOOKS = 200
_MOST = 100_000
_KEEP = sql.SQL("""
INSERT INTO {table} AS kept (cache_key, value, expires)
VALUES (%(key)s, %(value)s, %(expires)s)
ON CONFLICT (cache_key) DO UPDATE SET value = EXCLUDED.value, expires = EXCLUDED.expires
    WHERE %(replaces)s OR kept.expires < %(now)s
""")
_FORGET = sql.SQL("DELETE FROM {table} WHERE expires < %(now)s")
_FORGET_MORE = sql.SQL("""
DELETE FROM {table} WHERE cache_key IN (
    SELECT cache_key FROM {table} ORDER BY expires DESC OFFSET %(most)s
)
""")


class PostgresCache(DatabaseCache):
    """Django's cache in a table, with PostgreSQL's own way to insert or replace.

    Django counts the table and asks for the row before each write, in a transaction: six statements
    for one. Of two `add` at the same instant one succeeds. Past `MAX_ENTRIES` what would end first
    goes.
    """

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self._of = {"table": sql.Identifier(table)}
        self._most = int(params.get("OPTIONS", {}).get("MAX_ENTRIES", _MOST))

    def set(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Keep a value, whatever was kept under the key."""
        self._keep(self.make_and_validate_key(key, version=version), value, timeout, replaces=True)

    def add(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Keep a value unless one is kept under the key; tell whether it was."""
        known = self.make_and_validate_key(key, version=version)
        return self._keep(known, value, timeout, replaces=False)

    def _keep(self, key: str, value: Any, timeout: float | None, *, replaces: bool) -> bool:
        until, now = self.get_backend_timeout(timeout), clock.now().replace(microsecond=0)
        expires = _FOR_EVER if until is None else dt.datetime.fromtimestamp(until, tz=dt.UTC)
        with connection.cursor() as cursor:
            if secrets.randbelow(_LOOKS) == 0:
                cursor.execute(_FORGET.format(**self._of), {"now": now})
                cursor.execute(_FORGET_MORE.format(**self._of), {"most": self._most})
            cursor.execute(
                _KEEP.format(**self._of),
                {
                    "key": key,
                    "value": base64.b64encode(pickle.dumps(value)).decode(),
                    "expires": expires.replace(microsecond=0),
                    "replaces": replaces,
                    "now": now,
                },
            )
            return bool(cursor.rowcount)
