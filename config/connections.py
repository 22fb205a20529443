"""Connections to the database, as a pool lends them."""

from __future__ import annotations

import select
from typing import Any

import psycopg


class WatchedConnection(psycopg.Connection[Any]):
    """A connection that is lent without being asked whether it still stands.

    A pool asks each one an empty question first. One that rests has sent all it had to say: only
    where something can be read from it, the end of it or a word of the server, it is asked.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> psycopg.Cursor[Any]:
        """Ask the server, unless nothing is asked and it is silent."""
        if query == "" and not self._has_news():
            return self.cursor()
        return super().execute(query, params, **options)

    def _has_news(self) -> bool:
        watched = select.poll()
        watched.register(self.fileno(), select.POLLIN)
        return bool(watched.poll(0))
