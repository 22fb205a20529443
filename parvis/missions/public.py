"""What this module promises its neighbours: the facts about missions, and what one may know of
them."""

from __future__ import annotations

from parvis.missions.events import DatumDoubted, MissionClosed, MissionDecided, TaskDecided
from parvis.missions.rules.told import PublicMission

__all__ = ["DatumDoubted", "MissionClosed", "MissionDecided", "PublicMission", "TaskDecided"]
