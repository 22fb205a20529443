"""What one can ask about the sessions of a person: how they began, where they are open."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass, replace

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest
from django.utils.translation import gettext as _

from parvis.account.models import Device, OpenSession
from parvis.account.queries import people
from parvis.account.queries.people import Person
from parvis.account.queries.roles import second_factor_days
from parvis.account.rules.factors import TWO_FACTORS, Proof, is_enough, proof
from parvis.account.rules.roles import is_second_factor_due
from parvis.account.rules.sessions import Client, client_of as named_by

REF_KEY = "parvis_session_ref"
SIGNED_IN_KEY = "parvis_signed_in_at"
DEVICE_COOKIE = "parvis_device"
# The cookie of a device is 32 random bytes; anything else is none of ours.
_TOKEN_LENGTH = 43


def proof_of(request: HttpRequest) -> Proof:
    """Return how the person of a signed-in request showed, in this session, who they are.

    :raises LookupError: if nobody is signed in
    """
    if not request.user.is_authenticated:
        raise LookupError
    began = dt.datetime.fromtimestamp(request.session.get(SIGNED_IN_KEY, 0), tz=dt.UTC)
    return proof(get_authentication_records(request, request.user), signed_in_at=began)


def person_of(request: HttpRequest, *, now: dt.datetime) -> Person | None:
    """Return who is signed in, None if nobody is; their roles are dormant while they owe this
    session a second factor."""
    if not request.user.is_authenticated:
        return None
    found = people.to_person(request.user)
    is_due = is_second_factor_due(found.grants, days=second_factor_days(), now=now)
    if not is_due or is_enough(proof_of(request).acr, asked=TWO_FACTORS):
        return found
    return replace(found, grants=(), dormant=found.grants)


def session_ref_of(request: HttpRequest) -> str:
    """Return the name other services know a session by: the SHA-256 of the key it was opened with.

    The key of a session changes while it is open, after a new password for one; the name stays.
    It is an empty string where nobody is signed in.
    """
    known: str = request.session.get(REF_KEY, "")
    return known or ref_of_key(request.session.session_key or "")


def ref_of_key(session_key: str) -> str:
    """Return the name of a session that was opened with a key, or "" without one."""
    return hashlib.sha256(session_key.encode()).hexdigest() if session_key else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A session as its owner sees it, its device in words. `is_here` is the one they look with."""

    ref: str
    device: str
    address: str
    opened_at: dt.datetime
    seen_at: dt.datetime
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDevice:
    """A device as its owner sees it; `is_trusted` where the second step is not asked."""

    id: uuid.UUID
    device: str
    first_seen_at: dt.datetime
    last_seen_at: dt.datetime
    trusted_until: dt.datetime | None
    is_trusted: bool


def sessions_of(person_id: uuid.UUID, *, here: str) -> list[Sitting]:
    """Return where a person is signed in, the session they look with first, then by last use."""
    rows = OpenSession.objects.filter(person_id=person_id).order_by("-seen_at", "pk")
    found = [
        Sitting(
            ref=row.ref,
            device=client_in_words(Client(browser=row.browser, system=row.system)),
            address=row.address or "",
            opened_at=row.opened_at,
            seen_at=row.seen_at,
            is_here=row.ref == here,
        )
        for row in rows
    ]
    return sorted(found, key=lambda sitting: not sitting.is_here)


def devices_of(person_id: uuid.UUID, *, now: dt.datetime) -> list[KnownDevice]:
    """Return the devices a person signed in with, the last one first."""
    return [
        KnownDevice(
            id=row.public_id,
            device=client_in_words(Client(browser=row.browser, system=row.system)),
            first_seen_at=row.first_seen_at,
            last_seen_at=row.last_seen_at,
            trusted_until=row.trusted_until,
            is_trusted=bool(row.trusted_until and row.trusted_until > now),
        )
        for row in Device.objects.filter(person_id=person_id).order_by("-last_seen_at", "pk")
    ]


def device_of(person_id: uuid.UUID, token: str) -> Device | None:
    """Return the device that holds a cookie, if it is known for this person."""
    if not token:
        return None
    hashed = device_hash(person_id, token)
    return Device.objects.filter(person_id=person_id, token_hash=hashed).first()


def device_hash(person_id: uuid.UUID, token: str) -> str:
    """Return what is kept of a device's cookie for one person."""
    return hashlib.sha256(f"{person_id}:{token}".encode()).hexdigest()


def client_in_words(client: Client) -> str:
    """Say a browser and its system in the active language: « Firefox sur Windows »."""
    if client.browser and client.system:
        said = {"browser": client.browser, "system": client.system}
        return _("%(browser)s on %(system)s") % said
    return client.browser or client.system or _("An unknown device")


def token_of(request: HttpRequest) -> str:
    """Return the cookie of the device a request comes from, or "" if it has none of ours."""
    token: str = request.COOKIES.get(DEVICE_COOKIE, "")
    return token if len(token) == _TOKEN_LENGTH and token.isascii() else ""


def client_of(request: HttpRequest) -> Client:
    """Return what the browser of a request says of itself."""
    return named_by(request.META.get("HTTP_USER_AGENT", "")[:1000])
