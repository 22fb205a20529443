"""The facts the account announces."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPerson(Fact):
    """A fact about one account."""

    person_id: uuid.UUID

    @property
    def aggregate(self) -> str:
        """Return the person as facts and the register call them."""
        return f"person:{self.person_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened(AboutPerson):
    """Somebody signed up; their address is not confirmed yet."""

    NAME: ClassVar[str] = "account.opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConfirmed(AboutPerson):
    """The person showed that the address is theirs."""

    NAME: ClassVar[str] = "account.confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChanged(AboutPerson):
    """The person confirmed a new address."""

    NAME: ClassVar[str] = "account.email_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(AboutPerson):
    """The person chose a new password."""

    NAME: ClassVar[str] = "account.password_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(AboutPerson):
    """The city gave the person a role."""

    NAME: ClassVar[str] = "account.role_granted"

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed(AboutPerson):
    """The person closed the account; what could be forgotten is forgotten."""

    NAME: ClassVar[str] = "account.closed"
