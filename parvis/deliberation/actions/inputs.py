"""What people hand in, as the actions take it: raw text, cleaned and judged by the rules."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from parvis.deliberation.models.choices import (
    AnswerStance,
    Kind,
    Origin,
    Reason,
    Stance,
    VoteStyle,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContribution:
    """A contribution as typed. `section_ref` must lie under the subject of the consultation.

    `branch_ref` is the pillar of the section, "" if it has none: only the caller knows the plan.
    `district` is the arrondissement the author chooses to show, or None.
    `form_token` is one per form shown: the same words posted with it again are the same
    contribution.
    """

    consultation: str
    kind: Kind
    section_ref: str
    branch_ref: str = ""
    title: str
    body: str
    district: int | None = None
    form_token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRemark:
    """An argument for or against, or a reply, to a contribution or to a remark on it (one
    level).
    """

    contribution_id: uuid.UUID
    stance: Stance
    body: str
    parent_id: uuid.UUID | None = None
    form_token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """A text begun; one is kept per person, consultation, section and kind."""

    consultation: str
    kind: Kind
    section_ref: str
    branch_ref: str = ""
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """Why a text is hidden, and what its author is told."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswer:
    """An official's answer; exactly one of `section_ref` and `no_change_reason` must be given."""

    stance: AnswerStance
    body: str
    section_ref: str = ""
    no_change_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsultation:
    """A consultation to hold: open from `opens_at` included to `closes_at` excluded."""

    slug: str
    title: str
    lead: str
    subject_ref: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    language: str = "fr"
    vote_style: VoteStyle = VoteStyle.SUPPORT
    origin: Origin = Origin.HERE
    attribution: str = ""
    licence: str = ""
    source_url: str = ""
