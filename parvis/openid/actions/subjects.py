"""Under which name a service knows somebody."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from parvis.account.public import remaining
from parvis.kernel.prepared import Prepared
from parvis.openid.models import Login, Service, Subject

_known: Prepared[Subject] = Prepared(
    lambda sector, ref: Subject.objects.filter(sector=sector, ref=ref)[:1], str, str
)


def subject(sector: str, ref: str) -> str:
    """Return the name under which a sector knows somebody, made up when it is first needed.

    An account that was brought into another has the other's, where it left none of its own.
    """
    found = _known.first(sector, ref)
    if found is not None:
        return str(found.sub)
    kind, _colon, known = ref.partition(":")
    person_id = uuid.UUID(known) if kind == "person" else None
    if person_id is not None and (now_is := remaining(person_id)) != person_id:
        return subject(sector, f"person:{now_is}")
    made, _is_new = Subject.objects.get_or_create(
        sector=sector,
        ref=ref,
        defaults={"person_id": person_id, "sub": secrets.token_hex(24)},
    )
    return str(made.sub)


@transaction.atomic
def hand_over(ref: str, *, person_id: uuid.UUID) -> int:
    """Let services know somebody who was acted for without an account, and has one now, by the name
    they had; return how many sectors do.

    A sector that knew the account before goes on knowing it by its own name.
    """
    own = f"person:{person_id}"
    known = Subject.objects.filter(ref=own).values("sector")
    moving = Subject.objects.filter(ref=ref).exclude(sector__in=known)
    sectors = list(moving.select_for_update().values_list("sector", flat=True))
    # Who acts for them at this moment goes on doing so, for the same one.
    for login in Login.objects.filter(act__for_ref=ref, service__sector__in=sectors):
        login.act = {**(login.act or {}), "for_ref": own}
        login.save(update_fields=["act"])
    moved = Subject.objects.filter(ref=ref, sector__in=sectors)
    return moved.update(ref=own, person_id=person_id)


def subject_of(login: Login, service: Service) -> str:
    """Return the `sub` of a login: the person, or whom the person acts for."""
    return subject_by(login.act, login.person_id, service.sector)


def subject_by(act: Mapping[str, Any] | None, person_id: uuid.UUID, sector: str) -> str:
    """Return the same, of a login of which only this is known."""
    return subject(sector, act["for_ref"] if act else f"person:{person_id}")


def act_of(login: Login, service: Service) -> dict[str, Any] | None:
    """Return the `act` claim of a login: who acts, where they act for another (RFC 8693, section
    4.1), and in which domains they may."""
    return act_by(login.act, service.sector)


def act_by(act: Mapping[str, Any] | None, sector: str) -> dict[str, Any] | None:
    """Return the same, of a login of which only this is known."""
    if not act:
        return None
    return {"sub": subject(sector, act["actor_ref"]), "domains": act["domains"]}
