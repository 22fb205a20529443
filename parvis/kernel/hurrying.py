"""Statements that nobody waits for the disk to hold."""

from __future__ import annotations

from django.db import connection

# Only until the transaction ends: its commit is what does not wait.
_DOES_NOT_WAIT = "set_config('synchronous_commit', 'off', true)"
_PLACE = "{hurried}"


class Hurried:
    """A statement by itself whose commit does not wait for the disk.

    A machine that loses its power forgets the last of them, those of half a second or so, in the
    order in which they were written, and none that another transaction waited after (PostgreSQL's
    manual, « Asynchronous Commit »); a program that is killed forgets nothing. For counts, sessions
    and codes: whoever finds theirs gone signs in again. Within a transaction, whose other
    statements may matter more, it waits.

    The statement names one more column, `{hurried}`, where it returns its rows; where it returns
    none it waits.
    """

    def __init__(self, statement: str) -> None:
        """Take a statement.

        :raises ValueError: if it does not say, once, where the column stands
        """
        if statement.count(_PLACE) != 1:
            message = f"the statement says once where {_PLACE} stands"
            raise ValueError(message)
        self.statement = statement
        self._alone = statement.replace(_PLACE, _DOES_NOT_WAIT)
        self._among_others = statement.replace(_PLACE, "NULL")

    def now(self) -> str:
        """Return the statement as it may be asked now: alone, or in a transaction with others."""
        return self._among_others if connection.in_atomic_block else self._alone
