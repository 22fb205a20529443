"""Giving a person a role of the city."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.account import events, queries
from parvis.account.models import Role, RoleGrant
from parvis.kernel import facts, register
from parvis.kernel.errors import NotFound, Refused


@transaction.atomic
def grant_role(*, person_id: uuid.UUID, role: str, by: uuid.UUID | None, now: dt.datetime) -> bool:
    """Give a person a role; return whether it is new. `by` is None when a program gives it.

    :raises NotFound: if nobody has an open account under this id
    :raises Refused: if there is no such role
    """
    if role not in Role.values:
        raise Refused("unknown_role", f"There is no role called {role}.")
    if queries.person(person_id) is None:
        raise NotFound("unknown_person", "Nobody has an open account under this id.")
    _grant, is_new = RoleGrant.objects.get_or_create(
        person_id=person_id, role=role, defaults={"granted_by_id": by, "granted_at": now}
    )
    if is_new:
        register.record(
            register.Entry(
                action="account.role_granted",
                object_ref=f"person:{person_id}",
                actor_ref=f"person:{by}" if by else "",
                channel="web" if by else "program",
                details={"role": role},
                recorded_at=now,
            )
        )
        facts.announce(events.RoleGranted(person_id=person_id, role=role), now=now)
    return is_new
