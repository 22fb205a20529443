"""What one can ask about the city's staff: who holds which role, since when, on whose word."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from parvis.account.models import Resident, Role, RoleGrant
from parvis.account.queries import people
from parvis.account.queries.people import Person
from parvis.account.rules import roles as rules
from parvis.kernel.declarations import city_services
from parvis.ui.wording import arrondissement

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    """A role as it was given to somebody, and how it ended, if it did.

    `state` is "held", "to_come", "over" (its last day has gone) or "taken_back".
    """

    id: uuid.UUID
    role: str
    service: str
    territory: int | None
    since: dt.datetime
    until: dt.datetime | None
    given_by: str
    reason: str
    state: str
    ended_at: dt.datetime | None
    ended_by: str
    end_reason: str

    @property
    def said(self) -> str:
        """Return the role with its service and arrondissement, in the active language."""
        return said(self.role, self.service, self.territory)

    @property
    def is_current(self) -> bool:
        """Tell whether the role is held, or is to be."""
        return self.state in ("held", "to_come")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """A person with a role: `due_at` is from when on the desk asks them for a second factor."""

    person: Person
    has_second_factor: bool
    due_at: dt.datetime | None

    @property
    def said(self) -> list[str]:
        """Return each role with its service and arrondissement, in the active language."""
        return [said(one.role, one.service, one.territory) for one in self.person.grants]


def second_factor_days() -> int | None:
    """Return how many days a new role leaves to add a second factor; None if none is asked for."""
    days: int | None = getattr(settings, "PARVIS_AGENTS_SECOND_FACTOR_DAYS", 7)
    return days


def session_limits() -> rules.SessionLimits:
    """Return how long the sessions of people with a role stay open."""
    return rules.SessionLimits(
        idle=dt.timedelta(minutes=getattr(settings, "PARVIS_AGENTS_IDLE_MINUTES", 30)),
        absolute=dt.timedelta(hours=getattr(settings, "PARVIS_AGENTS_SESSION_HOURS", 12)),
    )


def service_label(key: str) -> str:
    """Return what a service is called, in the active language."""
    if not key:
        return _("Every service")
    declared = city_services.get(key)
    return str(declared.label) if declared else key


def said(role: str, service: str, territory: int | None) -> str:
    """Return a role with its service and arrondissement, in the active language, as « Modération,
    Consultations, 11e »."""
    words = [str(Role(role).label)]
    if service:
        words.append(service_label(service))
    if territory is not None:
        words.append(strip_tags(arrondissement(territory)))
    return ", ".join(words)


def staff(*, now: dt.datetime, role: str = "") -> list[StaffMember]:
    """Return who holds a role now (any, or this one), in the order of their names; two queries."""
    given = held(now=now).values("person_id")
    holders = people.open_accounts(now=now).filter(pk__in=given).order_by("usual_name", "id")
    found = [people.to_person(row) for row in holders]
    wanted = [one for one in found if not role or role in one.roles]
    proven = with_second_factor(one.id for one in wanted)
    days = second_factor_days()
    return [
        StaffMember(
            person=one,
            has_second_factor=one.id in proven,
            due_at=rules.second_factor_due_at(one.grants, days=days),
        )
        for one in wanted
    ]


def with_second_factor(person_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return who of these persons has a second factor, in one query."""
    factors = Authenticator.objects.filter(user_id__in=set(person_ids), type__in=SECOND_FACTORS)
    return set(factors.values_list("user_id", flat=True))


def grants_of(person_id: uuid.UUID, *, now: dt.datetime) -> list[GrantView]:
    """Return every role a person was given, those held first, then the latest first."""
    rows = RoleGrant.objects.filter(person_id=person_id).select_related("granted_by", "ended_by")
    found = [_view(row, now) for row in rows.order_by("-starts_at", "-pk")]
    return sorted(found, key=lambda one: not one.is_current)


def current_grant(person_id: uuid.UUID, grant_id: uuid.UUID) -> RoleGrant | None:
    """Return a role of a person that was not taken back, locked, or None."""
    rows = RoleGrant.objects.select_for_update().filter(person_id=person_id, ended_at=None)
    return rows.filter(public_id=grant_id).first()


def held(*, now: dt.datetime) -> QuerySet[RoleGrant]:
    """Return the roles in force at a moment."""
    return RoleGrant.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now),
        Q(ended_at=None) | Q(ended_at__gt=now),
        starts_at__lte=now,
        person__email__isnull=False,
    )


def who_holds_roles(*, now: dt.datetime) -> list[tuple[str, str]]:
    """Return the address of each person with a role, and the role, in the order of the roles."""
    grants = held(now=now).order_by("role", "person__email").distinct()
    return [(email or "", role) for email, role in grants.values_list("person__email", "role")]


def other_administrators(person_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Tell whether somebody else administers the whole city, without an end."""
    grants = held(now=now).filter(
        role=Role.ADMINISTRATOR, service="", territory=None, ends_at=None, ended_at=None
    )
    return grants.exclude(person_id=person_id).exists()


def _view(row: RoleGrant, now: dt.datetime) -> GrantView:
    return GrantView(
        id=row.public_id,
        role=row.role,
        service=row.service,
        territory=row.territory,
        since=row.starts_at,
        until=row.ends_at,
        given_by=_name(row.granted_by),
        reason=row.reason,
        state=_state(row, now),
        ended_at=row.ended_at,
        ended_by=_name(row.ended_by),
        end_reason=row.end_reason,
    )


def _state(row: RoleGrant, now: dt.datetime) -> str:
    if row.ended_at is not None and row.ended_at <= now:
        return "taken_back"
    if row.ends_at is not None and row.ends_at <= now:
        return "over"
    return "held" if row.starts_at <= now else "to_come"


def _name(resident: Resident | None) -> str:
    return resident.usual_name if resident else ""
