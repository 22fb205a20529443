"""What the plan keeps about people: nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Keeps, keeps


def export(_person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return nothing: no row of the plan concerns a person."""
    return []


def erase(_person_id: uuid.UUID, _now: dt.datetime) -> int:
    """Change nothing: who published a version is written in the register only."""
    return 0


keeps.declare(
    Keeps(
        key="plan",
        models=(
            "plan.Plan",
            "plan.PlanVersion",
            "plan.PlanText",
            "plan.Section",
            "plan.Placement",
            "plan.SectionText",
        ),
        personal=_("Nothing: the plan is a public text, and who amends it is in the register."),
        retention=_("Every published version of the plan is kept for ever, as a public archive."),
        export=export,
        erase=erase,
        about_people=False,
    )
)
