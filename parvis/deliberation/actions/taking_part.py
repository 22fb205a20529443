"""Taking part without writing: support, vote, follow, flag."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.account.public import Person
from parvis.deliberation import events
from parvis.deliberation.actions.common import (
    as_judged,
    cleaned,
    locked_contribution,
    locked_text,
    note,
    refuse_if,
    remark_id,
    whole,
    window,
)
from parvis.deliberation.models import Contribution, Flag, Follow, Remark, Support
from parvis.deliberation.models.choices import Opinion, Reason
from parvis.deliberation.queries import building
from parvis.deliberation.queries.shapes import Tally, Target
from parvis.deliberation.rules import conduct, texts
from parvis.kernel.facts import announce


@transaction.atomic
def support(*, target: Target, by: Person, now: dt.datetime) -> Tally:
    """Support a text; twice is once. Return how it now stands.

    :raises Refused: `own_contribution`, the consultation is not open, the text is not public
    """
    return _give(target, Opinion.OK, by=by, now=now)


@transaction.atomic
def vote(
    *, contribution_id: uuid.UUID, opinion: Opinion | None, by: Person, now: dt.datetime
) -> Tally:
    """Say what one thinks of a contribution; a second vote replaces the first, None takes it back.

    :raises Refused: `vote_not_offered`, `own_contribution`, the consultation is not open
    """
    target = Target(kind="contribution", id=contribution_id)
    if opinion is None:
        return _take_back(target, by=by, now=now)
    return _give(target, opinion, by=by, now=now)


@transaction.atomic
def withdraw_support(*, target: Target, by: Person, now: dt.datetime) -> Tally:
    """Take one's support or vote back while the consultation is open. Return how the text now
    stands.

    :raises Refused: the consultation is not open, the text is not public
    """
    return _take_back(target, by=by, now=now)


@transaction.atomic
def follow(*, contribution_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Ask to be told what happens to a contribution; twice is once.

    :raises Refused: the text is not public
    """
    one = locked_contribution(contribution_id)
    refuse_if(conduct.why_not_readable(as_judged(one, by), kind="contribution"))
    _, created = Follow.objects.get_or_create(
        contribution=one, person_id=by.id, defaults={"followed_at": now}
    )
    if created:
        note("contribution_followed", Target(kind="contribution", id=one.public_id), by=by, now=now)
        announce(
            events.ContributionFollowed(
                contribution_id=one.public_id, consultation=one.consultation.slug, person_id=by.id
            ),
            now=now,
        )


@transaction.atomic
def unfollow(*, contribution_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """No longer be told; nothing happens if one was not."""
    gone, _ = Follow.objects.filter(
        contribution__public_id=contribution_id, person_id=by.id
    ).delete()
    if gone:
        note(
            "contribution_unfollowed",
            Target(kind="contribution", id=contribution_id),
            by=by,
            now=now,
        )


@transaction.atomic
def flag(*, target: Target, reason: Reason, comment: str, by: Person, now: dt.datetime) -> None:
    """Tell the moderators about a text, open consultation or not; twice before they decide is once.

    :raises Refused: the text is not public, the comment is refused
    """
    text = locked_text(target)
    refuse_if(conduct.why_not_readable(as_judged(text, by), kind=target.kind))
    about = {target.kind: text, "person_id": by.id, "closed_by": None}
    if Flag.objects.filter(**about).exists():
        return
    told = cleaned(comment, texts.OPTIONAL_MESSAGE)
    Flag.objects.create(**about, reason=reason, comment=told, flagged_at=now)
    note("text_flagged", target, by=by, now=now, reason=reason.value)
    announce(
        events.TextFlagged(
            contribution_id=whole(text).public_id,
            consultation=whole(text).consultation.slug,
            person_id=by.id,
            reason=reason.value,
            remark_id=remark_id(text),
        ),
        now=now,
    )


def _give(target: Target, opinion: Opinion, *, by: Person, now: dt.datetime) -> Tally:
    text = locked_text(target)
    _refuse_vote(text, target, by=by, now=now)
    style = whole(text).consultation.vote_style if target.kind == "contribution" else "support"
    refuse_if(conduct.why_opinion_refused(opinion.value, vote_style=style))
    given = Support.objects.filter(**{target.kind: text}, person_id=by.id).first()
    if given is None:
        Support.objects.create(
            **{target.kind: text}, person_id=by.id, opinion=opinion, given_at=now
        )
    elif given.opinion == opinion.value:
        return _standing(text)
    else:
        given.opinion, given.given_at = opinion.value, now
        given.save(update_fields=["opinion", "given_at"])
    note("support_given", target, by=by, now=now)
    announce(
        events.SupportGiven(
            contribution_id=whole(text).public_id,
            consultation=whole(text).consultation.slug,
            person_id=by.id,
            opinion=opinion.value,
            remark_id=remark_id(text),
        ),
        now=now,
    )
    return _standing(text)


def _take_back(target: Target, *, by: Person, now: dt.datetime) -> Tally:
    text = locked_text(target)
    _refuse_vote(text, target, by=by, now=now)
    gone, _ = Support.objects.filter(**{target.kind: text}, person_id=by.id).delete()
    if gone:
        note("support_withdrawn", target, by=by, now=now)
        announce(
            events.SupportWithdrawn(
                contribution_id=whole(text).public_id,
                consultation=whole(text).consultation.slug,
                person_id=by.id,
                remark_id=remark_id(text),
            ),
            now=now,
        )
    return _standing(text)


def _refuse_vote(
    text: Contribution | Remark, target: Target, *, by: Person, now: dt.datetime
) -> None:
    dates = window(whole(text).consultation)
    refuse_if(conduct.why_vote_refused(as_judged(text, by), dates, kind=target.kind, now=now))


def _standing(text: Contribution | Remark) -> Tally:
    # The triggers have counted: read again.
    if isinstance(text, Remark):
        fresh = Remark.objects.get(pk=text.pk)
        return Tally(ok=fresh.support_count)
    return building.tally(Contribution.objects.defer("search", "body").get(pk=text.pk))
