"""Writing into the register what was done to a mission."""

from __future__ import annotations

import datetime as dt
from typing import Any

from parvis.account.public import Person
from parvis.kernel import register
from parvis.missions.models import Mission, Task


def note(
    action: str, about: Mission | Task, *, by: Person | None, now: dt.datetime, **details: Any
) -> None:
    """Write one line: who did what to a mission or to one of its things, for which association."""
    mission = about if isinstance(about, Mission) else about.mission
    kind = "mission" if isinstance(about, Mission) else "task"
    register.record(
        register.Entry(
            action=f"missions.{action}",
            object_ref=f"missions.{kind}:{about.pk}",
            actor_ref=f"person:{by.id}" if by else "",
            channel="web" if by else "program",
            details={"mission": mission.slug, **details},
            recorded_at=now,
        )
    )
