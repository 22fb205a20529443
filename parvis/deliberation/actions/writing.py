"""Writing: post, edit and withdraw contributions and remarks; keep drafts."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from django.db import transaction

from parvis.account.public import Person
from parvis.deliberation import events
from parvis.deliberation.actions.common import (
    as_judged,
    cleaned,
    in_name_of,
    lock_person,
    locked_contribution,
    locked_remark,
    note,
    refuse_if,
    window,
)
from parvis.deliberation.actions.inputs import NewContribution, NewDraft, NewRemark
from parvis.deliberation.models import Consultation, Contribution, Draft, Remark, Revision
from parvis.deliberation.models.choices import Kind, State
from parvis.deliberation.queries import consultations
from parvis.deliberation.queries.refusals import refusal
from parvis.deliberation.queries.shapes import Target
from parvis.deliberation.rules import conduct, texts
from parvis.kernel.facts import announce


@transaction.atomic
def post_contribution(*, new: NewContribution, by: Person, now: dt.datetime) -> uuid.UUID:
    """Publish a comment, an addition or a measure, and discard the draft of that place.

    :raises NotFound: `no_consultation`
    :raises Refused: the consultation is not open, the text or the place is refused, too many posts
    """
    lock_person(by.id)
    form_token = _once(new.form_token, new.title, new.body)
    known = _already_posted(Contribution, by, form_token)
    if known is not None:
        return known
    consultation = consultations.row(new.consultation)
    _refuse_post(new, consultation, by, now)
    title, body = _typed(new.kind, new.title, new.body)
    one = Contribution.objects.create(
        consultation=consultation,
        kind=new.kind,
        section_ref=new.section_ref,
        branch_ref=new.branch_ref,
        author_id=by.id,
        association=in_name_of(),
        district=new.district,
        title=title,
        body=body,
        created_at=now,
        form_token=form_token,
    )
    _discard_begun(new, consultation, by)
    note("contribution_posted", Target(kind="contribution", id=one.public_id), by=by, now=now)
    announce(
        events.ContributionPosted(
            contribution_id=one.public_id,
            consultation=consultation.slug,
            author_id=by.id,
            section_ref=one.section_ref,
        ),
        now=now,
    )
    return one.public_id


def _discard_begun(new: NewContribution, consultation: Consultation, by: Person) -> None:
    begun = Draft.objects.filter(person_id=by.id, consultation=consultation)
    begun.filter(section_ref=new.section_ref, kind=new.kind).delete()


@transaction.atomic
def edit_contribution(
    *,
    contribution_id: uuid.UUID,
    title: str,
    body: str,
    by: Person,
    now: dt.datetime,
    seen: dt.datetime | None = None,
) -> None:
    """Change one's own unanswered text while the consultation is open; the former one is kept.

    `seen` is when the text was written that the author had before their eyes, if that is known.

    :raises Refused: `not_yours`, `answered_already`, `changed_elsewhere`, the consultation is not
    open, the text is refused
    """
    one = locked_contribution(contribution_id)
    refuse_if(conduct.why_edit_refused(as_judged(one, by), window(one.consultation), now=now))
    title, body = _typed(Kind(one.kind), title, body)
    if (title, body) == (one.title, one.body):
        return
    written_at = one.edited_at or one.created_at
    if seen not in (None, written_at):
        raise refusal("changed_elsewhere")
    Revision.objects.create(
        contribution=one,
        number=one.revisions.count() + 1,
        title=one.title,
        body=one.body,
        written_at=written_at,
    )
    one.title, one.body, one.edited_at = title, body, now
    one.save(update_fields=["title", "body", "edited_at"])
    note("contribution_edited", Target(kind="contribution", id=one.public_id), by=by, now=now)
    announce(
        events.ContributionEdited(
            contribution_id=one.public_id, consultation=one.consultation.slug, author_id=by.id
        ),
        now=now,
    )


@transaction.atomic
def withdraw_contribution(*, contribution_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Take one's own text back, open or closed, as long as the city has not answered it.

    :raises Refused: `not_yours`, `answered_already`, `contribution_withdrawn`
    """
    one = locked_contribution(contribution_id)
    refuse_if(conduct.why_withdrawal_refused(as_judged(one, by), kind="contribution"))
    one.state = State.WITHDRAWN
    one.save(update_fields=["state"])
    note("contribution_withdrawn", Target(kind="contribution", id=one.public_id), by=by, now=now)
    announce(
        events.ContributionWithdrawn(
            contribution_id=one.public_id, consultation=one.consultation.slug, author_id=by.id
        ),
        now=now,
    )


@transaction.atomic
def post_remark(*, new: NewRemark, by: Person, now: dt.datetime) -> uuid.UUID:
    """Argue for or against a contribution, or reply to it or to a remark on it.

    :raises NotFound: `no_contribution`, `no_remark`
    :raises Refused: the consultation is not open, the text is refused, `too_deep`, too many posts
    """
    lock_person(by.id)
    form_token = _once(new.form_token, new.body)
    known = _already_posted(Remark, by, form_token)
    if known is not None:
        return known
    one = locked_contribution(new.contribution_id)
    judged = as_judged(one, by)
    refuse_if(
        conduct.why_not_readable(judged, kind="contribution")
        or conduct.why_post_refused(
            window(one.consultation), recent_posts=_recent(by, now), now=now
        )
    )
    remark = Remark.objects.create(
        contribution=one,
        parent=_parent(new, one),
        stance=new.stance,
        author_id=by.id,
        association=in_name_of(),
        body=cleaned(new.body, texts.REMARK),
        created_at=now,
        form_token=form_token,
    )
    note("remark_posted", Target(kind="remark", id=remark.public_id), by=by, now=now)
    announce(
        events.RemarkPosted(
            contribution_id=one.public_id,
            consultation=one.consultation.slug,
            remark_id=remark.public_id,
            author_id=by.id,
        ),
        now=now,
    )
    return remark.public_id


@transaction.atomic
def withdraw_remark(*, remark_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Take one's own argument or reply back.

    :raises Refused: `not_yours`, `remark_withdrawn`
    """
    remark = locked_remark(remark_id)
    judged = conduct.Text(state=remark.state, own=remark.author_id == by.id)
    refuse_if(conduct.why_withdrawal_refused(judged, kind="remark"))
    remark.state = State.WITHDRAWN
    remark.save(update_fields=["state"])
    note("remark_withdrawn", Target(kind="remark", id=remark.public_id), by=by, now=now)
    announce(
        events.RemarkWithdrawn(
            contribution_id=remark.contribution.public_id,
            consultation=remark.contribution.consultation.slug,
            remark_id=remark.public_id,
            author_id=by.id,
        ),
        now=now,
    )


@transaction.atomic
def save_draft(*, new: NewDraft, by: Person, now: dt.datetime) -> uuid.UUID:
    """Keep a text somebody has begun, in place of the former draft of that place.

    :raises NotFound: `no_consultation`
    :raises Refused: the text or the place is refused; a draft may be empty, and its consultation
    closed
    """
    lock_person(by.id)
    consultation = consultations.row(new.consultation)
    refuse_if(
        conduct.why_place_refused(
            kind=new.kind, section_ref=new.section_ref, subject_ref=consultation.subject_ref
        )
    )
    draft, _ = Draft.objects.update_or_create(
        person_id=by.id,
        consultation=consultation,
        section_ref=new.section_ref,
        kind=new.kind,
        defaults={
            "branch_ref": new.branch_ref,
            "title": cleaned(new.title, texts.OPTIONAL_TITLE),
            "body": cleaned(new.body, texts.OPTIONAL_BODY),
            "saved_at": now,
        },
    )
    return draft.public_id


@transaction.atomic
def discard_draft(*, draft_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Throw a draft away.

    :raises NotFound: `no_draft`, also for someone else's
    """
    del now
    gone, _ = Draft.objects.filter(public_id=draft_id, person_id=by.id).delete()
    if not gone:
        raise refusal("no_draft")


def _refuse_post(
    new: NewContribution, consultation: Consultation, by: Person, now: dt.datetime
) -> None:
    refuse_if(
        conduct.why_post_refused(window(consultation), recent_posts=_recent(by, now), now=now)
        or conduct.why_place_refused(
            kind=new.kind, section_ref=new.section_ref, subject_ref=consultation.subject_ref
        )
        or conduct.why_district_refused(new.district)
    )


def _typed(kind: Kind, title: str, body: str) -> tuple[str, str]:
    field = texts.TITLE if kind == Kind.MEASURE else texts.OPTIONAL_TITLE
    return cleaned(title, field), cleaned(body, texts.BODY)


def _once(form_token: str, *typed: str) -> str:
    # A form sent twice counts once; another text sent from it, after going back, is another one.
    if not form_token:
        return ""
    sent = "\0".join((form_token, *typed)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(sent).hexdigest()


def _already_posted(
    model: type[Contribution] | type[Remark], by: Person, form_token: str
) -> uuid.UUID | None:
    if not form_token:
        return None
    posted = model.objects.filter(author_id=by.id, form_token=form_token)
    return posted.values_list("public_id", flat=True).first()


def _recent(by: Person, now: dt.datetime) -> int:
    lately = {"author_id": by.id, "created_at__gt": now - conduct.POSTS_WINDOW}
    return Contribution.objects.filter(**lately).count() + Remark.objects.filter(**lately).count()


def _parent(new: NewRemark, one: Contribution) -> Remark | None:
    if new.parent_id is None:
        return None
    parent = Remark.objects.filter(public_id=new.parent_id, contribution=one).first()
    if parent is None:
        raise refusal("no_remark")
    refuse_if(
        conduct.why_not_readable(conduct.Text(state=parent.state, own=False), kind="remark")
        or conduct.why_reply_refused(is_reply=parent.parent_id is not None, stance=new.stance)
    )
    return parent
