"""What missions remember."""

from __future__ import annotations

from parvis.missions.models.mission import (
    Mission,
    MissionKind,
    MissionState,
    Participation,
    Trust,
)
from parvis.missions.models.task import Answer, AnswerState, Doubt, Task, TaskState

__all__ = [
    "Answer",
    "AnswerState",
    "Doubt",
    "Mission",
    "MissionKind",
    "MissionState",
    "Participation",
    "Task",
    "TaskState",
    "Trust",
]
