"""Is the city well: the database answers, a worker breathes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import DatabaseError, connection

# A worker writes its heartbeat every ten seconds; three missed ones are silence.
_SILENCE = dt.timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What a monitor wants to know; `worker_seen` is when a worker last breathed, if one did."""

    database: bool
    worker: bool
    worker_seen: dt.datetime | None

    @property
    def healthy(self) -> bool:
        """Tell whether pages can be served; they can without a worker: facts wait in the queue."""
        return self.database


def pulse(*, now: dt.datetime) -> Pulse:
    """Ask the database for a sign of itself and of its workers; never raises."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
            row = cursor.fetchone()
    except DatabaseError:
        return Pulse(database=False, worker=False, worker_seen=None)
    seen = row[0] if row else None
    return Pulse(
        database=True,
        worker=seen is not None and now - seen <= _SILENCE,
        worker_seen=seen,
    )
