"""What every action does around its one change: lock, judge the text, write the register."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import connection

from parvis.account.public import Person
from parvis.deliberation.models import Consultation, Contribution, Remark
from parvis.deliberation.models.choices import State
from parvis.deliberation.queries.refusals import mistyped, refusal
from parvis.deliberation.queries.shapes import Target
from parvis.deliberation.rules import conduct, texts
from parvis.kernel import register
from parvis.kernel.acting import covering
from parvis.mandates.public import PARTICIPATION, association_of


def lock(name: str) -> None:
    """Let those who ask for one name pass one at a time, until the end of their transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def lock_person(person_id: uuid.UUID) -> None:
    """Let one person's posts pass one at a time, so that a double click and a flood are seen."""
    lock(f"deliberation:{person_id}")


def locked_contribution(contribution_id: uuid.UUID) -> Contribution:
    """Return a contribution, locked until the end of the transaction.

    :raises NotFound: `no_contribution`
    """
    rows = Contribution.objects.select_related("consultation").defer("search")
    found = (
        rows.select_for_update(of=("self",), no_key=True).filter(public_id=contribution_id).first()
    )
    if found is None:
        raise refusal("no_contribution")
    return found


def locked_remark(remark_id: uuid.UUID) -> Remark:
    """Return a remark, locked after its contribution: always in this order, so that nobody waits
    in a ring.

    :raises NotFound: `no_remark`
    """
    owners = Remark.objects.filter(public_id=remark_id)
    owner = owners.values_list("contribution__public_id", flat=True).first()
    if owner is None:
        raise refusal("no_remark")
    contribution = locked_contribution(owner)
    remark = owners.select_for_update(of=("self",), no_key=True).get()
    remark.contribution = contribution
    return remark


def locked_text(target: Target) -> Contribution | Remark:
    """Return a contribution or remark, locked.

    :raises NotFound: `no_contribution`, `no_remark`
    """
    if target.kind == "remark":
        return locked_remark(target.id)
    return locked_contribution(target.id)


def whole(text: Contribution | Remark) -> Contribution:
    """Return the contribution a text belongs to."""
    return text.contribution if isinstance(text, Remark) else text


def remark_id(text: Contribution | Remark) -> uuid.UUID | None:
    """Return the public id of a remark, None for a contribution."""
    return text.public_id if isinstance(text, Remark) else None


def window(consultation: Consultation) -> conduct.Window:
    """Return when a consultation is open."""
    return conduct.Window(opens_at=consultation.opens_at, closes_at=consultation.closes_at)


def as_judged(text: Contribution | Remark, person: Person) -> conduct.Text:
    """Return what the rules ask about a text. A remark under a text nobody can read is as that
    text.
    """
    state = text.state
    if isinstance(text, Remark) and text.contribution.state != State.PUBLIC:
        state = text.contribution.state
    answered = isinstance(text, Contribution) and text.answered_at is not None
    return conduct.Text(state=state, own=text.author_id == person.id, answered=answered)


def in_name_of() -> str:
    """Return in the name of which association a text is written at this moment, as it is called; ""
    for oneself. A child, a relative or a protected adult is never named in public.

    :raises Forbidden: `outside_mandate` if the mandate does not reach what is said in consultations
    """
    return association_of(covering(PARTICIPATION))


def refuse_if(code: str | None) -> None:
    """Refuse when a rule gave a reason."""
    if code is not None:
        raise refusal(code)


def cleaned(typed: str, field: texts.Field) -> str:
    """Return a text as it will be kept.

    :raises Mistyped: a code of `rules.texts`, status 422
    """
    reason = texts.why_refused(typed, field)
    if reason is not None:
        raise mistyped(reason, field)
    return texts.clean(typed, lines=field.lines)


def note(action: str, target: Target, *, by: Person, now: dt.datetime, **details: str) -> None:
    """Write one line of the register."""
    register.record(
        register.Entry(
            action=f"deliberation.{action}",
            object_ref=target.ref,
            actor_ref=f"person:{by.id}",
            recorded_at=now,
            details=details,
        )
    )
