"""Giving a person a role of the city, and taking it back."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account import events
from parvis.account.models import Resident, Role, RoleGrant
from parvis.account.queries import people, roles as queries
from parvis.account.queries.people import Person
from parvis.account.rules import roles as rules
from parvis.kernel import facts, register
from parvis.kernel.declarations import city_services
from parvis.kernel.errors import Forbidden, NotFound, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrant:
    """A role to give: for one service or all (""), one arrondissement or all (None), between two
    moments (from now on, without an end) and for a reason."""

    role: str
    service: str = rules.WHOLE_CITY
    territory: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    reason: str = ""


def grant_role(*, person_id: uuid.UUID, role: str, by: uuid.UUID | None, now: dt.datetime) -> bool:
    """Give a person a role for the whole city, as the console does; return whether it is new.

    :raises NotFound: if nobody has an open account under this id
    :raises Refused: if there is no such role
    """
    return _give(person_id, NewGrant(role=role), by=by, now=now)


@transaction.atomic
def give_role(*, person_id: uuid.UUID, new: NewGrant, by: Person, now: dt.datetime) -> bool:
    """Give a person a role, on an administrator's word; return whether it is new.

    What is held already, for the same service and arrondissement, is not given again.

    :raises Forbidden: `needs_role` unless `by` administers that service; `not_to_yourself`
    :raises NotFound: `unknown_person`
    :raises Refused: `unknown_role`, `unknown_service`, `not_divided`, `reason_needed`,
        `ends_before_it_begins`, `already_over`
    """
    _require_administrator(by, new.service, new.territory)
    if person_id == by.id:
        message = _("Nobody gives themselves a role: ask another administrator.")
        raise Forbidden("not_to_yourself", message)
    _require_reason(new.reason)
    return _give(person_id, new, by=by.id, now=now)


@transaction.atomic
def take_role_back(
    *, person_id: uuid.UUID, grant_id: uuid.UUID, reason: str, by: Person | None, now: dt.datetime
) -> None:
    """Take a role back, at once, in every session; `by` is None at the console.

    :raises Forbidden: `needs_role` unless `by` administers that service
    :raises NotFound: `unknown_grant`, also if it was taken back in the meantime
    :raises Refused: `reason_needed`, `last_administrator`
    """
    _lock_administrators()
    grant = queries.current_grant(person_id, grant_id)
    if grant is None:
        raise NotFound("unknown_grant", _("This role is no longer held. Reload the page."))
    if by is not None:
        _require_administrator(by, grant.service, grant.territory)
        _require_reason(reason)
    _require_another_administrator(grant, now)
    grant.ended_at, grant.end_reason = now, reason.strip()
    grant.ended_by_id = by.id if by else None
    grant.save(update_fields=["ended_at", "end_reason", "ended_by"])
    _record("account.role_taken_back", grant, by=by.id if by else None, said=reason, now=now)
    facts.announce(
        events.RoleTakenBack(
            person_id=person_id, role=grant.role, service=grant.service, reason=reason.strip()
        ),
        now=now,
    )


@transaction.atomic
def _give(person_id: uuid.UUID, new: NewGrant, *, by: uuid.UUID | None, now: dt.datetime) -> bool:
    _check(new, now)
    # Two administrators who give the same role at one moment give it once.
    _lock(person_id)
    if people.person(person_id) is None:
        raise NotFound("unknown_person", _("Nobody has an open account under this id."))
    same = RoleGrant.objects.filter(
        person_id=person_id,
        role=new.role,
        service=new.service,
        territory=new.territory,
        ended_at=None,
    ).first()
    if same is not None and (same.ends_at is None or same.ends_at > now):
        return False
    if same is not None:
        # Its last day has gone: it ended then, and makes room for a new one.
        same.ended_at = same.ends_at
        same.save(update_fields=["ended_at"])
    grant = RoleGrant.objects.create(
        person_id=person_id,
        role=new.role,
        service=new.service,
        territory=new.territory,
        granted_by_id=by,
        granted_at=now,
        starts_at=new.since or now,
        ends_at=new.until,
        reason=new.reason.strip(),
    )
    _record("account.role_granted", grant, by=by, said=new.reason, now=now)
    facts.announce(
        events.RoleGranted(person_id=person_id, role=new.role, service=new.service), now=now
    )
    return True


def _lock(person_id: uuid.UUID) -> None:
    # Who gives is named in the row they write, and must not wait for who locked them.
    Resident.objects.select_for_update(no_key=True).filter(pk=person_id).first()


def _lock_administrators() -> None:
    """Make those who take roles back wait for one another: two administrators who take each
    other's role at one moment leave one."""
    ours = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None).order_by("pk")
    list(ours.select_for_update(no_key=True))


def _check(new: NewGrant, now: dt.datetime) -> None:
    if new.role not in Role.values:
        message = _("There is no role called %(role)s.") % {"role": new.role}
        raise Refused("unknown_role", message)
    if new.service and city_services.get(new.service) is None:
        message = _("There is no service called %(service)s.") % {"service": new.service}
        raise Refused("unknown_service", message)
    if new.territory is not None and not _is_divided(new):
        message = _("This role opens nothing in one arrondissement: give it for the whole city.")
        raise Refused("not_divided", message, status=422)
    why = rules.why_period_is_refused(since=new.since or now, until=new.until, now=now)
    if why == "ends_before_it_begins":
        raise Refused(why, _("The last day comes before the first one."), status=422)
    if why:
        raise Refused(why, _("The last day has already gone."), status=422)


def _is_divided(new: NewGrant) -> bool:
    """Tell whether a role, held for one arrondissement, opens anything there: agents act for who
    lives there, administrators give roles, services divide what they declare."""
    if new.role in (Role.AGENT, Role.ADMINISTRATOR):
        return True
    asked = [one for one in city_services if new.service in (rules.WHOLE_CITY, one.key)]
    return any(new.role in one.divided for one in asked)


def _require_administrator(by: Person, service: str, territory: int | None) -> None:
    if not by.holds(Role.ADMINISTRATOR, service=service, territory=territory):
        message = _("You do not administer this service, or not in this part of the city.")
        raise Forbidden("needs_role", message)


def _require_reason(said: str) -> None:
    if not rules.is_reason(said):
        message = _("Say why, in ten characters at least and 500 at most.")
        raise Refused("reason_needed", message, status=422)


def _require_another_administrator(grant: RoleGrant, now: dt.datetime) -> None:
    """Refuse to leave the city without anybody who could give roles."""
    if (grant.role, grant.service, grant.territory) != (Role.ADMINISTRATOR, "", None):
        return
    if not queries.other_administrators(grant.person_id, now=now):
        message = _("Nobody else administers the whole city: give somebody else this role first.")
        raise Refused("last_administrator", message)


def refuse_to_leave_nobody(person_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Refuse to forget the roles of the only one who administers the whole city.

    :raises Refused: `last_administrator`
    """
    held = queries.held(now=now).filter(person_id=person_id, role=Role.ADMINISTRATOR)
    if held.exists():
        _lock_administrators()
    for grant in held:
        _require_another_administrator(grant, now)


def _record(
    action: str, grant: RoleGrant, *, by: uuid.UUID | None, said: str, now: dt.datetime
) -> None:
    details = {"role": grant.role}
    if grant.service:
        details["service"] = grant.service
    if grant.territory:
        details["territory"] = str(grant.territory)
    register.record(
        register.Entry(
            action=action,
            object_ref=f"person:{grant.person_id}",
            actor_ref=f"person:{by}" if by else "",
            channel="web" if by else "program",
            details=details,
            personal={"reason": said.strip()} if said.strip() else {},
            recorded_at=now,
        )
    )
