"""Texts somebody has begun: asked for by their author alone."""

from __future__ import annotations

import uuid

from parvis.account.public import Person
from parvis.deliberation.models import Draft
from parvis.deliberation.models.choices import Kind
from parvis.deliberation.queries.desk_shapes import DraftView
from parvis.deliberation.queries.refusals import refusal


def drafts(*, by: Person) -> list[DraftView]:
    """Return a person's drafts, the one saved last first."""
    rows = Draft.objects.filter(person_id=by.id).select_related("consultation")
    return [_view(row) for row in rows.order_by("-saved_at")]


def draft(draft_id: uuid.UUID, *, by: Person) -> DraftView:
    """Return one draft of a person.

    :raises NotFound: `no_draft`, also for someone else's
    """
    rows = Draft.objects.filter(person_id=by.id, public_id=draft_id)
    row = rows.select_related("consultation").first()
    if row is None:
        raise refusal("no_draft")
    return _view(row)


def draft_for(slug: str, *, kind: Kind, section_ref: str, by: Person) -> DraftView | None:
    """Return what a person has begun to write at this place, if anything."""
    row = (
        Draft.objects.filter(
            person_id=by.id, consultation__slug=slug, kind=kind, section_ref=section_ref
        )
        .select_related("consultation")
        .first()
    )
    return _view(row) if row else None


def _view(row: Draft) -> DraftView:
    return DraftView(
        id=row.public_id,
        consultation=row.consultation.slug,
        kind=Kind(row.kind),
        section_ref=row.section_ref,
        branch_ref=row.branch_ref,
        title=row.title,
        body=row.body,
        saved_at=row.saved_at,
    )
