"""An administrator registers a service, changes it, gives it a new secret, closes it."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.facts import announce
from parvis.openid.actions import consenting, judging
from parvis.openid.actions.logins import end_logins
from parvis.openid.events import ServiceChanged, ServiceClosed, ServiceRegistered
from parvis.openid.models import Service
from parvis.openid.rules.kinds import KINDS, Wish
from parvis.openid.rules.secrets import new_secret, seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What a service needs to know to begin. `secret` is shown once and kept by nobody; "" for a
    program that could not keep one."""

    service_id: uuid.UUID
    client_id: str
    secret: str


@transaction.atomic
def register_service(*, wish: Wish, by: Person | None, now: dt.datetime) -> Registered:
    """Register a service; `by` is None when a program does it.

    :raises judging.Unfit: what is wrong with the wish, beside its field (422)
    """
    judged = judging.judge(wish)
    kind = KINDS[wish.kind]
    secret = new_secret() if kind.has_secret else ""
    service = Service(
        client_id=secrets.token_hex(20),
        client_type=kind.client_type,
        authorization_grant_type=kind.grant_type,
        client_secret=seal(secret) if secret else "",
        hash_client_secret=False,
        algorithm=Service.RS256_ALGORITHM,
        registered_by=by.id if by else None,
        registered_at=now,
    )
    _write(service, judged)
    _record("service_registered", service, by, now, client_id=service.client_id)
    announce(ServiceRegistered(service_id=service.public_id), now=now)
    return Registered(service_id=service.public_id, client_id=service.client_id, secret=secret)


@transaction.atomic
def change_service(*, service_id: uuid.UUID, wish: Wish, by: Person, now: dt.datetime) -> bool:
    """Change what is known of a service, except its kind; return whether the contract changed, so
    that everybody is asked again.

    :raises NotFound: `no_service`, also for one that is closed
    :raises judging.Unfit: what is wrong with the wish, beside its field (422)
    """
    service = _open(service_id)
    judged = judging.judge(wish, but=service)
    before, sector = service.contract.version, service.sector
    _write(service, judged)
    changed = service.contract.version != before
    _record("service_changed", service, by, now, contract_changed=changed)
    if service.sector != sector:
        # Under another sector people have other names: the old ones must not be mixed with them.
        end_logins(now=now, service_id=service.pk)
    announce(ServiceChanged(service_id=service_id, contract_changed=changed), now=now)
    return changed


@transaction.atomic
def renew_secret(*, service_id: uuid.UUID, by: Person, now: dt.datetime) -> Registered:
    """Give a service another secret; the old one is good for nothing from now on.

    :raises NotFound: `no_service`, also for one that is closed
    :raises Refused: `no_secret`, for a program that could not keep one
    """
    service = _open(service_id)
    if not service.client_secret:
        raise Refused("no_secret", _("This service has no secret: everybody could read it there."))
    secret = new_secret()
    service.client_secret = seal(secret)
    service.save(update_fields=["client_secret", "updated"])
    _record("secret_renewed", service, by, now)
    return Registered(service_id=service_id, client_id=service.client_id, secret=secret)


@transaction.atomic
def accept_trial(*, service_id: uuid.UUID, uri: str, by: Person, now: dt.datetime) -> None:
    """Let a service be answered at the City's own test page too; twice is once.

    :raises NotFound: `no_service`, also for one that is closed
    :raises Refused: `comes_back_nowhere`, for a service that is answered at no address
    """
    service = _open(service_id)
    known = str(service.redirect_uris).split()
    if not known:
        raise Refused("comes_back_nowhere", _("This service is answered at no address."))
    if uri not in known:
        service.redirect_uris = " ".join([*known, uri])
        service.save(update_fields=["redirect_uris", "updated"])
        _record("trial_opened", service, by, now)
        announce(ServiceChanged(service_id=service_id, contract_changed=False), now=now)


@transaction.atomic
def close_service(*, service_id: uuid.UUID, by: Person, now: dt.datetime) -> int:
    """Close a service: everybody is signed out of it and it is told nothing more; return how many
    persons had it connected.

    :raises NotFound: `no_service`, also for one that is closed
    """
    service = _open(service_id)
    service.closed_at = max(now, service.registered_at)
    service.save(update_fields=["closed_at", "updated"])
    connected = consenting.end_all(service, now=now)
    end_logins(now=now, service_id=service.pk)
    _record("service_closed", service, by, now, connected=connected)
    announce(ServiceClosed(service_id=service_id), now=now)
    return connected


def _open(service_id: uuid.UUID) -> Service:
    rows = Service.objects.select_for_update(no_key=True)
    service: Service | None = rows.filter(public_id=service_id, closed_at=None).first()
    if service is None:
        raise NotFound("no_service", _("There is no open service at this address."))
    return service


def _write(service: Service, judged: judging.Judged) -> None:
    for name, value in judged.fields.items():
        setattr(service, name, value)
    try:
        with transaction.atomic():
            service.save()
    except IntegrityError as taken:
        # Somebody else took the name since it was judged.
        raise judging.Unfit("name_taken", "name") from taken


def _record(
    what: str, service: Service, by: Person | None, now: dt.datetime, **details: object
) -> None:
    register.record(
        register.Entry(
            action=f"openid.{what}",
            object_ref=f"openid.service:{service.public_id}",
            actor_ref=f"person:{by.id}" if by else "",
            channel="web" if by else "program",
            details={"service": service.name, **details},
            recorded_at=now,
        )
    )
