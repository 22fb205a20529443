"""Knowing the devices a person signs in with, trusting them, forgetting them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from parvis.account import events
from parvis.account.actions import factor_wording as wording, mails, sessions
from parvis.account.models import Device, Resident
from parvis.account.queries.sessions import device_hash
from parvis.account.rules import sessions as rules
from parvis.kernel import facts, register
from parvis.kernel.errors import NotFound
from parvis.kernel.ids import new_public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody who signs in as a person. `token` is the cookie of their device.

    `is_first` is the sign-in that follows the opening of the account; `has_come_before` if the
    token was given to the device earlier, to this person or to another; `is_to_be_trusted` if they
    wish to be asked for no second step there.
    """

    person_id: uuid.UUID
    token: str
    client: rules.Client
    address: str
    is_first: bool
    has_come_before: bool = False
    is_to_be_trusted: bool = False


# One step for who comes back and who comes first: everybody who signs in passes here.
_SEEN = """
INSERT INTO residents_device AS known
    (public_id, person_id, token_hash, browser, system, first_seen_at, last_seen_at)
VALUES (%(public_id)s, %(person)s, %(token)s, %(browser)s, %(system)s, %(now)s, %(now)s)
ON CONFLICT (person_id, token_hash) DO UPDATE
    SET browser = EXCLUDED.browser, system = EXCLUDED.system, last_seen_at = EXCLUDED.last_seen_at
RETURNING id, public_id = %(public_id)s
"""


@transaction.atomic
def recognise(arrival: Arrival, *, now: dt.datetime) -> int:
    """Note the device a person signs in with and return its key.

    From one that was not known the person is told, by mail and on their timeline, unless it is
    their first sign-in ever.
    """
    seen: dict[str, Any] = {
        "public_id": new_public_id(),
        "person": arrival.person_id,
        "token": device_hash(arrival.person_id, arrival.token),
        "browser": arrival.client.browser,
        "system": arrival.client.system,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, seen)
        device_pk, is_new = cursor.fetchone()
    if is_new and not arrival.is_first:
        _tell(arrival, now=now)
    return int(device_pk)


def trust(device_pk: int, *, now: dt.datetime) -> None:
    """Ask for no second step on a device for a while, as its owner wished when they gave one."""
    Device.objects.filter(pk=device_pk).update(trusted_until=now + rules.TRUSTED_FOR)


def distrust_all(person_id: uuid.UUID) -> int:
    """Trust none of a person's devices any more: what they were trusted with has changed."""
    trusted = Device.objects.filter(person_id=person_id, trusted_until__isnull=False)
    return int(trusted.update(trusted_until=None))


@transaction.atomic
def forget_device(
    *, person_id: uuid.UUID, device_id: uuid.UUID, keep_ref: str, now: dt.datetime
) -> None:
    """Forget a device: what is open there ends, and its next sign-in is one from a new device.

    :raises NotFound: if the person has no such device
    """
    device = Device.objects.filter(person_id=person_id, public_id=device_id).first()
    if device is None:
        raise NotFound("unknown_device", _("This device is forgotten already."))
    sessions.end_sessions_of_device(
        person_id=person_id, device_pk=device.pk, keep_ref=keep_ref, now=now
    )
    device.delete()
    ref = f"person:{person_id}"
    register.record(
        register.Entry(
            action="account.device_forgotten", object_ref=ref, actor_ref=ref, recorded_at=now
        )
    )


def forget_unseen(*, before: dt.datetime) -> int:
    """Forget the devices that nobody signed in with since a moment; return how many."""
    return Device.objects.filter(last_seen_at__lt=before).delete()[0]


def forget_all(person_id: uuid.UUID) -> int:
    """Forget every device of a person; return how many."""
    return Device.objects.filter(person_id=person_id).delete()[0]


def _tell(arrival: Arrival, *, now: dt.datetime) -> None:
    fact = events.SignedInFromNewDevice(
        person_id=arrival.person_id,
        browser=arrival.client.browser,
        system=arrival.client.system,
        address=arrival.address,
    )
    fact_id = facts.announce(fact, now=now)
    resident = Resident.objects.get(pk=arrival.person_id)
    if resident.email:
        mails.post(
            mails.Mail(
                cause=f"account.new_device:{fact_id}",
                to=resident.email,
                language=resident.language,
                write=partial(
                    wording.new_device,
                    client=arrival.client,
                    address=arrival.address,
                    moment=now,
                ),
                page="account:sessions",
                person_id=resident.pk,
            ),
            now=now,
        )
