"""What the questions answer with: frozen dataclasses that know nothing of the database."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

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

Moment = Literal["coming", "open", "closed"]
TargetKind = Literal["contribution", "remark"]
T = TypeVar("T")
HEADING_LENGTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A text that can be flagged, hidden or supported."""

    kind: TargetKind
    id: uuid.UUID

    @property
    def ref(self) -> str:
        """Return the text as facts and the register call it."""
        return f"deliberation.{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote a text. `id` is None for archives and closed accounts; `name` is then "" if
    forgotten. `association` is in whose name they wrote, "" for their own.
    """

    id: uuid.UUID | None
    name: str
    association: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How people voted, whether their voices are kept here or only their number (archives)."""

    ok: int = 0
    mixed: int = 0
    not_ok: int = 0

    @property
    def total(self) -> int:
        """Return the number of votes."""
        return self.ok + self.mixed + self.not_ok


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a consultation holds that is public."""

    contributions: int = 0
    remarks: int = 0
    sources: int = 0
    votes: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationHead:
    """A consultation without its numbers. It is open from `opens_at` included to `closes_at`
    excluded.

    `subject_ref` is what it is about (`plan:paris-2015`), "" where it carries its own sections.
    `official_*` are the dates of the real consultation where a demonstration `is_shifted`.
    """

    slug: str
    title: str
    lead: str
    language: str
    subject_ref: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    official_opens_at: dt.datetime
    official_closes_at: dt.datetime
    vote_style: VoteStyle
    origin: Origin
    attribution: str
    licence: str
    source_url: str

    @property
    def is_shifted(self) -> bool:
        """Tell whether a demonstration moved the dates."""
        return (self.opens_at, self.closes_at) != (self.official_opens_at, self.official_closes_at)

    def moment(self, now: dt.datetime) -> Moment:
        """Return whether it is to come, open, or over."""
        if now < self.opens_at:
            return "coming"
        return "open" if now < self.closes_at else "closed"

    def is_open(self, now: dt.datetime) -> bool:
        """Tell whether people can take part."""
        return self.moment(now) == "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationView(ConsultationHead):
    """A consultation with what it holds."""

    totals: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSection:
    """A section that a consultation carries itself (archives), in reading order."""

    ref: str
    heading: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """The city's public answer to a contribution.

    Exactly one of `section_ref` (what it changes) and `no_change_reason` is given.
    `version` grows with each revision and is what a revision must name.
    """

    id: uuid.UUID
    contribution_id: uuid.UUID
    contribution_title: str
    stance: AnswerStance
    body: str
    section_ref: str
    no_change_reason: str
    by: Author
    answered_at: dt.datetime
    revised_at: dt.datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRevisionView:
    """An answer as it stood before it was revised."""

    version: int
    stance: AnswerStance
    body: str
    section_ref: str
    no_change_reason: str
    by: Author
    written_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of an excerpt; `found` if it is one of the words searched for. It is plain text."""

    text: str
    found: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionRow:
    """A contribution as lists show it. `excerpt` is plain text in pieces, cut at about 240
    characters.

    `set_aside` marks a text of an archive that its moderators had put aside, and that stayed
    readable.
    """

    id: uuid.UUID
    consultation: str
    kind: Kind
    section_ref: str
    branch_ref: str
    title: str
    excerpt: tuple[Piece, ...]
    author: Author
    district: int | None
    state: State
    set_aside: bool
    created_at: dt.datetime
    edited_at: dt.datetime | None
    answered_at: dt.datetime | None
    tally: Tally
    arguments_for: int
    arguments_against: int
    replies: int

    @property
    def remarks(self) -> int:
        """Return the number of public arguments and replies."""
        return self.arguments_for + self.arguments_against + self.replies

    @property
    def heading(self) -> str:
        """Return the title, or where a comment has none the beginning of its text."""
        if self.title:
            return self.title
        text = "".join(piece.text for piece in self.excerpt)
        return text if len(text) <= HEADING_LENGTH else text[: HEADING_LENGTH - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appendix:
    """A text of an archive that goes with a contribution: an explanation, or an article before
    and after.
    """

    title: str
    body: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source somebody brought to a contribution (archives)."""

    id: uuid.UUID
    title: str
    link: str
    category: str
    body: str
    author: Author
    created_at: dt.datetime
    votes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """What a moderator decided about a text."""

    id: uuid.UUID
    target: Target
    ruling: Ruling
    reason: Reason | Literal[""]
    message: str
    by: Author
    decided_at: dt.datetime
    undone_at: dt.datetime | None
    consultation: str
    contribution_id: uuid.UUID
    title: str
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerStanding:
    """What one person did and may do about a contribution; all False for who is not signed in.

    `may_take_part` is False when the consultation is not open; `may_support` also when it is
    one's own.
    """

    vote: Opinion | None = None
    follows: bool = False
    flagged: bool = False
    is_author: bool = False
    may_take_part: bool = False
    may_support: bool = False
    may_edit: bool = False
    may_withdraw: bool = False
    may_moderate: bool = False
    may_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionView:
    """One contribution whole. `body` is "" if its author withdrew it.

    When `body_format` is `html` the body is already sanitised and is the only thing to print
    unescaped. `hiding` is the decision in force, shown to the author and to moderators only.
    """

    row: ContributionRow
    consultation: ConsultationHead
    body: str
    body_format: BodyFormat
    revisions: int
    answer: AnswerView | None
    hiding: DecisionView | None
    followers: int
    sources: tuple[SourceView, ...]
    appendices: tuple[Appendix, ...]
    original_versions: int
    you: ViewerStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionView:
    """A contribution as it stood, oldest first; the last one is the present text."""

    number: int
    title: str
    body: str
    written_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkView:
    """An argument or a reply. A text no longer readable keeps its place if it has replies,
    `body` empty.
    """

    id: uuid.UUID
    contribution_id: uuid.UUID
    parent_id: uuid.UUID | None
    stance: Stance
    body: str
    author: Author
    state: State
    created_at: dt.datetime
    supports: int
    supported_by_you: bool = False
    flagged_by_you: bool = False
    yours: bool = False
    replies: tuple[RemarkView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion:
    """The first page of each side of a discussion, without totals: the contribution's row has
    them.
    """

    arguments_for: Page[RemarkView]
    arguments_against: Page[RemarkView]
    replies: Page[RemarkView]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A page of a list. Cursors are opaque text for the address; "" where there is nothing more.

    `total` is exact unless `at_least`: then there are at least so many.
    """

    items: tuple[T, ...]
    next_cursor: str = ""
    previous_cursor: str = ""
    total: int = 0
    at_least: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSummary:
    """What people said of one section: numbers by kind, the most supported text, the city's
    answers.
    """

    ref: str
    comments: int = 0
    complements: int = 0
    measures: int = 0
    articles: int = 0
    answered: int = 0
    top: ContributionRow | None = None
    answer: AnswerView | None = None

    @property
    def total(self) -> int:
        """Return the number of public contributions."""
        return self.comments + self.complements + self.measures + self.articles
