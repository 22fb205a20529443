"""The fact that is rehearsed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed(Fact):
    """Something happened, for the sake of seeing it arrive."""

    NAME: ClassVar[str] = "rehearsal.rehearsed"

    number: int
    person_id: uuid.UUID

    @property
    def aggregate(self) -> str:
        """Return what the fact is about."""
        return f"rehearsal.round:{self.number}"
