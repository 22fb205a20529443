"""Where sessions and devices meet Django: signing in and out, the cookie of a device."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from parvis.account.actions import devices, letting_in, sessions
from parvis.account.models import Resident
from parvis.account.queries.sessions import (
    DEVICE_COOKIE,
    REF_KEY,
    SIGNED_IN_KEY,
    client_of,
    device_of,
    ref_of_key,
    token_of,
)
from parvis.account.rules import sessions as rules
from parvis.kernel import clock

TRUST_KEY = "parvis_trust_device"
_SEEN_KEY = "parvis_seen_at"
_DEVICE = "parvis_device"


def on_signed_in(sender: Any, request: HttpRequest, user: Any, **_options: Any) -> None:
    """Note that somebody is signed in with a session, whichever way they came in."""
    del sender
    if not isinstance(user, Resident):
        return
    now, session = clock.now(), request.session
    ref = ref_of_key(session.session_key or "")
    session[REF_KEY] = ref
    session[SIGNED_IN_KEY] = session[_SEEN_KEY] = now.timestamp()
    visit = sessions.Visit(
        ref=ref,
        session_key=session.session_key or "",
        person_id=user.pk,
        client=client_of(request),
        address=address_of(request),
    )
    letting_in.let_in(visit, with_device=getattr(request, _DEVICE, None), now=now)
    user.last_login = now


def on_signed_out(sender: Any, request: HttpRequest, user: Any, **_options: Any) -> None:
    """Note that a session is over."""
    del sender, user
    ref = request.session.get(REF_KEY)
    if ref:
        sessions.sign_out(ref, now=clock.now())


def on_key_changed(sender: Any, request: HttpRequest, **_options: Any) -> None:
    """Follow a session whose key has just changed."""
    del sender
    _note_use(request, now=clock.now())


def note_use(request: HttpRequest, *, now: dt.datetime) -> None:
    """Note that a session is in use, now and then."""
    seen = request.session.get(_SEEN_KEY, 0)
    if now.timestamp() - seen >= rules.SEEN_EVERY.total_seconds():
        _note_use(request, now=now)


def _note_use(request: HttpRequest, *, now: dt.datetime) -> None:
    request.session[_SEEN_KEY] = now.timestamp()
    sessions.note_use(
        request.session.get(REF_KEY, ""),
        session_key=request.session.session_key or "",
        address=address_of(request),
        now=now,
    )


def bring_device(request: HttpRequest, user: Resident) -> None:
    """Have the device somebody is about to sign in with known, and trusted if they wished."""
    token = token_of(request)
    arrival = devices.Arrival(
        person_id=user.pk,
        token=token or secrets.token_urlsafe(32),
        client=client_of(request),
        address=address_of(request),
        is_first=user.last_login is None,
        has_come_before=bool(token),
        is_to_be_trusted=request.session.pop(TRUST_KEY, None) == str(user.pk),
    )
    setattr(request, _DEVICE, arrival)


def remember_device(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the device its cookie, or give it for another year."""
    arrival: devices.Arrival | None = getattr(request, _DEVICE, None)
    if arrival:
        response.set_cookie(
            DEVICE_COOKIE,
            arrival.token,
            max_age=rules.DEVICE_KNOWN_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def is_trusted(request: HttpRequest, user: Resident, *, now: dt.datetime) -> bool:
    """Tell whether the person asked not to be asked for a second step on this device."""
    device = device_of(user.pk, token_of(request))
    return bool(device and device.trusted_until and device.trusted_until > now)


def address_of(request: HttpRequest) -> str:
    """Return the internet address of a request, or "" where it has none."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
