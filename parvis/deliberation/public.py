"""What this module promises its neighbours: questions, actions, facts; nothing else of it may be
used.

Every refusal is a `Refused` with a code and a sentence in the active language. 404:
`no_consultation`,
`no_contribution`, `no_remark`, `no_draft`, `no_answer`, `no_decision`, `no_table`. 403:
`not_yours`,
`own_contribution`, `needs_role`. 409: `consultation_not_open_yet`, `consultation_closed`,
`contribution_hidden`, `contribution_withdrawn`, `remark_hidden`, `remark_withdrawn`, `too_deep`,
`answered_already`, `already_answered`, `answer_changed`, `already_hidden`, `not_hidden`,
`already_undone`, `changed_elsewhere`, `not_flagged`, `consultation_exists`. 422: those of a
`Mistyped` text (`title_empty`, `title_too_long`, `text_empty`, `text_too_long`,
`control_characters`, `direction_characters`, `broken_characters`), `unknown_section`,
`unknown_kind`, `unknown_district`, `vote_not_offered`, `change_or_reason`, `bad_dates`,
`unreadable_file`. 429: `too_many_posts`. 400: `bad_cursor`.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from parvis.account.public import Person
from parvis.deliberation import permissions
from parvis.deliberation.actions.answering import answer, revise_answer
from parvis.deliberation.actions.holding import hold_consultation, move_consultation_dates
from parvis.deliberation.actions.inputs import (
    Hiding,
    NewAnswer,
    NewConsultation,
    NewContribution,
    NewDraft,
    NewRemark,
)
from parvis.deliberation.actions.loading import import_archive, import_export
from parvis.deliberation.actions.moderating import hide, keep, restore, undo_decision
from parvis.deliberation.actions.taking_part import (
    flag,
    follow,
    support,
    unfollow,
    vote,
    withdraw_support,
)
from parvis.deliberation.actions.writing import (
    discard_draft,
    edit_contribution,
    post_contribution,
    post_remark,
    save_draft,
    withdraw_contribution,
    withdraw_remark,
)
from parvis.deliberation.events import (
    AnswerGiven,
    AnswerRevised,
    ConsultationClosed,
    ConsultationMoved,
    ConsultationOpened,
    ContributionEdited,
    ContributionFollowed,
    ContributionPosted,
    ContributionWithdrawn,
    DecisionUndone,
    FlagsDismissed,
    RemarkPosted,
    RemarkWithdrawn,
    SupportGiven,
    SupportWithdrawn,
    TextFlagged,
    TextHidden,
    TextRestored,
)
from parvis.deliberation.models.choices import (
    AnswerStance,
    BodyFormat,
    Kind,
    Opinion,
    Origin,
    Reason,
    Ruling,
    Stance,
    State,
    VoteStyle,
)
from parvis.deliberation.queries import desk, lists
from parvis.deliberation.queries.columns import COLUMNS, csv_columns
from parvis.deliberation.queries.consultations import (
    consultation,
    consultation_head,
    consultations,
    consultations_about,
    own_sections,
)
from parvis.deliberation.queries.desk import flagged_count
from parvis.deliberation.queries.desk_shapes import DraftView, FlagView, QueueItem
from parvis.deliberation.queries.discussion import discussion, remark, remarks
from parvis.deliberation.queries.drafts import draft, draft_for, drafts
from parvis.deliberation.queries.exporting import export_csv, export_json
from parvis.deliberation.queries.lists import (
    contributions,
    contributions_of,
    similar_contributions,
)
from parvis.deliberation.queries.one import contribution, history
from parvis.deliberation.queries.pages import address_pages
from parvis.deliberation.queries.published import PublishedContribution, published_contributions
from parvis.deliberation.queries.refusals import Mistyped
from parvis.deliberation.queries.shapes import (
    AnswerRevisionView,
    AnswerView,
    Appendix,
    Author,
    ConsultationHead,
    ConsultationView,
    ContributionRow,
    ContributionView,
    DecisionView,
    Discussion,
    OwnSection,
    Page,
    Piece,
    RemarkView,
    RevisionView,
    SectionSummary,
    SourceView,
    Tally,
    Target,
    Totals,
    ViewerStanding,
)
from parvis.deliberation.queries.summaries import (
    answer_history,
    answers_changing,
    branch_totals,
    counts_of_districts,
    counts_of_sections,
    latest_answers,
    section_summaries,
    unanswered_count,
)
from parvis.deliberation.queries.wanted import RemarkSort, Sort, Wanted, WantedRemarks
from parvis.deliberation.rules.roles import SERVICE
from parvis.deliberation.rules.texts import (
    ANSWER_MAX_LENGTH,
    BODY_MAX_LENGTH,
    MESSAGE_MAX_LENGTH,
    REMARK_MAX_LENGTH,
    TITLE_MAX_LENGTH,
)

CSV_TABLES = tuple(COLUMNS)
PAGE_OF_REMARKS = 50

__all__ = [
    "ANSWER_MAX_LENGTH",
    "BODY_MAX_LENGTH",
    "CSV_TABLES",
    "MESSAGE_MAX_LENGTH",
    "PAGE_OF_REMARKS",
    "REMARK_MAX_LENGTH",
    "SERVICE",
    "TITLE_MAX_LENGTH",
    "AnswerGiven",
    "AnswerRevised",
    "AnswerRevisionView",
    "AnswerStance",
    "AnswerView",
    "Appendix",
    "Author",
    "BodyFormat",
    "ConsultationClosed",
    "ConsultationHead",
    "ConsultationMoved",
    "ConsultationOpened",
    "ConsultationView",
    "ContributionEdited",
    "ContributionFollowed",
    "ContributionPosted",
    "ContributionRow",
    "ContributionView",
    "ContributionWithdrawn",
    "DecisionUndone",
    "DecisionView",
    "Discussion",
    "DraftView",
    "FlagView",
    "FlagsDismissed",
    "Hiding",
    "Kind",
    "Mistyped",
    "NewAnswer",
    "NewConsultation",
    "NewContribution",
    "NewDraft",
    "NewRemark",
    "Opinion",
    "Origin",
    "OwnSection",
    "Page",
    "Piece",
    "PublishedContribution",
    "QueueItem",
    "Reason",
    "RemarkPosted",
    "RemarkSort",
    "RemarkView",
    "RemarkWithdrawn",
    "RevisionView",
    "Ruling",
    "SectionSummary",
    "Sort",
    "SourceView",
    "Stance",
    "State",
    "SupportGiven",
    "SupportWithdrawn",
    "Tally",
    "Target",
    "TextFlagged",
    "TextHidden",
    "TextRestored",
    "Totals",
    "ViewerStanding",
    "VoteStyle",
    "Wanted",
    "WantedRemarks",
    "address_pages",
    "answer",
    "answer_history",
    "answer_queue",
    "answers_changing",
    "branch_totals",
    "consultation",
    "consultation_head",
    "consultations",
    "consultations_about",
    "contribution",
    "contributions",
    "contributions_of",
    "counts_of_districts",
    "counts_of_sections",
    "csv_columns",
    "decision",
    "decisions",
    "decisions_about",
    "discard_draft",
    "discussion",
    "draft",
    "draft_for",
    "drafts",
    "edit_contribution",
    "export_csv",
    "export_json",
    "flag",
    "flagged_count",
    "follow",
    "hide",
    "history",
    "hold_consultation",
    "import_archive",
    "import_export",
    "keep",
    "latest_answers",
    "moderation_queue",
    "move_consultation_dates",
    "own_sections",
    "post_contribution",
    "post_remark",
    "published_contributions",
    "queue_item",
    "remark",
    "remarks",
    "restore",
    "revise_answer",
    "save_draft",
    "section_summaries",
    "similar_contributions",
    "support",
    "unanswered_count",
    "undo_decision",
    "unfollow",
    "vote",
    "withdraw_contribution",
    "withdraw_remark",
    "withdraw_support",
]


def moderation_queue(*, by: Person, cursor: str = "", limit: int = 20) -> Page[QueueItem]:
    """Return the flagged texts, the one that waits longest first.

    :raises Forbidden: `needs_role`
    """
    permissions.require_moderator(by)
    return desk.moderation_queue(cursor=cursor, limit=limit)


def queue_item(target: Target, *, by: Person) -> QueueItem:
    """Return one text as a moderator meets it, flagged or not.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_contribution`, `no_remark`
    """
    permissions.require_moderator(by)
    return desk.queue_item(target)


def decisions(*, by: Person, cursor: str = "", limit: int = 20) -> Page[DecisionView]:
    """Return what moderators decided, newest first.

    :raises Forbidden: `needs_role`
    """
    permissions.require_moderator(by)
    return desk.decisions(cursor=cursor, limit=limit)


def decision(decision_id: uuid.UUID, *, by: Person) -> DecisionView:
    """Return one decision.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_decision`
    """
    permissions.require_moderator(by)
    return desk.decision(decision_id)


def decisions_about(target: Target, *, by: Person) -> list[DecisionView]:
    """Return what moderators decided about one text, newest first.

    :raises Forbidden: `needs_role`
    """
    permissions.require_moderator(by)
    return desk.decisions_about(target)


def answer_queue(slug: str, *, by: Person, wanted: Wanted) -> Page[ContributionRow]:
    """Return the contributions that wait for an answer, as `wanted` narrows and sorts them.

    :raises Forbidden: `needs_role`
    """
    permissions.require_official(by)
    return lists.contributions(slug, wanted=replace(wanted, answered=False), viewer=by)
