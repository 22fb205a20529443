"""Writing into the register what was done to a project or to an edition."""

from __future__ import annotations

import datetime as dt
from typing import Any

from parvis.account.public import Person
from parvis.budget.models import Edition, Project
from parvis.kernel import register


def note(
    action: str, about: Edition | Project, *, by: Person | None, now: dt.datetime, **details: Any
) -> None:
    """Write one line: who did what to a project or to an edition."""
    kind = "edition" if isinstance(about, Edition) else "project"
    register.record(
        register.Entry(
            action=f"budget.{action}",
            object_ref=f"budget.{kind}:{about.pk}",
            actor_ref=f"person:{by.id}" if by else "",
            channel="web" if by else "program",
            details=details,
            recorded_at=now,
        )
    )
