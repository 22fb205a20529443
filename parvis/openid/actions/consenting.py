"""A person lets a service know something, or takes it back."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.facts import announce
from parvis.openid.actions.logins import end_logins
from parvis.openid.events import ConsentGiven, ConsentWithdrawn
from parvis.openid.models import Consent, Service
from parvis.openid.queries import consents
from parvis.openid.rules import claims as rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person says yes to: what was asked for, the version of the words they read, and which
    of the optional claims they tell; `asked_at` is when the service asked, if that is known."""

    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    version: str
    told: frozenset[str]
    asked_at: dt.datetime | None = None


@transaction.atomic
def agree(*, service_id: int, by: Person, answer: Answer, now: dt.datetime) -> uuid.UUID:
    """Write down that a person lets a service know what it asks for; it replaces what they agreed
    to before. Who has said the same since the service asked, in another window, has said it.

    :raises NotFound: `no_service`, also for one that is closed
    :raises Refused: `question_changed`, if it is no longer what they read
    """
    # Two windows of one person answer one after the other.
    service = Service.objects.select_for_update(no_key=True).filter(pk=service_id).first()
    if service is None or service.closed_at is not None:
        raise NotFound("no_service", _("This service is not connected to the City any more."))
    asked = consents.question(
        person_id=by.id, service=service, scopes=answer.scopes, claims=answer.claims
    )
    if asked.version != answer.version:
        sentence = _("What this service asks for has just changed. Read it again, please.")
        raise Refused("question_changed", sentence)
    consent = _wanted(service, by, asked, answer, now=now)
    before = consents.in_force(by.id, service)
    if before and answer.asked_at and before.given_at >= answer.asked_at and _same(before, consent):
        return before.public_id
    _end(Consent.objects.filter(person_id=by.id, service=service, withdrawn_at=None), now)
    consent.save(force_insert=True)
    _record("consent_given", service, by.id, {"claims": consent.claims}, now)
    announce(ConsentGiven(person_id=by.id, service_id=service.public_id), now=now)
    return consent.public_id


def _wanted(
    service: Service, by: Person, asked: consents.Question, answer: Answer, *, now: dt.datetime
) -> Consent:
    kept = {item.claim for item in asked.optional} - answer.told
    return Consent(
        person_id=by.id,
        service=service,
        scopes=_scopes(answer.scopes, offline=asked.offline),
        claims=[item.claim for item in asked.items if item.claim not in kept],
        refused=[item.claim for item in asked.items if item.claim in kept],
        contract=service.contract.version,
        text_version=asked.version,
        text=asked.text,
        language=consents.language(),
        given_at=now,
    )


def _same(before: Consent, wanted: Consent) -> bool:
    said = ("scopes", "claims", "refused", "contract", "text_version")
    return all(getattr(before, name) == getattr(wanted, name) for name in said)


@transaction.atomic
def withdraw(*, service_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Take back what a person agreed to: the service is signed out, and is told nothing more.

    :raises NotFound: `not_connected`
    """
    service = Service.objects.select_for_update(no_key=True).filter(public_id=service_id).first()
    mine = Consent.objects.filter(person_id=by.id, service=service, withdrawn_at=None)
    if service is None or not mine.exists():
        raise NotFound("not_connected", _("This service is not connected to your account."))
    _end(mine, now)
    end_logins(now=now, person_id=by.id, service_id=service.pk)
    _record("consent_withdrawn", service, by.id, {}, now)
    announce(ConsentWithdrawn(person_id=by.id, service_id=service.public_id), now=now)


def end_all(service: Service, *, now: dt.datetime) -> int:
    """End every consent to a service that closes, in the caller's transaction; return how many."""
    return _end(Consent.objects.filter(service=service, withdrawn_at=None), now)


def _scopes(asked: tuple[str, ...], *, offline: bool) -> list[str]:
    known = [scope for scope in rules.SCOPES if scope in asked]
    return known if not offline or rules.OFFLINE in known else [*known, rules.OFFLINE]


def _end(rows: QuerySet[Consent], now: dt.datetime) -> int:
    # A clock that was set back does not undo what was given.
    return rows.update(withdrawn_at=Greatest("given_at", Value(now)))


def _record(
    what: str, service: Service, person_id: uuid.UUID, details: dict[str, object], now: dt.datetime
) -> None:
    register.record(
        register.Entry(
            action=f"openid.{what}",
            object_ref=f"openid.service:{service.public_id}",
            actor_ref=f"person:{person_id}",
            details={"service": service.name, **details},
            recorded_at=now,
        )
    )
