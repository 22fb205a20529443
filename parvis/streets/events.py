"""The facts that streets announces. None names or describes who reported."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutCase(Fact):
    """A fact about one case; `code` is what people call it."""

    case_id: uuid.UUID
    code: str

    @property
    def aggregate(self) -> str:
        """Return the case as facts and the register call it."""
        return f"streets.case:{self.case_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(AboutCase):
    """Something was reported for the first time."""

    NAME: ClassVar[str] = "streets.case_opened"

    report_id: uuid.UUID
    subtype: str
    quartier: int
    arrondissement: int
    street_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJoined(AboutCase):
    """Somebody else saw it too; `reports` is how many there are now."""

    NAME: ClassVar[str] = "streets.case_joined"

    report_id: uuid.UUID
    reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWithdrawn(AboutCase):
    """Who reported takes it back; the case goes on if others reported it."""

    NAME: ClassVar[str] = "streets.report_withdrawn"

    report_id: uuid.UUID
    reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUnconfirmed(AboutCase):
    """A report came with an address that is not confirmed yet: it must be written to."""

    NAME: ClassVar[str] = "streets.report_unconfirmed"

    report_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ContradictionUnconfirmed(AboutCase):
    """Somebody whose address is not confirmed says that it is not done: they must be written to,
    and nothing counts until they come by that letter."""

    NAME: ClassVar[str] = "streets.contradiction_unconfirmed"

    contradiction_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRouted(AboutCase):
    """A case went to a handler (its code), or "" where it must be routed by hand."""

    NAME: ClassVar[str] = "streets.case_routed"

    handler: str
    before: str
    rule_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoved(AboutCase):
    """A case took a step; `reason` is the code of the closing's, "" if it is not closed."""

    NAME: ClassVar[str] = "streets.case_moved"

    step_id: int
    before: str
    after: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRequalified(AboutCase):
    """The subtype, the place or what is public of a case was corrected."""

    NAME: ClassVar[str] = "streets.case_requalified"

    subtype: str
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContradicted(AboutCase):
    """Who reported says that it is not done; the case is open again."""

    NAME: ClassVar[str] = "streets.case_contradicted"

    report_id: uuid.UUID
    step_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesMerged(AboutCase):
    """A case was found to be the same as another, `into`, which has its reports now."""

    NAME: ClassVar[str] = "streets.cases_merged"

    into_id: uuid.UUID
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportersTold(AboutCase):
    """A message went to everybody who reported a case."""

    NAME: ClassVar[str] = "streets.reporters_told"

    message_id: uuid.UUID
    asks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterReplied(AboutCase):
    """Who reported answered what the City asked."""

    NAME: ClassVar[str] = "streets.reporter_replied"

    message_id: uuid.UUID
    report_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLate(AboutCase):
    """The time that the City gave itself has passed once, or three times (`times`)."""

    NAME: ClassVar[str] = "streets.case_late"

    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEscalated(AboutCase):
    """So many reported it that it goes before others; `priority` is the new one."""

    NAME: ClassVar[str] = "streets.case_escalated"

    priority: int
    reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoReceived(AboutCase):
    """A photo came, and waits to be cleaned."""

    NAME: ClassVar[str] = "streets.photo_received"

    photo_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoShown(AboutCase):
    """A photo became public, or is so no more (`is_shown`)."""

    NAME: ClassVar[str] = "streets.photo_shown"

    photo_id: uuid.UUID
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAsked(AboutCase):
    """A partner was given a link to a case; the secret is in nobody's fact."""

    NAME: ClassVar[str] = "streets.partner_asked"

    link_id: uuid.UUID
    handler: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAsked(Fact):
    """An agent wants one thing done to many cases, or undone (`undo`)."""

    NAME: ClassVar[str] = "streets.bulk_asked"

    job_id: uuid.UUID
    undo: bool = False

    @property
    def aggregate(self) -> str:
        """Return the job."""
        return f"streets.bulk:{self.job_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBroke(Fact):
    """A rule of routing no longer says where to go; it is shown until somebody mends it."""

    NAME: ClassVar[str] = "streets.rule_broke"

    rule_id: int
    why: str

    @property
    def aggregate(self) -> str:
        """Return the rule."""
        return f"streets.rule:{self.rule_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursChanged(Fact):
    """The hours of a handler (its code; "" for the City), or the days on which the City is closed,
    were changed: deadlines are reckoned anew."""

    NAME: ClassVar[str] = "streets.hours_changed"

    handler: str = ""

    @property
    def aggregate(self) -> str:
        """Return whose hours they are."""
        return f"streets.hours:{self.handler or 'city'}"
