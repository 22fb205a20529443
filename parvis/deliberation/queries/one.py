"""One contribution whole, its history, and what one person may do about it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db.models import Exists, Expression, IntegerField, OuterRef, Q, QuerySet, Subquery

from parvis.account.public import Person
from parvis.deliberation.models import (
    Contribution,
    Flag,
    Follow,
    ModerationDecision,
    Revision,
    Source,
    Support,
)
from parvis.deliberation.models.choices import BodyFormat, Opinion, Reason, Ruling, State
from parvis.deliberation.queries import building, consultations
from parvis.deliberation.queries.refusals import refusal
from parvis.deliberation.queries.shapes import (
    Appendix,
    Author,
    ContributionView,
    DecisionView,
    RevisionView,
    SourceView,
    Target,
    ViewerStanding,
)
from parvis.deliberation.rules import conduct, roles, texts

_COUNT = """(
    SELECT count(*) FROM {table} beside WHERE beside.contribution_id = deliberation_contribution.id
)"""


def readable(contribution_id: uuid.UUID, *, viewer: Person | None) -> Contribution:
    """Return the row of a contribution this person may read.

    :raises NotFound: `no_contribution`, also if it is hidden from this person
    """
    rows = Contribution.objects.defer("search", "extras")
    return _found(rows, contribution_id, viewer)


def readable_key(contribution_id: uuid.UUID, *, viewer: Person | None) -> int:
    """Return the primary key of a contribution this person may read.

    :raises NotFound: `no_contribution`, also if it is hidden from this person
    """
    found = Contribution.objects.filter(public_id=contribution_id)
    for key, state, author_id in found.values_list("pk", "state", "author_id"):
        if may_read(state, author_id, viewer):
            return key
    raise refusal("no_contribution")


def _found(
    rows: QuerySet[Contribution], contribution_id: uuid.UUID, viewer: Person | None
) -> Contribution:
    found = rows.filter(public_id=contribution_id).first()
    if found is None or not may_read(found.state, found.author_id, viewer):
        raise refusal("no_contribution")
    return found


def may_read(state: str, author_id: uuid.UUID | None, viewer: Person | None) -> bool:
    """Tell whether a person may open a text: hidden ones are for their author and moderators."""
    if state != State.HIDDEN:
        return True
    return viewer is not None and (
        viewer.id == author_id or viewer.holds(roles.MODERATES, service=roles.SERVICE)
    )


def contribution(
    contribution_id: uuid.UUID, *, viewer: Person | None, now: dt.datetime
) -> ContributionView:
    """Return one contribution whole; a withdrawn one is named without its text.

    :raises NotFound: `no_contribution`, also if it is hidden from this person
    """
    found = _found(_whole(viewer), contribution_id, viewer)
    answer = getattr(found, "answer", None)
    sources = list(found.sources.order_by("created_at", "public_id")) if found.source_count else []
    hiding = _hiding(found)
    known = building.names(
        [found.author_id, answer.by_id if answer else None, hiding.by_id if hiding else None]
    )
    withdrawn = found.state == State.WITHDRAWN
    return ContributionView(
        row=building.contribution_row(found, known),
        consultation=consultations.head(found.consultation),
        body="" if withdrawn else found.body,
        body_format=BodyFormat(found.body_format),
        revisions=_extra(found, "revision_total"),
        answer=building.answer_view(answer, known) if answer else None,
        hiding=decision_view(hiding, known) if hiding else None,
        followers=_extra(found, "follower_total"),
        sources=tuple(_source(each) for each in sources),
        appendices=() if withdrawn else appendices(found.extras),
        original_versions=int(found.extras.get("versions", 0)),
        you=_standing(found, viewer, now),
    )


def history(contribution_id: uuid.UUID, *, viewer: Person | None) -> list[RevisionView]:
    """Return a contribution as it stood, oldest first; the last one is the present text.

    :raises NotFound: `no_contribution`, also if it is hidden from this person
    """
    found = readable(contribution_id, viewer=viewer)
    if found.state == State.WITHDRAWN:
        return []
    former = [
        RevisionView(number=r.number, title=r.title, body=r.body, written_at=r.written_at)
        for r in Revision.objects.filter(contribution=found).order_by("number")
    ]
    present = RevisionView(
        number=len(former) + 1,
        title=found.title,
        body=found.body,
        written_at=found.edited_at or found.created_at,
    )
    return [*former, present]


def decision_view(decision: ModerationDecision, known: building.Names) -> DecisionView:
    """Return a decision; its text must have been fetched with it."""
    text = decision.remark or decision.contribution
    one = decision.remark.contribution if decision.remark else decision.contribution
    if text is None or one is None:
        raise refusal("no_decision")
    kind = "html" if decision.remark is None and one.body_format == BodyFormat.HTML else "text"
    return DecisionView(
        id=decision.public_id,
        target=Target(kind="remark" if decision.remark else "contribution", id=text.public_id),
        ruling=Ruling(decision.ruling),
        reason=Reason(decision.reason) if decision.reason else "",
        message=decision.message,
        by=Author(id=decision.by_id, name=known.get(decision.by_id, "") if decision.by_id else ""),
        decided_at=decision.decided_at,
        undone_at=decision.undone_at,
        consultation=one.consultation.slug,
        contribution_id=one.public_id,
        title=one.title,
        excerpt=texts.excerpt(building.plain(text.body, kind)),
    )


def appendices(extras: dict[str, Any]) -> tuple[Appendix, ...]:
    """Return the texts that came with a contribution of an archive; those left empty are left
    out.
    """
    explanations = (
        Appendix(title=each["title"], body=each["body"] or "")
        for each in extras.get("appendices", ())
        if each["body"]
    )
    articles = (
        Appendix(title=each["title"], body="", before=each["before"], after=each["after"])
        for each in extras.get("articles", ())
    )
    return (*explanations, *articles)


def _whole(viewer: Person | None) -> QuerySet[Contribution]:
    found = (
        Contribution.objects.select_related("consultation", "answer")
        .defer("search")
        .annotate(
            revision_total=_NumberOf("deliberation_revision"),
            follower_total=_NumberOf("deliberation_follow"),
        )
    )
    if viewer is None:
        return found
    mine = {"contribution": OuterRef("pk"), "person_id": viewer.id}
    return found.annotate(
        your_opinion=Subquery(Support.objects.filter(**mine).values("opinion")[:1]),
        you_follow=Exists(Follow.objects.filter(**mine)),
        you_flagged=Exists(Flag.objects.filter(**mine, closed_by=None)),
    )


class _NumberOf(Expression):
    """How many rows of a table hang on a contribution, as a column of a queryset."""

    output_field = IntegerField()

    def __init__(self, table: str) -> None:
        super().__init__()
        self._table = table

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the subquery, in words that Django would take half the page's time to find."""
        del compiler, connection
        return _COUNT.format(table=self._table), ()


def _extra(found: Contribution, name: str) -> int:
    return int(getattr(found, name))


def _hiding(found: Contribution) -> ModerationDecision | None:
    if found.state != State.HIDDEN:
        return None
    return (
        ModerationDecision.objects.filter(Q(contribution=found), ruling=Ruling.HIDE, undone_at=None)
        .select_related("contribution__consultation")
        .order_by("-decided_at", "-public_id")
        .first()
    )


def _standing(found: Contribution, viewer: Person | None, now: dt.datetime) -> ViewerStanding:
    if viewer is None:
        return ViewerStanding()
    window = conduct.Window(
        opens_at=found.consultation.opens_at, closes_at=found.consultation.closes_at
    )
    text = conduct.Text(
        state=found.state,
        own=found.author_id == viewer.id,
        answered=found.answered_at is not None,
    )
    public = found.state == State.PUBLIC
    opinion = getattr(found, "your_opinion", None)
    return ViewerStanding(
        vote=Opinion(opinion) if opinion else None,
        follows=bool(getattr(found, "you_follow", False)),
        flagged=bool(getattr(found, "you_flagged", False)),
        is_author=text.own,
        may_take_part=public and conduct.why_not_open(window, now=now) is None,
        may_support=conduct.why_vote_refused(text, window, kind="contribution", now=now) is None,
        may_edit=conduct.why_edit_refused(text, window, now=now) is None,
        may_withdraw=conduct.why_withdrawal_refused(text, kind="contribution") is None,
        may_moderate=viewer.holds(roles.MODERATES, service=roles.SERVICE)
        and found.state != State.WITHDRAWN,
        may_answer=viewer.holds(roles.ANSWERS, service=roles.SERVICE) and public,
    )


def _source(each: Source) -> SourceView:
    return SourceView(
        id=each.public_id,
        title=each.title,
        link=each.link,
        category=each.category,
        body=each.body,
        author=Author(id=None, name=each.author_name),
        created_at=each.created_at,
        votes=each.archived_votes,
    )
