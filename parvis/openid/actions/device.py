"""Signing in to a device without a keyboard: its code is typed elsewhere (RFC 8628)."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import QuerySet

from parvis.kernel import pace
from parvis.openid.actions.logins import OF_A_DEVICE, Who, open_login
from parvis.openid.actions.tokens import Issue
from parvis.openid.models import DeviceGrant, Service
from parvis.openid.queries.logins import service_by_client_id
from parvis.openid.rules.secrets import fingerprint

PENDING, TOO_FAST, DENIED, EXPIRED, ALLOWED = "pending", "too fast", "denied", "expired", "allowed"
LIFETIME = dt.timedelta(minutes=10)
INTERVAL = dt.timedelta(seconds=5)
# A place may be a hall of screens that all start when its light goes on.
MOST_BEGUN = 30
BEGUN_ENDS = dt.timedelta(minutes=1)
# Jitter of the network is no haste.
_TOLERANCE = dt.timedelta(seconds=1)
# No vowels: no words; nothing that looks like something else (RFC 8628, section 6.1).
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_LENGTH, _HALF = 8, 4
_SESSION_REF_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """What a device is given: one code to poll with, one for a person to type."""

    device_code: str
    user_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A device that waits for a person."""

    service: Service
    scopes: tuple[str, ...]
    user_code: str


def may_begin(service: Service, *, place: str, now: dt.datetime) -> bool:
    """Count that a device of a service begins at a place of the network, and tell whether it may:
    not when as many as `MOST_BEGUN` have begun there within a minute.

    Anybody may say that they are a service without a secret: who begins too often keeps out nobody
    elsewhere.
    """
    named = hashlib.sha256(f"{service.client_id} {place}".encode()).hexdigest()
    return pace.count(f"openid_device:{named}", lasts=BEGUN_ENDS, now=now) <= MOST_BEGUN


def begin(service: Service, *, scopes: Iterable[str], now: dt.datetime) -> Codes:
    """Return codes for a device, good for ten minutes."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    codes = Codes(device_code=secrets.token_urlsafe(32), user_code=written(letters))
    row = DeviceGrant.objects.create(
        client_id=service.client_id,
        device_code=fingerprint(codes.device_code),
        user_code=codes.user_code,
        scope=" ".join(scopes),
        interval=int(INTERVAL.total_seconds()),
        expires=now + LIFETIME,
    )
    DeviceGrant.objects.filter(pk=row.pk).update(last_checked=now - INTERVAL)
    return codes


def written(typed: str) -> str:
    """Return a code as it is shown, however it was typed."""
    letters = "".join(letter for letter in typed.upper() if letter.isalpha())
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def waiting(typed: str, *, now: dt.datetime) -> Waiting | None:
    """Return the device that waits under a code, or None."""
    row = _pending(typed, now=now).first()
    service = service_by_client_id(row.client_id) if row else None
    if row is None or service is None:
        return None
    return Waiting(service=service, scopes=tuple(row.scope.split()), user_code=row.user_code)


@transaction.atomic
def decide(typed: str, who: Who, *, allowed: bool, now: dt.datetime) -> bool:
    """Let a device in, or not, and tell whether it was waiting still.

    What it is given lives by itself: the browser that let it in may sign out.
    """
    row = _pending(typed, now=now).select_for_update().first()
    service = service_by_client_id(row.client_id) if row else None
    if row is None or service is None:
        return False
    row.user_id = who.person_id
    row.status = DeviceGrant.DENIED
    if allowed:
        ref = (OF_A_DEVICE + row.device_code)[:_SESSION_REF_LENGTH]
        row.login_id = open_login(service, replace(who, session_ref=ref), now=now)
        row.status = DeviceGrant.AUTHORIZED
    row.save(update_fields=["user", "status", "login"])
    return True


def _pending(typed: str, *, now: dt.datetime) -> QuerySet[DeviceGrant, DeviceGrant]:
    return DeviceGrant.objects.filter(
        user_code=written(typed), status=DeviceGrant.AUTHORIZATION_PENDING, expires__gt=now
    )


def poll(device_code: str, service: Service, *, now: dt.datetime) -> tuple[str, Issue | None]:
    """Return how far a device got, and what it is to be given once a person said yes, once.

    The state is "" for a code that is none of this service's.
    """
    row = (
        DeviceGrant.objects.filter(
            device_code=fingerprint(device_code), client_id=service.client_id
        )
        .select_for_update(of=("self",))
        .select_related("login", "user")
        .first()
    )
    if row is None:
        return "", None
    if row.status == DeviceGrant.DENIED:
        return DENIED, None
    if row.status == DeviceGrant.EXPIRED or row.expires <= now:
        return EXPIRED, None
    if row.status == DeviceGrant.AUTHORIZED and row.login is not None:
        DeviceGrant.objects.filter(pk=row.pk).update(status=DeviceGrant.EXPIRED)
        return ALLOWED, Issue(
            service=service, scope=row.scope, person_id=row.user_id, login=row.login
        )
    is_hasty = now - row.last_checked < INTERVAL - _TOLERANCE
    DeviceGrant.objects.filter(pk=row.pk).update(last_checked=now)
    return (TOO_FAST if is_hasty else PENDING), None
