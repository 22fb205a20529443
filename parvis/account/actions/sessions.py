"""Opening and ending the sessions of a person, and telling who must know that one ended."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account import events
from parvis.account.models import OpenSession
from parvis.account.rules.sessions import Client, is_ref
from parvis.kernel import asking, facts, register
from parvis.kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A session that has just been opened. `device_pk` is the device it came from, where known."""

    ref: str
    session_key: str
    person_id: uuid.UUID
    client: Client
    address: str
    device_pk: int | None = None


_A_REQUEST = dt.timedelta(minutes=5)

# Who signs in again over an open session has the same one.
_OPENED = """
INSERT INTO residents_opensession
    (ref, session_key, person_id, device_id, browser, system, address, opened_at, seen_at)
VALUES (%(ref)s, %(session_key)s, %(person)s, %(device)s, %(browser)s, %(system)s, %(address)s,
    %(now)s, %(now)s)
ON CONFLICT (ref) DO UPDATE SET person_id = EXCLUDED.person_id, device_id = EXCLUDED.device_id,
    browser = EXCLUDED.browser, system = EXCLUDED.system, address = EXCLUDED.address,
    opened_at = EXCLUDED.opened_at, seen_at = EXCLUDED.seen_at
"""


def open_session(visit: Visit, *, now: dt.datetime) -> None:
    """Note that a person is signed in with a session."""
    asking.touched(_OPENED, columns_of(visit, now=now))


def columns_of(visit: Visit, *, now: dt.datetime) -> dict[str, Any]:
    """Return what is written of a session that opens, by name."""
    return {
        "ref": visit.ref,
        "session_key": visit.session_key,
        "person": visit.person_id,
        "device": visit.device_pk,
        "browser": visit.client.browser,
        "system": visit.client.system,
        "address": visit.address or None,
        "now": now,
    }


def note_use(ref: str, *, session_key: str, address: str, now: dt.datetime) -> None:
    """Note that a session is in use, and under which key."""
    OpenSession.objects.filter(ref=ref).update(
        session_key=session_key, address=address or None, seen_at=now
    )


@transaction.atomic
def sign_out(ref: str, *, now: dt.datetime) -> bool:
    """Note that a session is over by its owner's hand; return whether it was open."""
    return bool(_end(OpenSession.objects.filter(ref=ref), now=now))


@transaction.atomic
def end_session(*, person_id: uuid.UUID, ref: str, now: dt.datetime) -> None:
    """End one session of a person from another one.

    :raises NotFound: if it is not theirs, or over already
    """
    rows = OpenSession.objects.filter(person_id=person_id, ref=ref)
    if not is_ref(ref) or not _end(rows, now=now):
        raise NotFound("unknown_session", _("This session is over already."))
    _record(person_id, ended=1, now=now)


@transaction.atomic
def end_other_sessions(*, person_id: uuid.UUID, keep_ref: str, now: dt.datetime) -> int:
    """End every session of a person but one, as they asked; return how many ended."""
    ended = end_sessions(person_id=person_id, keep_ref=keep_ref, now=now)
    if ended:
        _record(person_id, ended=ended, now=now)
    return ended


@transaction.atomic
def end_sessions(*, person_id: uuid.UUID, now: dt.datetime, keep_ref: str = "") -> int:
    """End every session of a person, or every one but one; return how many ended.

    Those who are signed in with them are signed out at their next page; other services are told.
    """
    rows = OpenSession.objects.filter(person_id=person_id).exclude(ref=keep_ref)
    return len(_end(rows, now=now))


@transaction.atomic
def end_sessions_of_device(
    *, person_id: uuid.UUID, device_pk: int, keep_ref: str, now: dt.datetime
) -> int:
    """End what a person has open on one device, but for one session; return how many ended."""
    rows = OpenSession.objects.filter(person_id=person_id, device_id=device_pk)
    return len(_end(rows.exclude(ref=keep_ref), now=now))


@transaction.atomic
def end_those_that_ran_out(*, now: dt.datetime) -> int:
    """Note the end of the sessions that have run out or are gone; return how many."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    # One that has just been opened is kept by its request when that ends.
    opened = OpenSession.objects.filter(opened_at__lt=now - _A_REQUEST)
    return len(_end(opened.exclude(session_key__in=alive), now=now))


def _end(rows: Iterable[OpenSession], *, now: dt.datetime) -> list[OpenSession]:
    # Whoever ends a session first announces it; the other finds no row.
    locked = OpenSession.objects.select_for_update().filter(pk__in=[row.pk for row in rows])
    ended = list(locked.order_by("pk"))
    Session.objects.filter(session_key__in=[row.session_key for row in ended]).delete()
    OpenSession.objects.filter(pk__in=[row.pk for row in ended]).delete()
    for row in ended:
        facts.announce(events.SessionEnded(person_id=row.person_id, session_ref=row.ref), now=now)
    return ended


def _record(person_id: uuid.UUID, *, ended: int, now: dt.datetime) -> None:
    ref = f"person:{person_id}"
    register.record(
        register.Entry(
            action="account.sessions_ended",
            object_ref=ref,
            actor_ref=ref,
            details={"ended": ended},
            recorded_at=now,
        )
    )
