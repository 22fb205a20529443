"""Who is signed in to which service, and what their tokens are worth."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from parvis.kernel import acting
from parvis.kernel.prepared import Prepared
from parvis.openid.models import AccessToken, Login, RefreshToken, Service, Subject
from parvis.openid.rules.claims import OFFLINE
from parvis.openid.rules.secrets import fingerprint


def service_by_client_id(client_id: str) -> Service | None:
    """Return the open service that calls itself so, or None."""
    if not client_id or "\x00" in client_id:
        return None
    return _by_client_id.first(client_id)


_by_client_id: Prepared[Service] = Prepared(
    lambda client_id: Service.objects.filter(client_id=client_id, closed_at=None)[:1], str
)


def allows_origin(origin: str) -> bool:
    """Tell whether the page of an open public service may ask us from this origin."""
    known = Service.objects.filter(
        closed_at=None, client_type=Service.CLIENT_PUBLIC, allowed_origins__contains=origin
    )
    return any(origin in service.allowed_origins.split() for service in known)


def stands(login: Login | None, scope: str, *, now: dt.datetime) -> bool:
    """Tell whether what was issued for a login is worth something still.

    It ends with the login, unless the person let the service come back later; and with the right by
    which somebody acts for another, at once. A program that acts for itself has no login.
    """
    return login is None or stands_for(
        login.person_id, act=login.act, ended_at=login.ended_at, scope=scope, now=now
    )


def stands_for(
    person_id: uuid.UUID,
    *,
    act: Mapping[str, Any] | None,
    ended_at: dt.datetime | None,
    scope: str,
    now: dt.datetime,
) -> bool:
    """Tell the same of a login of which only this is known."""
    if ended_at is not None and OFFLINE not in scope.split():
        return False
    return not act or acting.standing_by(act["by_ref"], person_id=person_id, now=now) is not None


def access_token(token: str, *, now: dt.datetime) -> AccessToken | None:
    """Return what a token gives access to, with its service, person, login and code; or None."""
    related = ("application", "user", "login", "grant")
    found = (
        AccessToken.objects.filter(token_checksum=fingerprint(token), expires__gt=now)
        .select_related(*related)
        .first()
    )
    if found is None or found.application is None or found.application.closed_at is not None:
        return None
    if found.user is not None and found.user.closed_at is not None:
        return None
    return found if stands(found.login, found.scope, now=now) else None


def refresh_token(token: str, *, now: dt.datetime) -> RefreshToken | None:
    """Return a refresh token that is worth something still, or None."""
    found = (
        RefreshToken.objects.filter(token_checksum=fingerprint(token), revoked=None)
        .select_related(
            "application", "user", "login", "access_token__application", "access_token__login"
        )
        .first()
    )
    if found is None or found.application.closed_at is not None or found.access_token is None:
        return None
    is_good = stands(found.login, found.access_token.scope, now=now)
    return found if is_good and found.user.closed_at is None else None


def ref_behind(sub: str, *, sector: str) -> str:
    """Return whom a sector knows by this name, as the register calls them, or ""."""
    if not (sub.isascii() and sub.isprintable()):
        # Ours are letters and figures; the database could not even read some of the others.
        return ""
    found = Subject.objects.filter(sub=sub, sector=sector).first()
    return found.ref if found else ""
