"""What a deliberation remembers."""

from __future__ import annotations

from parvis.deliberation.models.consultation import Consultation, OwnSection, SectionTally
from parvis.deliberation.models.contribution import Contribution, Remark, Revision, Source
from parvis.deliberation.models.decisions import Answer, AnswerRevision, ModerationDecision
from parvis.deliberation.models.participation import Draft, Flag, Follow, Support

__all__ = [
    "Answer",
    "AnswerRevision",
    "Consultation",
    "Contribution",
    "Draft",
    "Flag",
    "Follow",
    "ModerationDecision",
    "OwnSection",
    "Remark",
    "Revision",
    "SectionTally",
    "Source",
    "Support",
]
