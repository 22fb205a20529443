"""The persons who live in a demonstration city."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from parvis.account.actions.opening import create_confirmed_account
from parvis.account.actions.roles import grant_role
from parvis.account.models import Role
from parvis.account.queries import people


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account of the demonstration city. `role` is "" for a resident."""

    name: str
    role: str
    email: str
    password: str
    profile: dict[str, Any] = field(default_factory=dict)


def _account(name: str, handle: str, role: str = "", **profile: Any) -> DemoAccount:
    return DemoAccount(
        name=name,
        role=role,
        email=f"{handle}@parvis.example",
        password=f"parvis-{handle}-2015",
        profile=profile,
    )


ACCOUNTS = (
    _account("Alice", "alice", civil_name="Alice Martin", residence=11, work=2, heart=11),
    _account("Chloé", "chloe", civil_name="Chloé Nguyen", residence=18, heart=18),
    _account("Dédé", "dede", residence=11),
    _account("Bachir", "bachir", Role.AGENT.value, civil_name="Bachir Haddad", work=4),
    _account("Mona", "mona", Role.MODERATOR.value, civil_name="Mona Leroy", work=4),
    _account("Oscar", "oscar", Role.OFFICIAL.value, civil_name="Oscar Dubois", work=4),
    _account("Ada", "ada", Role.ADMINISTRATOR.value, civil_name="Ada Keller", work=4),
)


def demo_accounts() -> tuple[DemoAccount, ...]:
    """Return the accounts of the demonstration, for people and programs to sign in with."""
    return ACCOUNTS


@transaction.atomic
def open_cast(*, now: dt.datetime) -> None:
    """Open the accounts that are not there yet, and give each its role."""
    for account in ACCOUNTS:
        known = people.person_by_email(account.email)
        person_id = (
            known.id
            if known
            else create_confirmed_account(
                email=account.email,
                password=account.password,
                usual_name=account.name,
                now=now,
                **account.profile,
            )
        )
        if account.role:
            grant_role(person_id=person_id, role=account.role, by=None, now=now)
