"""Answering for the city: publicly, once per contribution, with what the answer changes."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.account.public import Person
from parvis.deliberation import events, permissions
from parvis.deliberation.actions.common import (
    as_judged,
    cleaned,
    locked_contribution,
    note,
    refuse_if,
)
from parvis.deliberation.actions.inputs import NewAnswer
from parvis.deliberation.models import Answer, AnswerRevision, Contribution
from parvis.deliberation.queries.refusals import refusal
from parvis.deliberation.queries.shapes import Target
from parvis.deliberation.rules import conduct, texts
from parvis.kernel.facts import announce


@transaction.atomic
def answer(
    *, contribution_id: uuid.UUID, new: NewAnswer, by: Person, now: dt.datetime
) -> uuid.UUID:
    """Publish the city's answer; from then on the contribution can no longer be edited.

    The same words of the same official sent twice are one answer.

    :raises Forbidden: `needs_role`
    :raises Refused: `already_answered`, `change_or_reason`, the text is not public or refused
    """
    permissions.require_official(by)
    one = locked_contribution(contribution_id)
    given = _judged(new, one, by)
    standing = Answer.objects.filter(contribution=one).first()
    if standing is not None:
        if standing.by_id == by.id and _words(standing) == given:
            return standing.public_id
        raise refusal("already_answered")
    row = Answer.objects.create(
        contribution=one, by_id=by.id, by_name=by.usual_name, answered_at=now, **given
    )
    one.answered_at = now
    one.save(update_fields=["answered_at"])
    note("answer_given", Target(kind="contribution", id=one.public_id), by=by, now=now)
    announce(
        events.AnswerGiven(
            contribution_id=one.public_id,
            consultation=one.consultation.slug,
            answer_id=row.public_id,
            official_id=by.id,
            section_ref=row.section_ref,
        ),
        now=now,
    )
    return row.public_id


@transaction.atomic
def revise_answer(
    *, contribution_id: uuid.UUID, new: NewAnswer, version: int, by: Person, now: dt.datetime
) -> None:
    """Change the city's answer; the former one stays readable in its history.

    `version` is the one the official read.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_answer`
    :raises Refused: `answer_changed`, `change_or_reason`, the text is not public or refused
    """
    permissions.require_official(by)
    one = locked_contribution(contribution_id)
    given = _judged(new, one, by)
    row = Answer.objects.filter(contribution=one).first()
    if row is None:
        raise refusal("no_answer")
    if _words(row) == given:
        return
    if row.version != version:
        raise refusal("answer_changed")
    _replace(row, given, by, now)
    note("answer_revised", Target(kind="contribution", id=one.public_id), by=by, now=now)
    announce(
        events.AnswerRevised(
            contribution_id=one.public_id,
            consultation=one.consultation.slug,
            answer_id=row.public_id,
            official_id=by.id,
            section_ref=given["section_ref"],
            version=row.version + 1,
        ),
        now=now,
    )


def _judged(new: NewAnswer, one: Contribution, by: Person) -> dict[str, str]:
    section_ref = new.section_ref.strip()
    reason = cleaned(new.no_change_reason, texts.WHY_NO_CHANGE)
    judged = as_judged(one, by)
    refuse_if(conduct.why_answer_refused(judged, section_ref=section_ref, no_change_reason=reason))
    if section_ref and not conduct.is_under(section_ref, one.consultation.subject_ref):
        raise refusal("unknown_section")
    return {
        "stance": new.stance.value,
        "body": cleaned(new.body, texts.ANSWER),
        "section_ref": section_ref,
        "no_change_reason": reason,
    }


def _words(row: Answer) -> dict[str, str]:
    return {
        "stance": row.stance,
        "body": row.body,
        "section_ref": row.section_ref,
        "no_change_reason": row.no_change_reason,
    }


def _replace(row: Answer, given: dict[str, str], by: Person, now: dt.datetime) -> None:
    AnswerRevision.objects.create(
        answer=row,
        version=row.version,
        by_id=row.by_id,
        by_name=row.by_name,
        written_at=row.revised_at or row.answered_at,
        **_words(row),
    )
    Answer.objects.filter(pk=row.pk).update(
        by_id=by.id, by_name=by.usual_name, revised_at=now, version=row.version + 1, **given
    )
