"""Moderating: hide with a reason and a message, restore, keep, undo."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.account.public import Person
from parvis.deliberation import events, permissions
from parvis.deliberation.actions.common import (
    cleaned,
    locked_text,
    note,
    refuse_if,
    remark_id,
    whole,
)
from parvis.deliberation.actions.inputs import Hiding
from parvis.deliberation.models import Contribution, Flag, ModerationDecision, Remark
from parvis.deliberation.models.choices import Ruling, State
from parvis.deliberation.queries import desk
from parvis.deliberation.queries.refusals import refusal
from parvis.deliberation.queries.shapes import Target
from parvis.deliberation.rules import conduct, texts
from parvis.kernel.facts import announce

_FACTS: dict[Ruling, type[events.Ruled]] = {
    Ruling.HIDE: events.TextHidden,
    Ruling.RESTORE: events.TextRestored,
    Ruling.KEEP: events.FlagsDismissed,
}


@transaction.atomic
def hide(*, target: Target, hiding: Hiding, by: Person, now: dt.datetime) -> uuid.UUID:
    """Hide a text from everyone but its author and moderators, and close its flags.

    Returns the decision, which can be undone.

    :raises Forbidden: `needs_role`
    :raises Refused: `already_hidden`, the text is withdrawn, the message is missing or refused
    """
    permissions.require_moderator(by)
    text = locked_text(target)
    message = cleaned(hiding.message, texts.MESSAGE)
    decision = ModerationDecision(ruling=Ruling.HIDE, reason=hiding.reason, message=message)
    reason = conduct.why_hiding_refused(text.state, kind=target.kind)
    if reason is not None:
        return _as_decided(decision, text, by, otherwise=reason)
    _turn(text, State.HIDDEN)
    return _decide(decision, text, target, by=by, now=now)


@transaction.atomic
def restore(*, target: Target, by: Person, now: dt.datetime) -> uuid.UUID:
    """Make a hidden text visible again.

    :raises Forbidden: `needs_role`
    :raises Refused: `not_hidden`
    """
    permissions.require_moderator(by)
    text = locked_text(target)
    decision = ModerationDecision(ruling=Ruling.RESTORE)
    reason = conduct.why_restoring_refused(text.state)
    if reason is not None:
        return _as_decided(decision, text, by, otherwise=reason)
    _turn(text, State.PUBLIC)
    return _decide(decision, text, target, by=by, now=now)


@transaction.atomic
def keep(*, target: Target, by: Person, now: dt.datetime) -> uuid.UUID:
    """Leave a text visible and close its flags.

    :raises Forbidden: `needs_role`
    :raises Refused: the text is not public, `not_flagged`
    """
    permissions.require_moderator(by)
    text = locked_text(target)
    judged = conduct.Text(state=text.state, own=False)
    refuse_if(conduct.why_not_readable(judged, kind=target.kind))
    decision = ModerationDecision(ruling=Ruling.KEEP)
    if not Flag.objects.filter(**{target.kind: text}, closed_by=None).exists():
        return _as_decided(decision, text, by, otherwise="not_flagged")
    return _decide(decision, text, target, by=by, now=now)


@transaction.atomic
def undo_decision(*, decision_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Do as if the latest decision about a text had not been taken: its flags wait again.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_decision`
    :raises Refused: `already_undone`, also if another decision came since or the text was withdrawn
    """
    permissions.require_moderator(by)
    target = desk.decision(decision_id).target
    text = locked_text(target)
    latest = _latest(text)
    refuse_if(
        conduct.why_undoing_refused(
            latest=latest is not None and latest.public_id == decision_id, state=text.state
        )
    )
    decision = text.decisions.get(public_id=decision_id)
    before = {Ruling.HIDE: State.PUBLIC, Ruling.RESTORE: State.HIDDEN}.get(Ruling(decision.ruling))
    if before is not None:
        _turn(text, before)
    decision.undone_at, decision.undone_by_id = now, by.id
    decision.save(update_fields=["undone_at", "undone_by"])
    _reopen_flags(decision, text, target)
    note("decision_undone", target, by=by, now=now)
    fact = events.TextRestored if decision.ruling == Ruling.HIDE else events.DecisionUndone
    _announce(fact, decision, text, now)


def _decide(
    decision: ModerationDecision,
    text: Contribution | Remark,
    target: Target,
    *,
    by: Person,
    now: dt.datetime,
) -> uuid.UUID:
    setattr(decision, target.kind, text)
    decision.by_id, decision.decided_at = by.id, now
    decision.save()
    Flag.objects.filter(**{target.kind: text}, closed_by=None).update(closed_by=decision)
    ruling = Ruling(decision.ruling)
    note(f"text_{ruling.value}", target, by=by, now=now, reason=decision.reason)
    _announce(_FACTS[ruling], decision, text, now)
    return decision.public_id


def _announce(
    fact: type[events.Ruled],
    decision: ModerationDecision,
    text: Contribution | Remark,
    now: dt.datetime,
) -> None:
    announce(
        fact(
            contribution_id=whole(text).public_id,
            consultation=whole(text).consultation.slug,
            decision_id=decision.public_id,
            remark_id=remark_id(text),
        ),
        now=now,
    )


def _turn(text: Contribution | Remark, state: State) -> None:
    text.state = state
    text.save(update_fields=["state"])


def _latest(text: Contribution | Remark) -> ModerationDecision | None:
    standing = text.decisions.filter(undone_at=None)
    return standing.order_by("-decided_at", "-public_id").first()


def _as_decided(
    wanted: ModerationDecision, text: Contribution | Remark, by: Person, *, otherwise: str
) -> uuid.UUID:
    # A button pressed twice is one decision; somebody else's stands, and is told.
    latest = _latest(text)
    same = ("ruling", "reason", "message")
    if latest is None or latest.by_id != by.id:
        raise refusal(otherwise)
    if [getattr(latest, name) for name in same] != [getattr(wanted, name) for name in same]:
        raise refusal(otherwise)
    return latest.public_id


def _reopen_flags(
    decision: ModerationDecision, text: Contribution | Remark, target: Target
) -> None:
    # Who has flagged it anew meanwhile keeps that one open flag.
    waiting = Flag.objects.filter(**{target.kind: text}, closed_by=None)
    anew = waiting.exclude(person_id=None).values("person_id")
    decision.flags.exclude(person_id__in=anew).update(closed_by=None)
