"""Signing a person in to a service, and ending it."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Least
from psycopg.types.json import Jsonb

from parvis.account.public import Proof
from parvis.kernel import asking, register
from parvis.kernel.acting import Acting
from parvis.kernel.hurrying import Hurried
from parvis.kernel.ids import new_public_id
from parvis.openid.actions import telling
from parvis.openid.actions.subjects import subject
from parvis.openid.models import AccessToken, DeviceGrant, Grant, Login, RefreshToken, Service
from parvis.openid.rules.claims import OFFLINE

# What is done beside somebody, by hands that have no account, ends with the session they came in.
_BY_A_HELPER = Q(login__act__isnull=False) & ~Q(login__act__actor_ref__startswith="person:")
# A device stays connected when the browser that let it in signs out.
OF_A_DEVICE = "device:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who asks: a signed-in person, how they showed it, in which session, and for whom they act."""

    person_id: uuid.UUID
    proof: Proof
    session_ref: str
    standing: Acting | None = None

    @property
    def ref(self) -> str:
        """Return who it is for the service: the person, or whom they act for."""
        return self.standing.for_ref if self.standing else f"person:{self.person_id}"

    @property
    def act(self) -> dict[str, Any] | None:
        """Return what is kept of the right to act for another."""
        if self.standing is None:
            return None
        return {
            "actor_ref": self.standing.actor_ref,
            "for_ref": self.standing.for_ref,
            "by_ref": self.standing.by_ref,
            "name": self.standing.name,
            "domains": sorted(self.standing.domains),
        }


@dataclass(frozen=True, kw_only=True)
class Code:
    """What is kept of an authorization code (RFC 6749, section 4.1.2); `claims` is JSON."""

    fingerprint: str
    expires: dt.datetime
    redirect_uri: str
    scope: str
    challenge: str
    nonce: str
    claims: str


# The open login of a session at a service, made or brought up to date in one step, with the code
# that is issued for it; nothing, where it is somebody else's, or theirs for somebody else. Who
# signs in at the same instant in another tab waits for the first one's, and finds it made.
_OPENED = Hurried("""
WITH opened AS (
    INSERT INTO openid_login AS known
        (sid, service_id, person_id, session_ref, auth_time, acr, amr, act, began_at)
    VALUES (%(sid)s, %(service)s, %(person)s, %(session)s, %(auth_time)s, %(acr)s, %(amr)s,
        %(act)s, %(now)s)
    ON CONFLICT (service_id, session_ref) WHERE ended_at IS NULL DO UPDATE
    SET auth_time = EXCLUDED.auth_time, acr = EXCLUDED.acr, amr = EXCLUDED.amr
    WHERE known.person_id = EXCLUDED.person_id AND known.act IS NOT DISTINCT FROM EXCLUDED.act
    RETURNING id, sid = %(sid)s AND (act IS NOT NULL OR NOT EXISTS (
        SELECT FROM openid_subject AS named
        WHERE named.sector = %(sector)s AND named.ref = %(ref)s))
), issued AS (
    INSERT INTO openid_grant (application_id, user_id, login_id, code, expires, redirect_uri, scope,
        code_challenge, code_challenge_method, nonce, claims, resource, created, updated)
    SELECT %(service)s, %(person)s, opened.id, %(fingerprint)s::text, %(expires)s, %(redirect_uri)s,
        %(scope)s, %(challenge)s, 'S256', %(nonce)s, %(claims)s, '[]', %(now)s, %(now)s
    FROM opened WHERE %(fingerprint)s::text <> ''
)
SELECT *, {hurried} FROM opened
""")


def open_login(service: Service, who: Who, *, now: dt.datetime, code: Code | None = None) -> int:
    """Return the id of the login of a session at a service: the open one, brought up to date, or
    a new one; and keep the code that is issued for it, if there is one.

    Another person, or the same one acting for somebody else, is another login: the former ends.
    """
    # Who acts for another is written in the register with the login; else one statement is all.
    with transaction.atomic() if who.standing else contextlib.nullcontext():
        found = _opened(service, who, code, now=now) or _changed_hands(service, who, code, now=now)
        login_id, is_to_be_introduced = found
        if is_to_be_introduced:
            _introduce(service, who, now=now)
    return login_id


@transaction.atomic
def _changed_hands(
    service: Service, who: Who, code: Code | None, *, now: dt.datetime
) -> tuple[int, bool]:
    former = Login.objects.filter(service=service, session_ref=who.session_ref, ended_at=None)
    _end(list(former.select_for_update()), now=now, offline_too=False)
    found = _opened(service, who, code, now=now)
    if found is None:
        msg = "a session changed hands while it signed in"
        raise RuntimeError(msg)
    return found


def _opened(
    service: Service, who: Who, code: Code | None, *, now: dt.datetime
) -> tuple[int, bool] | None:
    """Return the id of the login, and whether it is new and the service does not know the person
    or learns that somebody acts for them; None if another one is open."""
    asked: dict[str, Any] = {
        "sid": new_public_id(),
        "service": service.pk,
        "person": who.person_id,
        "session": who.session_ref,
        "sector": service.sector,
        "ref": who.ref,
        "auth_time": who.proof.auth_time,
        "acr": who.proof.acr,
        "amr": list(who.proof.amr),
        "act": Jsonb(who.act) if who.act else None,
        "now": now,
        **(vars(code) if code else _NO_CODE),
    }
    found = asking.row(_OPENED.now(), asked)
    return (found[0], found[1]) if found else None


_NO_CODE = {field.name: None for field in fields(Code)} | {"fingerprint": ""}


def _introduce(service: Service, who: Who, *, now: dt.datetime) -> None:
    # Names are made up here and not at the token endpoint, where many would wait for one another.
    subject(service.sector, who.ref)
    if who.standing is not None:
        subject(service.sector, who.standing.actor_ref)
        _note(service, who.standing, now=now)


def _note(service: Service, standing: Acting, *, now: dt.datetime) -> None:
    """Write in the register that somebody entered a service for another, who reads it there."""
    register.record(
        register.Entry(
            action="openid.signed_in_for_another",
            object_ref=f"openid.service:{service.public_id}",
            actor_ref=standing.actor_ref,
            on_behalf_of_ref=standing.for_ref,
            details={"service": service.name},
            recorded_at=now,
        )
    )


@transaction.atomic
def end_logins(
    *,
    now: dt.datetime,
    person_id: uuid.UUID | None = None,
    service_id: int | None = None,
    session_ref: str | None = None,
    by_ref: str | None = None,
) -> int:
    """End the open logins that match all that is given, and return how many; `by_ref` is the right
    by which somebody acts for another in them.

    Their codes and tokens are worth nothing any more, and the services that want to know are told.
    The end of a session alone leaves what the person let a service have in their absence
    (`offline_access`; Back-Channel Logout 1.0, section 2.7), unless a helper let it.

    :raises ValueError: if nothing is given
    """
    given = {
        "person_id": person_id,
        "service_id": service_id,
        "session_ref": session_ref,
        "act__by_ref": by_ref,
    }
    wanted = {name: value for name, value in given.items() if value is not None}
    if not wanted:
        msg = "whose logins are to end?"
        raise ValueError(msg)
    matching = Login.objects.filter(**wanted).select_for_update()
    offline_too = set(wanted) != {"session_ref"}
    if offline_too:
        # A session that is over may have left tokens behind.
        _revoke(Q(login__in=Login.objects.filter(**wanted)), now=now)
    return _end(list(matching.filter(ended_at=None)), now=now, offline_too=offline_too)


def _end(logins: list[Login], *, now: dt.datetime, offline_too: bool) -> int:
    ids = [login.pk for login in logins]
    if not ids:
        return 0
    Login.objects.filter(pk__in=ids).update(ended_at=now)
    what = Q(login__in=ids)
    _revoke(what if offline_too else what & (~_offline("") | _BY_A_HELPER), now=now)
    telling.announce_end(ids, now=now)
    return len(ids)


def _offline(path: str) -> Q:
    return Q(**{f"{path}scope__regex": rf"(^|\s){OFFLINE}(\s|$)"})


def _revoke(what: Q, *, now: dt.datetime) -> None:
    """Make codes and tokens worth nothing. `what` speaks of their `login` and `scope`."""
    refreshed = RefreshToken.objects.filter(access_token__in=AccessToken.objects.filter(what))
    refreshed.filter(revoked=None).update(revoked=now)
    AccessToken.objects.filter(what).update(expires=Least(F("expires"), now))
    Grant.objects.filter(what, spent_at=None).update(expires=Least(F("expires"), now))
    DeviceGrant.objects.filter(what).update(expires=Least(F("expires"), now))
