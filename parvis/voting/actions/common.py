"""What every action does around its one change: lock, find, write the register."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from parvis.account.public import Person
from parvis.kernel import register
from parvis.kernel.errors import Refused
from parvis.voting.models import Poll
from parvis.voting.queries.refusals import refusal


def hold_casting(ref: str) -> None:
    """Let no ballot in until the end of the transaction; those on their way are in by now."""
    _lock("pg_advisory_xact_lock", f"voting.cast:{ref}")


def hold_log(ref: str) -> None:
    """Be the only one who releases ballots of a vote, until the end of the transaction."""
    _lock("pg_advisory_xact_lock", f"voting.log:{ref}")


def locked_poll(ref: str) -> Poll:
    """Return a vote, locked until the end of the transaction.

    :raises NotFound: `no_poll`
    """
    found = Poll.objects.select_for_update(no_key=True).filter(ref=ref).first()
    if found is None:
        raise refusal("no_poll")
    return found


def note(action: str, ref: str, *, by: Person | None, now: dt.datetime, **details: Any) -> None:
    """Write one line of the register about a vote; never about a voter."""
    register.record(
        register.Entry(
            action=f"voting.{action}",
            object_ref=f"voting.poll:{ref}",
            actor_ref=f"person:{by.id}" if by else "",
            channel="web" if by else "program",
            recorded_at=now,
            details=details,
        )
    )


def write_down_attempt(
    refused: Refused, ref: str, *, attempt: str, by: Person, now: dt.datetime
) -> None:
    """Write an attempt to change what is fixed into the register, by itself: what was attempted is
    taken back, that it was attempted is not."""
    if refused.code == "frozen":
        with transaction.atomic():
            note("change_refused", ref, by=by, now=now, attempt=attempt)


def _lock(how: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(hashtextextended(%s, 0))", [name])
