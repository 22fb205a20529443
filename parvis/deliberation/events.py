"""The facts a deliberation announces."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutConsultation(Fact):
    """A fact about one consultation."""

    consultation: str

    @property
    def aggregate(self) -> str:
        """Return the consultation as facts and the register call it."""
        return f"deliberation.consultation:{self.consultation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutContribution(Fact):
    """A fact about one contribution, or about what was said of it."""

    contribution_id: uuid.UUID
    consultation: str

    @property
    def aggregate(self) -> str:
        """Return the contribution as facts and the register call it."""
        return f"deliberation.contribution:{self.contribution_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationOpened(AboutConsultation):
    """The moment of opening has passed; announced once."""

    NAME: ClassVar[str] = "deliberation.consultation_opened"
    opens_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationClosed(AboutConsultation):
    """The moment of closing has passed; announced once."""

    NAME: ClassVar[str] = "deliberation.consultation_closed"
    closes_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationMoved(AboutConsultation):
    """The dates changed; the official ones stay on record."""

    NAME: ClassVar[str] = "deliberation.consultation_moved"
    opens_at: dt.datetime
    closes_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionPosted(AboutContribution):
    """A person commented, completed or proposed."""

    NAME: ClassVar[str] = "deliberation.contribution_posted"
    author_id: uuid.UUID
    section_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionEdited(AboutContribution):
    """The author changed the text; the former one stays in the history."""

    NAME: ClassVar[str] = "deliberation.contribution_edited"
    author_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionWithdrawn(AboutContribution):
    """The author took the text back."""

    NAME: ClassVar[str] = "deliberation.contribution_withdrawn"
    author_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkPosted(AboutContribution):
    """Somebody argued or replied."""

    NAME: ClassVar[str] = "deliberation.remark_posted"
    remark_id: uuid.UUID
    author_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkWithdrawn(AboutContribution):
    """The author of a remark took it back."""

    NAME: ClassVar[str] = "deliberation.remark_withdrawn"
    remark_id: uuid.UUID
    author_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportGiven(AboutContribution):
    """A person supported a text or voted on it; `remark_id` if it was a remark."""

    NAME: ClassVar[str] = "deliberation.support_given"
    person_id: uuid.UUID
    opinion: str
    remark_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportWithdrawn(AboutContribution):
    """A person took their support or vote back."""

    NAME: ClassVar[str] = "deliberation.support_withdrawn"
    person_id: uuid.UUID
    remark_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionFollowed(AboutContribution):
    """A person wants to be told what happens to a contribution."""

    NAME: ClassVar[str] = "deliberation.contribution_followed"
    person_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFlagged(AboutContribution):
    """A person told the moderators about a text."""

    NAME: ClassVar[str] = "deliberation.text_flagged"
    person_id: uuid.UUID
    reason: str
    remark_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled(AboutContribution):
    """A moderator decided about a text."""

    decision_id: uuid.UUID
    remark_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextHidden(Ruled):
    """A moderator hid a text, with a reason and a message to its author."""

    NAME: ClassVar[str] = "deliberation.text_hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRestored(Ruled):
    """A text is visible again: a moderator restored it or undid the hiding."""

    NAME: ClassVar[str] = "deliberation.text_restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsDismissed(Ruled):
    """A moderator kept a flagged text."""

    NAME: ClassVar[str] = "deliberation.flags_dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionUndone(Ruled):
    """A moderator undid a decision: the flags wait again."""

    NAME: ClassVar[str] = "deliberation.decision_undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven(AboutContribution):
    """The city answered a contribution publicly."""

    NAME: ClassVar[str] = "deliberation.answer_given"
    answer_id: uuid.UUID
    official_id: uuid.UUID
    section_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRevised(AboutContribution):
    """The city changed its answer; the former one stays in the history."""

    NAME: ClassVar[str] = "deliberation.answer_revised"
    answer_id: uuid.UUID
    official_id: uuid.UUID
    section_ref: str
    version: int
