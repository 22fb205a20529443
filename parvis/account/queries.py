"""What one can ask about persons."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from parvis.account import rules
from parvis.account.models import Resident, RoleGrant
from parvis.kernel import register
from parvis.kernel.declarations import Keeps, keeps

EXPORTED_LINES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as every module may know them. `id` is the one id of a person everywhere.

    `language` is "fr" or "en"; `residence`, `work` and `heart` are numbers of arrondissements.
    """

    id: uuid.UUID
    usual_name: str
    civil_name: str
    email: str
    language: str
    residence: int | None
    work: int | None
    heart: int | None
    roles: frozenset[str]

    @property
    def is_staff_member(self) -> bool:
        """Tell whether the city gave this person any role."""
        return bool(self.roles)


def open_accounts() -> QuerySet[Resident, Any]:
    """Return the confirmed accounts that are not closed, each with its roles, in one query."""
    return Resident.objects.filter(confirmed_at__isnull=False, closed_at=None).annotate(
        role_names=ArrayAgg("grants__role", filter=Q(grants__role__isnull=False), default=[])
    )


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
        roles=frozenset(resident.role_names),
    )


def person(person_id: uuid.UUID) -> Person | None:
    """Return the person with an open account, or None."""
    found = open_accounts().filter(pk=person_id).first()
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
    """Return the account that confirmed this address, or None."""
    return Resident.objects.filter(email=email.lower()).first()


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


def what_is_kept() -> list[Keeps]:
    """Return what each module that keeps something about people declares of it."""
    return [keep for keep in keeps if keep.about_people]


def everything_about(person: Person, *, now: dt.datetime) -> dict[str, Any]:
    """Return all that every module keeps about a person, as JSON can hold it.

    Source: GDPR, articles 15 (access) and 20 (portability).
    """
    lines = register.concerning(f"person:{person.id}", limit=EXPORTED_LINES)
    return {
        "person": str(person.id),
        "exported_at": now.isoformat(),
        "kept": {
            keep.key: {
                "what": str(keep.personal),
                "how_long": str(keep.retention),
                "rows": keep.export(person.id),
            }
            for keep in what_is_kept()
        },
        "register": [asdict(line) for line in lines],
    }


def who_holds_roles() -> list[tuple[str, str]]:
    """Return the address of each person with a role, and the role, in the order of the roles."""
    grants = RoleGrant.objects.filter(person__email__isnull=False).order_by("role", "person__email")
    return [(email or "", role) for email, role in grants.values_list("person__email", "role")]
