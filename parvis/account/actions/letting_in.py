"""Somebody is let in: their device is known again, their session stands, nothing was lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db import transaction

from parvis.account.actions import counter, devices, sessions
from parvis.account.models import Resident
from parvis.account.queries.sessions import device_hash
from parvis.kernel import asking
from parvis.kernel.hurrying import Hurried

# One step for who comes back, as nearly everybody does. The person first: who closes an account or
# changes a password locks in that order too. A device that is not there leaves its place empty;
# where a recovery at the counter is to be stopped with it, nothing is written here.
_COME_BACK = Hurried("""
WITH person AS (
    UPDATE residents_resident SET last_login = %(now)s
    WHERE id = %(person)s AND NOT EXISTS (
        SELECT FROM residents_counterrecovery AS asked
        WHERE asked.person_id = %(person)s AND asked.settled_at IS NULL
    )
    RETURNING id
), device AS (
    UPDATE residents_device AS known
    SET browser = %(browser)s, system = %(system)s, last_seen_at = %(now)s
    FROM person WHERE known.person_id = person.id AND known.token_hash = %(token)s
    RETURNING known.id
), opened AS (
    INSERT INTO residents_opensession
        (ref, session_key, person_id, device_id, browser, system, address, opened_at, seen_at)
    SELECT %(ref)s, %(session_key)s, person.id, device.id, %(browser)s, %(system)s, %(address)s,
        %(now)s, %(now)s
    FROM person JOIN device ON true
    ON CONFLICT (ref) DO UPDATE SET person_id = EXCLUDED.person_id,
        device_id = EXCLUDED.device_id, browser = EXCLUDED.browser, system = EXCLUDED.system,
        address = EXCLUDED.address, opened_at = EXCLUDED.opened_at, seen_at = EXCLUDED.seen_at
)
SELECT device.id, {hurried} FROM device
""")


def let_in(visit: sessions.Visit, *, with_device: devices.Arrival | None, now: dt.datetime) -> None:
    """Note that a person is let in with a session, and from which device if that is to be known.

    From a device that was not known the person is told (`devices.recognise`). A recovery at the
    counter that waits is stopped in the same transaction: who signs in has lost nothing.
    """
    device_pk = None
    if with_device is not None and with_device.has_come_before:
        device_pk = _come_back(visit, with_device, now=now)
    if device_pk is None:
        device_pk = _come_first(visit, with_device, now=now)
    if device_pk is not None and with_device is not None and with_device.is_to_be_trusted:
        devices.trust(device_pk, now=now)


def _come_back(visit: sessions.Visit, arrival: devices.Arrival, *, now: dt.datetime) -> int | None:
    """Let in who comes back from a device that is known, with nothing to stop; return the device,
    or None for whoever is not let in yet."""
    asked: dict[str, Any] = sessions.columns_of(visit, now=now)
    asked["token"] = device_hash(arrival.person_id, arrival.token)
    found = asking.row(_COME_BACK.now(), asked)
    return int(found[0]) if found else None


@transaction.atomic
def _come_first(
    visit: sessions.Visit, arrival: devices.Arrival | None, *, now: dt.datetime
) -> int | None:
    Resident.objects.filter(pk=visit.person_id).update(last_login=now)
    device_pk = devices.recognise(arrival, now=now) if arrival else None
    sessions.open_session(replace(visit, device_pk=device_pk), now=now)
    counter.stop_at_sign_in(person_id=visit.person_id, now=now)
    return device_pk
