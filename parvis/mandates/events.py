"""The facts that mandates announce."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutMandate(Fact):
    """A fact about one mandate.

    `representative_id` is who acts, `represented_id` the account of whom they act for; None where
    there is none, or not yet. `kind` is "parent", "guardian", "relative" or "association".
    """

    mandate_id: uuid.UUID
    kind: str
    representative_id: uuid.UUID | None = None
    represented_id: uuid.UUID | None = None

    @property
    def aggregate(self) -> str:
        """Return the mandate as facts call it."""
        return f"mandates.mandate:{self.mandate_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateAsked(AboutMandate):
    """Somebody asked for a mandate, or offered one: the city or the other person has to say."""

    NAME: ClassVar[str] = "mandates.asked"

    answers_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateGranted(AboutMandate):
    """From now on the one may act for the other."""

    NAME: ClassVar[str] = "mandates.granted"


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateRefused(AboutMandate):
    """The city, or the person asked, said no."""

    NAME: ClassVar[str] = "mandates.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateEnded(AboutMandate):
    """The one acts for the other no longer. `why` is a value of `models.Ending`."""

    NAME: ClassVar[str] = "mandates.ended"

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WardClaimed(Fact):
    """Somebody who was held in a household found their own file; `person_id` is their account."""

    NAME: ClassVar[str] = "mandates.ward_claimed"

    ward_id: uuid.UUID
    person_id: uuid.UUID

    @property
    def aggregate(self) -> str:
        """Return the ward as facts and the register call them."""
        return f"mandates.ward:{self.ward_id}"
