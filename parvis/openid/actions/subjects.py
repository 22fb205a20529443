"""Under which name a service knows somebody."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from parvis.openid.models import Login, Service, Subject


def subject(sector: str, ref: str) -> str:
    """Return the name under which a sector knows somebody, made up when it is first needed."""
    found = Subject.objects.filter(sector=sector, ref=ref).first()
    if found is not None:
        return str(found.sub)
    kind, _colon, known = ref.partition(":")
    person_id = uuid.UUID(known) if kind == "person" else None
    made, _is_new = Subject.objects.get_or_create(
        sector=sector,
        ref=ref,
        defaults={"person_id": person_id, "sub": secrets.token_hex(24)},
    )
    return str(made.sub)


def subject_of(login: Login, service: Service) -> str:
    """Return the `sub` of a login: the person, or whom the person acts for."""
    ref = login.act["for_ref"] if login.act else f"person:{login.person_id}"
    return subject(service.sector, ref)


def act_of(login: Login, service: Service) -> dict[str, Any] | None:
    """Return the `act` claim of a login: who acts, where they act for another (RFC 8693, section
    4.1), and in which domains they may."""
    if not login.act:
        return None
    return {
        "sub": subject(service.sector, login.act["actor_ref"]),
        "domains": login.act["domains"],
    }
