"""What one can ask about persons."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Exists, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject, Now

from parvis.account.models import Resident
from parvis.account.queries.factors import SECOND
from parvis.account.rules import opening as rules, roles as role_rules
from parvis.account.rules.roles import Reach, RoleHeld
from parvis.kernel import clock
from parvis.kernel.prepared import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as every module may know them. `id` is the one id of a person everywhere.

    `language` is "fr" or "en"; `residence`, `work` and `heart` are numbers of arrondissements.
    `grants` are the roles of the city; `dormant` those that open nothing in this session until a
    second factor is shown in it.
    """

    id: uuid.UUID
    usual_name: str
    civil_name: str
    email: str
    language: str
    residence: int | None
    work: int | None
    heart: int | None
    grants: tuple[RoleHeld, ...] = ()
    dormant: tuple[RoleHeld, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles the city gave this person, for whatever service and arrondissement."""
        return frozenset(held.role for held in self.grants)

    @property
    def is_staff_member(self) -> bool:
        """Tell whether the city gave this person any role."""
        return bool(self.grants or self.dormant)

    def holds(
        self,
        *roles: str,
        service: str = role_rules.WHOLE_CITY,
        territory: int | None = None,
    ) -> bool:
        """Tell whether one of these roles is held for a service: its key, `WHOLE_CITY` if it takes
        a role for all of them, `ANY_SERVICE` if any will do; and for the arrondissement in which
        the matter lies, None for one of the whole city, `ANYWHERE` to ask `reach` afterwards."""
        return any(held.covers(role, service, territory) for held in self.grants for role in roles)

    def reach(self, *roles: str, service: str = role_rules.WHOLE_CITY) -> Reach:
        """Return the arrondissements in which one of these roles is held for a service."""
        return role_rules.reach_of(self.grants, roles, service)


def open_accounts(*, now: dt.datetime | None = None) -> QuerySet[Resident, Any]:
    """Return the confirmed accounts that are not closed, each with its roles, in one query.

    Roles are those of `now`; of the present, by the clock of the database, where none is given.
    """
    moment = Now() if now is None else Value(now)
    held = (
        Q(grants__starts_at__lte=moment)
        & (Q(grants__ends_at=None) | Q(grants__ends_at__gt=moment))
        & (Q(grants__ended_at=None) | Q(grants__ended_at__gt=moment))
    )
    said = JSONObject(
        role="grants__role",
        service="grants__service",
        territory="grants__territory",
        since="grants__starts_at",
        until="grants__ends_at",
    )
    return Resident.objects.filter(confirmed_at__isnull=False, closed_at=None).annotate(
        held=JSONBAgg(said, filter=held, default=Value([], JSONField()))
    )


_one_account: Prepared[Resident] = Prepared(
    lambda person_id, now: open_accounts(now=now).filter(pk=person_id)[:1], uuid.UUID, dt.datetime
)


def open_account(person_id: uuid.UUID | str, *, now: dt.datetime) -> Resident | None:
    """Return one of the accounts that `open_accounts` returns, or None."""
    try:
        known = person_id if isinstance(person_id, uuid.UUID) else uuid.UUID(person_id)
    except ValueError:
        return None
    return _one_account.first(known, now)


def to_person(resident: Any) -> Person:
    """Return the person of a row that came from `open_accounts`."""
    return Person(
        id=resident.pk,
        usual_name=resident.usual_name,
        civil_name=resident.civil_name,
        email=resident.email,
        language=resident.language,
        residence=resident.residence,
        work=resident.work,
        heart=resident.heart,
        grants=tuple(sorted((_held(said) for said in resident.held), key=_order)),
    )


def _held(said: dict[str, Any]) -> RoleHeld:
    moments = {
        name: dt.datetime.fromisoformat(said[name]) if said[name] else None
        for name in ("since", "until")
    }
    return RoleHeld(**said | moments)


def _order(held: RoleHeld) -> tuple[str, str, int]:
    return held.role, held.service, held.territory or 0


def person(person_id: uuid.UUID, *, now: dt.datetime | None = None) -> Person | None:
    """Return the person with an open account and the roles of `now` (the present), or None."""
    found = open_account(person_id, now=now or clock.now())
    return to_person(found) if found else None


def persons(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """Return the persons with an open account among these ids, in one query."""
    wanted = set(person_ids)
    if not wanted:
        return {}
    return {row.pk: to_person(row) for row in open_accounts().filter(pk__in=wanted)}


def person_by_email(email: str) -> Person | None:
    """Return the person who confirmed this address, in whatever case it is written, or None."""
    found = open_accounts().filter(email=email.strip().lower()).first()
    return to_person(found) if found else None


def owner_of(email: str) -> Resident | None:
    """Return the account that confirmed this address, with `has_second`, or None."""
    return _by_email.first(email.lower())


_HAS_SECOND = Exists(Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=SECOND))
_by_email: Prepared[Resident] = Prepared(
    lambda email: Resident.objects.filter(email=email).annotate(has_second=_HAS_SECOND)[:1], str
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What a link in a mail is about. `is_done` once the address is confirmed."""

    person_id: uuid.UUID
    address_id: int
    email: str
    usual_name: str
    is_first: bool
    is_done: bool


def confirmation(key: str, *, now: dt.datetime) -> Confirmation | None:
    """Return what a link is about, or None if it is unknown, too old, or its address taken."""
    found = (
        EmailConfirmation.objects.filter(key=key, sent__gt=rules.forgotten_before(now))
        .select_related("email_address__user")
        .first()
    )
    if found is None:
        return None
    address = found.email_address
    if not address.verified and owner_of(address.email):
        return None
    return Confirmation(
        person_id=address.user_id,
        address_id=address.pk,
        email=address.email,
        usual_name=address.user.usual_name,
        is_first=address.user.confirmed_at is None,
        is_done=address.verified,
    )


def has_link_since(address_id: int, *, since: dt.datetime) -> bool:
    """Tell whether a link was mailed to an address after a moment."""
    links = EmailConfirmation.objects.filter(email_address_id=address_id, sent__gt=since)
    return bool(links.exists())


def awaited_address(person_id: uuid.UUID) -> str:
    """Return the address a person asked for and has not confirmed yet, or an empty string."""
    waiting = EmailAddress.objects.filter(user_id=person_id, verified=False).last()
    return waiting.email if waiting else ""


def profile(person: Person) -> dict[str, Any]:
    """Return the fields of a profile as a form shows them."""
    names = ("usual_name", "civil_name", "language", "residence", "work", "heart")
    return {name: getattr(person, name) for name in names}
