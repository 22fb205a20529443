"""What deliberation keeps about people, for how long, and how it forgets."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.deliberation.actions.forgetting import forget_person
from parvis.deliberation.queries.kept import kept_about
from parvis.kernel.declarations import Keeps, keeps


def export_person(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return everything a person wrote, voted, followed, flagged or began."""
    return kept_about(person_id)


keeps.declare(
    Keeps(
        key="deliberation",
        models=(
            "deliberation.Answer",
            "deliberation.AnswerRevision",
            "deliberation.Consultation",
            "deliberation.Contribution",
            "deliberation.Draft",
            "deliberation.Flag",
            "deliberation.Follow",
            "deliberation.ModerationDecision",
            "deliberation.OwnSection",
            "deliberation.Remark",
            "deliberation.Revision",
            "deliberation.SectionTally",
            "deliberation.Source",
            "deliberation.Support",
        ),
        personal=_(
            "What you wrote in consultations, your votes, what you follow and flag, your drafts."
        ),
        retention=_(
            "As long as your account is open. When you close it, what you published stays without"
            " your name, your votes stay as numbers, and your drafts are deleted."
        ),
        export=export_person,
        erase=forget_person,
    )
)
