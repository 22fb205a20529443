"""The facts this module announces."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutConsent(Fact):
    """A fact about what a person lets a service know."""

    person_id: uuid.UUID
    service_id: uuid.UUID

    @property
    def aggregate(self) -> str:
        """Return the person."""
        return f"person:{self.person_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(AboutConsent):
    """A person connected a service to their account, or agreed to tell it something else."""

    NAME: ClassVar[str] = "openid.consent_given"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(AboutConsent):
    """A person took back what they had agreed to; the service is told nothing more."""

    NAME: ClassVar[str] = "openid.consent_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutService(Fact):
    """A fact about a service."""

    service_id: uuid.UUID

    @property
    def aggregate(self) -> str:
        """Return the service."""
        return f"openid.service:{self.service_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRegistered(AboutService):
    """An administrator registered a service."""

    NAME: ClassVar[str] = "openid.service_registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChanged(AboutService):
    """An administrator changed what is known of a service."""

    NAME: ClassVar[str] = "openid.service_changed"

    contract_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceClosed(AboutService):
    """A service was closed: nobody can sign in to it any more."""

    NAME: ClassVar[str] = "openid.service_closed"
