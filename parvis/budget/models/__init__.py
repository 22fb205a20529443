"""What the participatory budget remembers."""

from __future__ import annotations

from parvis.budget.models.delivery import Delivery, Milestone, News, StageOf, StepOf, UnknownOf
from parvis.budget.models.edition import Area, BallotOf, Edition, Phase, PhaseKind
from parvis.budget.models.project import (
    Author,
    Follow,
    Picture,
    Project,
    Remark,
    StatusOf,
    Version,
)
from parvis.budget.models.study import (
    Appeal,
    AppealOutcome,
    Consent,
    Decision,
    Department,
    Merging,
    MergingState,
    Opinion,
    Study,
)

__all__ = [
    "Appeal",
    "AppealOutcome",
    "Area",
    "Author",
    "BallotOf",
    "Consent",
    "Decision",
    "Delivery",
    "Department",
    "Edition",
    "Follow",
    "Merging",
    "MergingState",
    "Milestone",
    "News",
    "Opinion",
    "Phase",
    "PhaseKind",
    "Picture",
    "Project",
    "Remark",
    "StageOf",
    "StatusOf",
    "StepOf",
    "Study",
    "UnknownOf",
    "Version",
]
