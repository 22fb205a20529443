"""Facts this module announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPublished(Fact):
    """A version of a plan was published; every section it holds is in force from now on."""

    NAME: ClassVar[str] = "plan.published"

    plan_slug: str
    version: int

    @property
    def aggregate(self) -> str:
        """Return the plan."""
        return f"plan:{self.plan_slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionAmended(Fact):
    """A version changed the words of one section; announced beside PlanPublished."""

    NAME: ClassVar[str] = "plan.section_amended"

    plan_slug: str
    version: int
    section_ref: str

    @property
    def aggregate(self) -> str:
        """Return the plan."""
        return f"plan:{self.plan_slug}"
