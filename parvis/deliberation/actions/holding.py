"""Holding a consultation: create it, move its dates, say once that it opened or closed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from parvis.account.public import Person
from parvis.deliberation import events, permissions
from parvis.deliberation.actions.inputs import NewConsultation
from parvis.deliberation.models import Consultation
from parvis.deliberation.queries import consultations
from parvis.deliberation.queries.refusals import refusal
from parvis.deliberation.queries.shapes import ConsultationView
from parvis.kernel import register
from parvis.kernel.facts import announce


@transaction.atomic
def hold_consultation(*, new: NewConsultation, now: dt.datetime) -> ConsultationView:
    """Create a consultation, or return the one of that slug as it is.

    :raises Refused: `bad_dates`
    """
    del now
    if new.opens_at >= new.closes_at:
        raise refusal("bad_dates")
    Consultation.objects.get_or_create(
        slug=new.slug,
        defaults={
            "title": new.title,
            "lead": new.lead,
            "language": new.language,
            "subject_ref": new.subject_ref,
            "opens_at": new.opens_at,
            "closes_at": new.closes_at,
            "official_opens_at": new.opens_at,
            "official_closes_at": new.closes_at,
            "vote_style": new.vote_style,
            "origin": new.origin,
            "attribution": new.attribution,
            "licence": new.licence,
            "source_url": new.source_url,
        },
    )
    return consultations.consultation(new.slug)


@transaction.atomic
def move_consultation_dates(
    *,
    slug: str,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    by: Person | None,
    now: dt.datetime,
) -> None:
    """Move the dates; the official ones are kept and shown. `by` is None for the demonstration.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_consultation`
    :raises Refused: `bad_dates`
    """
    if by is not None:
        permissions.require_administrator(by)
    row = Consultation.objects.select_for_update(no_key=True).filter(slug=slug).first()
    if row is None:
        raise refusal("no_consultation")
    if opens_at >= closes_at:
        raise refusal("bad_dates")
    row.opens_at, row.closes_at = opens_at, closes_at
    # What has not come any more will be announced when it comes.
    if opens_at > now:
        row.opening_announced_at = None
    if closes_at > now:
        row.closing_announced_at = None
    row.save()
    _note_move(row, by, now)


@transaction.atomic
def announce_openings_and_closings(*, now: dt.datetime) -> int:
    """Announce each opening and closing whose moment has passed, once; return how many."""
    announced = 0
    for row in consultations.due(now).select_for_update(no_key=True).order_by("pk"):
        if row.opens_at <= now and row.opening_announced_at is None:
            row.opening_announced_at = now
            opened = events.ConsultationOpened(consultation=row.slug, opens_at=row.opens_at)
            announce(opened, now=now)
            announced += 1
        if row.closes_at <= now and row.closing_announced_at is None:
            row.closing_announced_at = now
            closed = events.ConsultationClosed(consultation=row.slug, closes_at=row.closes_at)
            announce(closed, now=now)
            announced += 1
        row.save(update_fields=["opening_announced_at", "closing_announced_at"])
    return announced


def _note_move(row: Consultation, by: Person | None, now: dt.datetime) -> None:
    moved = events.ConsultationMoved(
        consultation=row.slug, opens_at=row.opens_at, closes_at=row.closes_at
    )
    register.record(
        register.Entry(
            action="deliberation.consultation_moved",
            object_ref=moved.aggregate,
            actor_ref=f"person:{by.id}" if by else "",
            recorded_at=now,
            details={"opens_at": row.opens_at.isoformat(), "closes_at": row.closes_at.isoformat()},
        )
    )
    announce(moved, now=now)
