"""The facts that the participatory budget announces."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutProject(Fact):
    """A fact about one project."""

    project_id: uuid.UUID

    @property
    def aggregate(self) -> str:
        """Return the project as facts and the register call it."""
        return f"budget.project:{self.project_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectChanged(AboutProject):
    """What everybody reads of a project is not what it was."""

    NAME: ClassVar[str] = "budget.project_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectProposed(AboutProject):
    """A resident proposed a project."""

    NAME: ClassVar[str] = "budget.project_proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRewritten(AboutProject):
    """A project has a new version."""

    NAME: ClassVar[str] = "budget.project_rewritten"

    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkMade(AboutProject):
    """Somebody said something of a project."""

    NAME: ClassVar[str] = "budget.remark_made"

    remark_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDecided(AboutProject):
    """The City decided of a project: accepted, rejected, or withdrawn by it (`status`)."""

    NAME: ClassVar[str] = "budget.project_decided"

    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergingProposed(AboutProject):
    """Authors are asked whether their projects become one."""

    NAME: ClassVar[str] = "budget.merging_proposed"

    merging_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MergingSettled(AboutProject):
    """Projects became one, or did not (`state`); `project_id` is the one that was to leave."""

    NAME: ClassVar[str] = "budget.merging_settled"

    merging_id: uuid.UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorLeft(AboutProject):
    """One of several authors left a project, which goes on with the others."""

    NAME: ClassVar[str] = "budget.author_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealAnswered(AboutProject):
    """The City answered an appeal (`outcome`)."""

    NAME: ClassVar[str] = "budget.appeal_answered"

    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectWon(AboutProject):
    """A project was chosen by the vote, and will be carried out."""

    NAME: ClassVar[str] = "budget.project_won"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryMoved(AboutProject):
    """The works of a winner got further, or were given up; `news_id` is what was said of it."""

    NAME: ClassVar[str] = "budget.delivery_moved"

    stage: str
    news_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionFrozen(Fact):
    """The rules of an edition are fixed: from now on nobody changes them."""

    NAME: ClassVar[str] = "budget.edition_frozen"

    edition_id: uuid.UUID
    slug: str

    @property
    def aggregate(self) -> str:
        """Return the edition as facts and the register call it."""
        return f"budget.edition:{self.edition_id}"
