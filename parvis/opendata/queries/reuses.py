"""What was made of a dataset and what is asked about it, as everybody, as their authors and as
agents read it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.opendata.models import Question, Report, Reuse
from parvis.opendata.models.reuses import QuestionState, Reason, ReuseState

PAGE = 200
ALREADY_HERE = (ReuseState.PROPOSED, ReuseState.PUBLIC)
Kind = Literal["reuse", "question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseView:
    """A reuse; `message` is what its author was told."""

    id: uuid.UUID
    dataset_id: str
    dataset_title: str
    author_name: str
    title: str
    url: str
    text: str
    state: ReuseState
    message: str
    proposed_at: dt.datetime
    is_own: bool = False
    is_dead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question and its answer, "" while there is none."""

    id: uuid.UUID
    dataset_id: str
    dataset_title: str
    author_name: str
    text: str
    state: QuestionState
    message: str
    asked_at: dt.datetime
    answer: str
    answered_at: dt.datetime | None
    revised_at: dt.datetime | None
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """Why somebody thinks that a text should not stay."""

    reason: Reason
    comment: str
    reported_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What waits for a moderator: a reuse or a question, and what is said against it."""

    kind: Kind
    reuse: ReuseView | None = None
    question: QuestionView | None = None
    since: dt.datetime
    reports: tuple[ReportView, ...] = field(default=())

    @property
    def id(self) -> uuid.UUID:
        """Return the public id of what it is about."""
        return self._about.id

    @property
    def title(self) -> str:
        """Return what it is called in a list."""
        return self.reuse.title if self.reuse else self._about.text

    @property
    def about(self) -> ReuseView | QuestionView:
        """Return what it is about."""
        return self._about

    @property
    def _about(self) -> ReuseView | QuestionView:
        found = self.reuse or self.question
        if found is None:
            raise ValueError(self.kind)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How much is said about a dataset, and the latest of it."""

    reuses: tuple[ReuseView, ...]
    questions: tuple[QuestionView, ...]
    reuse_count: int
    question_count: int


def said_about(dataset_id: str, *, viewer: uuid.UUID | None, shown: int) -> Said:
    """Return what is said about a dataset, the latest first, in two queries."""
    reuses = reuses_of(dataset_id, viewer=viewer)
    questions = questions_of(dataset_id, viewer=viewer)
    return Said(
        reuses=tuple(reuses[:shown]),
        questions=tuple(questions[:shown]),
        reuse_count=len(reuses),
        question_count=len(questions),
    )


def reuses_of(dataset_id: str, *, viewer: uuid.UUID | None) -> list[ReuseView]:
    """Return the public reuses of a dataset, the latest first, and a viewer's own that wait."""
    rows = Reuse.objects.filter(dataset__dataset_id=dataset_id)
    seen = Q(state=ReuseState.PUBLIC)
    if viewer is not None:
        seen |= Q(state=ReuseState.PROPOSED, author_id=viewer)
    dead = Count("reports", filter=Q(reports__closed_at=None, reports__reason=Reason.DEAD_LINK))
    found = rows.filter(seen).select_related("dataset").annotate(dead=dead)
    return [reuse_view(one, viewer) for one in found.order_by("-proposed_at", "-pk")[:PAGE]]


def questions_of(dataset_id: str, *, viewer: uuid.UUID | None) -> list[QuestionView]:
    """Return the questions about a dataset, the latest first, and a viewer's own that are
    hidden."""
    seen = Q(state=QuestionState.PUBLIC)
    if viewer is not None:
        seen |= Q(state=QuestionState.HIDDEN, author_id=viewer)
    rows = Question.objects.filter(dataset__dataset_id=dataset_id).filter(seen)
    found = rows.select_related("dataset").order_by("-asked_at", "-pk")[:PAGE]
    return [question_view(one, viewer) for one in found]


def reuse(reuse_id: uuid.UUID) -> ReuseView:
    """Return one reuse, whatever its state.

    :raises NotFound: `no_reuse`
    """
    found = Reuse.objects.select_related("dataset").filter(public_id=reuse_id).first()
    if found is None:
        raise no_reuse()
    return reuse_view(found, None)


def question(question_id: uuid.UUID) -> QuestionView:
    """Return one question, whatever its state.

    :raises NotFound: `no_question`
    """
    found = Question.objects.select_related("dataset").filter(public_id=question_id).first()
    if found is None:
        raise no_question()
    return question_view(found, None)


def proposer(reuse_id: uuid.UUID) -> set[uuid.UUID]:
    """Return who proposed a reuse, nobody if their account is closed."""
    rows = Reuse.objects.filter(public_id=reuse_id, author__isnull=False)
    return set(rows.values_list("author_id", flat=True))


def asker(question_id: uuid.UUID) -> set[uuid.UUID]:
    """Return who asked a question, nobody if their account is closed."""
    rows = Question.objects.filter(public_id=question_id, author__isnull=False)
    return set(rows.values_list("author_id", flat=True))


# --- what waits -----------------------------------------------------------------------------------


def cases() -> list[Case]:
    """Return what waits for a moderator, the longest first: reuses that are proposed, reuses and
    questions that somebody reported."""
    reuses = [
        Case(kind="reuse", reuse=reuse_view(one, None), since=one.proposed_at)
        for one in _proposed()
    ]
    return sorted([*reuses, *_reported()], key=lambda one: one.since)


def case_count() -> int:
    """Return how many cases wait for a moderator."""
    waiting = Reuse.objects.filter(state=ReuseState.PROPOSED).count()
    reported = Report.objects.filter(closed_at=None)
    about = reported.aggregate(
        reuses=Count("reuse", distinct=True, filter=Q(reuse__state=ReuseState.PUBLIC)),
        questions=Count("question", distinct=True, filter=Q(question__state=QuestionState.PUBLIC)),
    )
    return int(waiting + about["reuses"] + about["questions"])


def case(kind: str, public_id: uuid.UUID) -> Case:
    """Return one thing as a moderator meets it, reported or not.

    :raises NotFound: `no_reuse` or `no_question`
    """
    if kind == "reuse":
        about = reuse(public_id)
        reports = _reports(Q(reuse__public_id=public_id))
        return Case(kind="reuse", reuse=about, since=about.proposed_at, reports=reports)
    asked = question(public_id)
    reports = _reports(Q(question__public_id=public_id))
    return Case(kind="question", question=asked, since=asked.asked_at, reports=reports)


def unanswered() -> list[QuestionView]:
    """Return the questions that wait for an answer, the longest first."""
    return [question_view(one, None) for one in _unanswered().order_by("asked_at", "pk")[:PAGE]]


def unanswered_count() -> int:
    """Return how many questions wait for an answer."""
    return int(_unanswered().count())


def no_reuse() -> NotFound:
    """Return the refusal of a reuse that is not there, or not for this person."""
    return NotFound("no_reuse", _("This reuse does not exist, or can no longer be read."))


def no_question() -> NotFound:
    """Return the refusal of a question that is not there, or not for this person."""
    return NotFound("no_question", _("This question does not exist, or can no longer be read."))


def reuse_view(one: Reuse, viewer: uuid.UUID | None) -> ReuseView:
    """Return a reuse as neighbours and pages see it."""
    return ReuseView(
        id=one.public_id,
        dataset_id=one.dataset.dataset_id,
        dataset_title=one.dataset.title,
        author_name=one.author_name,
        title=one.title,
        url=one.url,
        text=one.text,
        state=ReuseState(one.state),
        message=one.message,
        proposed_at=one.proposed_at,
        is_own=viewer is not None and one.author_id == viewer,
        is_dead=bool(getattr(one, "dead", 0)),
    )


def question_view(one: Question, viewer: uuid.UUID | None) -> QuestionView:
    """Return a question as pages see it."""
    return QuestionView(
        id=one.public_id,
        dataset_id=one.dataset.dataset_id,
        dataset_title=one.dataset.title,
        author_name=one.author_name,
        text=one.text,
        state=QuestionState(one.state),
        message=one.message,
        asked_at=one.asked_at,
        answer=one.answer,
        answered_at=one.answered_at,
        revised_at=one.revised_at,
        is_own=viewer is not None and one.author_id == viewer,
    )


def _proposed() -> Iterable[Reuse]:
    rows = Reuse.objects.filter(state=ReuseState.PROPOSED).select_related("dataset")
    return rows.order_by("proposed_at", "pk")[:PAGE]


def _unanswered() -> Any:
    rows = Question.objects.filter(state=QuestionState.PUBLIC, answered_at=None)
    return rows.select_related("dataset")


def _reported() -> Sequence[Case]:
    is_open = Q(reports__closed_at=None, reports__isnull=False)
    first = Min("reports__reported_at", filter=is_open)
    reuses = Reuse.objects.filter(state=ReuseState.PUBLIC).annotate(since=first)
    questions = Question.objects.filter(state=QuestionState.PUBLIC).annotate(since=first)
    return [
        *(
            Case(kind="reuse", reuse=reuse_view(one, None), since=one.since)
            for one in reuses.exclude(since=None).select_related("dataset")[:PAGE]
        ),
        *(
            Case(kind="question", question=question_view(one, None), since=one.since)
            for one in questions.exclude(since=None).select_related("dataset")[:PAGE]
        ),
    ]


def _reports(about: Q) -> tuple[ReportView, ...]:
    rows = Report.objects.filter(about, closed_at=None).order_by("reported_at", "pk")
    return tuple(
        ReportView(reason=Reason(one.reason), comment=one.comment, reported_at=one.reported_at)
        for one in rows
    )
