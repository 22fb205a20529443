"""The front door: everything other modules may use of the account. Nothing else is promised."""

from __future__ import annotations

from parvis.account.actions.cast import DemoAccount, demo_accounts
from parvis.account.actions.opening import create_confirmed_account
from parvis.account.actions.roles import grant_role
from parvis.account.events import (
    AccountClosed,
    AccountConfirmed,
    AccountOpened,
    EmailChanged,
)
from parvis.account.permissions import needs_role
from parvis.account.queries import Person, person, person_by_email, persons

__all__ = [
    "AccountClosed",
    "AccountConfirmed",
    "AccountOpened",
    "DemoAccount",
    "EmailChanged",
    "Person",
    "Role",
    "create_confirmed_account",
    "demo_accounts",
    "grant_role",
    "needs_role",
    "person",
    "person_by_email",
    "persons",
]


class Role:
    """The names of the roles the city may give a person."""

    MODERATOR = "moderator"
    OFFICIAL = "official"
    AGENT = "agent"
    ADMINISTRATOR = "administrator"
