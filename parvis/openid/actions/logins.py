"""Signing a person in to a service, and ending it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Least

from parvis.account.public import Proof
from parvis.kernel import register
from parvis.kernel.acting import Acting
from parvis.kernel.prepared import Prepared
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


@transaction.atomic
def open_login(service: Service, who: Who, *, now: dt.datetime) -> Login:
    """Return the login of a session at a service: the open one, brought up to date, or a new one.

    Another person, or the same one acting for somebody else, is another login: the former ends.
    """
    known = _open_in(service, who)
    if known and (known.person_id != who.person_id or known.act != who.act):
        _end([known], now=now, offline_too=False)
        known = None
    if known is None:
        try:
            with transaction.atomic():
                return _begin(service, who, now=now)
        except IntegrityError:
            # The same person in another tab was faster by a moment.
            known = _open_in(service, who)
    if known is None or known.person_id != who.person_id:
        msg = "a session changed hands while it signed in"
        raise RuntimeError(msg)
    known.auth_time, known.acr = who.proof.auth_time, who.proof.acr
    known.amr = list(who.proof.amr)
    known.save(update_fields=["auth_time", "acr", "amr"])
    return known


def _open_in(service: Service, who: Who) -> Login | None:
    return _open_login.first(service.pk, who.session_ref)


_open_login: Prepared[Login] = Prepared(
    lambda service_pk, session_ref: Login.objects.filter(
        service_id=service_pk, session_ref=session_ref, ended_at=None
    ).select_for_update()[:1],
    int,
    str,
)


def _begin(service: Service, who: Who, *, now: dt.datetime) -> Login:
    # Names are made up here and not at the token endpoint, where many would wait for one another.
    subject(service.sector, who.ref)
    if who.standing is not None:
        subject(service.sector, who.standing.actor_ref)
        _note(service, who.standing, now=now)
    return Login.objects.create(
        service=service,
        person_id=who.person_id,
        session_ref=who.session_ref,
        auth_time=who.proof.auth_time,
        acr=who.proof.acr,
        amr=list(who.proof.amr),
        act=who.act,
        began_at=now,
    )


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
