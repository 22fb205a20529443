"""The facts that missions announces."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutMission(Fact):
    """A fact about one mission."""

    mission_id: uuid.UUID
    slug: str

    @property
    def aggregate(self) -> str:
        """Return the mission as facts and the register call it."""
        return f"missions.mission:{self.mission_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionProposed(AboutMission):
    """An association or a service wants a mission; the City has to say."""

    NAME: ClassVar[str] = "missions.proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionDecided(AboutMission):
    """The City opened a mission, or refused it (`is_open` False)."""

    NAME: ClassVar[str] = "missions.decided"

    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionClosed(AboutMission):
    """A mission is over; its result stays published."""

    NAME: ClassVar[str] = "missions.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDecided(AboutMission):
    """What holds of one thing was agreed, is disputed, or was settled by the City (`state`)."""

    NAME: ClassVar[str] = "missions.task_decided"

    task_id: uuid.UUID
    ref: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputesWait(AboutMission):
    """People disagree about a thing, and about nothing else of this mission so far: somebody of the
    City has to look."""

    NAME: ClassVar[str] = "missions.disputes_wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatumDoubted(AboutMission):
    """Somebody said that a published datum is wrong, and it became a task of a mission."""

    NAME: ClassVar[str] = "missions.datum_doubted"

    task_id: uuid.UUID
    dataset_id: str
    ref: str
