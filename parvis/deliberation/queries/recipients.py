"""Whom a fact concerns, and what the notices about it quote."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from parvis.deliberation.models import (
    Answer,
    Contribution,
    Flag,
    Follow,
    ModerationDecision,
    Remark,
)
from parvis.deliberation.models.choices import Reason, State
from parvis.deliberation.queries import building
from parvis.deliberation.rules import texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What a notice says of a contribution: its heading, and whether everyone can read it."""

    heading: str
    public: bool
    author_id: uuid.UUID | None


def author_of(contribution_id: uuid.UUID) -> uuid.UUID | None:
    """Return who wrote a contribution, if their account is open."""
    rows = Contribution.objects.filter(public_id=contribution_id)
    return rows.values_list("author_id", flat=True).first()


def followers_of(contribution_id: uuid.UUID) -> set[uuid.UUID]:
    """Return who follows a contribution."""
    rows = Follow.objects.filter(contribution__public_id=contribution_id)
    return set(rows.values_list("person_id", flat=True))


def author_of_text(contribution_id: uuid.UUID, remark_id: uuid.UUID | None) -> uuid.UUID | None:
    """Return who wrote a remark, or the contribution where no remark is named."""
    if remark_id is None:
        return author_of(contribution_id)
    rows = Remark.objects.filter(public_id=remark_id)
    return rows.values_list("author_id", flat=True).first()


def replied_to(remark_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the authors a remark speaks to: of its contribution, and of the remark it replies
    to.
    """
    remark = Remark.objects.select_related("contribution", "parent").get(public_id=remark_id)
    people = {remark.contribution.author_id, remark.parent.author_id if remark.parent else None}
    return {person for person in people if person is not None and person != remark.author_id}


def flaggers(decision_id: uuid.UUID) -> set[uuid.UUID]:
    """Return who had flagged the text that a decision was about."""
    rows = Flag.objects.filter(closed_by__public_id=decision_id, person__isnull=False)
    return set(rows.values_list("person_id", flat=True))


def quoted(contribution_id: uuid.UUID) -> Quoted | None:
    """Return what may be quoted of a contribution; None once its author has withdrawn it."""
    one = Contribution.objects.filter(public_id=contribution_id).defer("search").first()
    if one is None or one.state == State.WITHDRAWN:
        return None
    heading = one.title or texts.excerpt(building.plain(one.body, one.body_format), length=80)
    return Quoted(heading=heading, public=one.state == State.PUBLIC, author_id=one.author_id)


def remark_excerpt(remark_id: uuid.UUID) -> str | None:
    """Return the beginning of a remark; None if it can no longer be read."""
    remark = Remark.objects.filter(public_id=remark_id, state=State.PUBLIC).first()
    return texts.excerpt(remark.body, length=160) if remark else None


def answer_excerpt(answer_id: uuid.UUID) -> str:
    """Return the beginning of an answer."""
    answer = Answer.objects.filter(public_id=answer_id).first()
    return texts.excerpt(answer.body, length=240) if answer else ""


def hiding_words(decision_id: uuid.UUID) -> tuple[str, str] | None:
    """Return the reason and the message of a hiding; None if it was undone."""
    decision = ModerationDecision.objects.filter(public_id=decision_id, undone_at=None).first()
    if decision is None:
        return None
    return str(Reason(decision.reason).label), decision.message
