"""Which consultations there are, and what they hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet, Sum

from parvis.deliberation.models import Consultation, OwnSection, SectionTally
from parvis.deliberation.models.choices import Origin, VoteStyle
from parvis.deliberation.queries import shapes
from parvis.deliberation.queries.refusals import refusal


def consultations() -> list[shapes.ConsultationView]:
    """Return all of them, the one that closes last first, in two queries."""
    return _views(Consultation.objects.order_by("-closes_at", "slug"))


def consultations_about(subject_ref: str) -> list[shapes.ConsultationView]:
    """Return those about an object such as `plan:paris-2015`, the one that closes last first."""
    rows = Consultation.objects.filter(subject_ref=subject_ref).order_by("-closes_at", "slug")
    return _views(rows)


def consultation(slug: str) -> shapes.ConsultationView:
    """Return one consultation.

    :raises NotFound: `no_consultation`
    """
    found = _views([row(slug)])
    return found[0]


def consultation_head(slug: str) -> shapes.ConsultationHead:
    """Return one consultation without its numbers, in one query.

    :raises NotFound: `no_consultation`
    """
    return head(row(slug))


def row(slug: str) -> Consultation:
    """Return the row of one consultation.

    :raises NotFound: `no_consultation`
    """
    found = Consultation.objects.filter(slug=slug).first()
    if found is None:
        raise refusal("no_consultation")
    return found


def own_sections(slug: str) -> list[shapes.OwnSection]:
    """Return the sections an archive carries, in reading order; none for other consultations."""
    rows = OwnSection.objects.filter(consultation__slug=slug).order_by("position")
    return [shapes.OwnSection(ref=s.ref, heading=s.heading, title=s.title) for s in rows]


def due(now: dt.datetime) -> QuerySet[Consultation]:
    """Return the consultations held here whose opening or closing has passed unannounced."""
    return Consultation.objects.filter(origin=Origin.HERE).filter(
        Q(opens_at__lte=now, opening_announced_at=None)
        | Q(closes_at__lte=now, closing_announced_at=None)
    )


def _views(rows: Iterable[Consultation]) -> list[shapes.ConsultationView]:
    found = list(rows)
    totals = _totals([each.pk for each in found])
    return [view(each, totals.get(each.pk, shapes.Totals())) for each in found]


def _totals(consultation_ids: list[int]) -> dict[int, shapes.Totals]:
    sums = (
        SectionTally.objects.filter(consultation__in=consultation_ids)
        .values("consultation_id")
        .annotate(
            all_contributions=Sum("contributions"),
            all_remarks=Sum("remarks"),
            all_sources=Sum("sources"),
            all_votes=Sum("votes"),
            all_answered=Sum("contributions", filter=Q(answered=True), default=0),
        )
    )
    return {
        each["consultation_id"]: shapes.Totals(
            contributions=each["all_contributions"],
            remarks=each["all_remarks"],
            sources=each["all_sources"],
            votes=each["all_votes"],
            answered=each["all_answered"],
        )
        for each in sums
    }


def head(row: Consultation) -> shapes.ConsultationHead:
    """Return a consultation as neighbours see it, without its numbers."""
    return shapes.ConsultationHead(**_columns(row))


def view(row: Consultation, totals: shapes.Totals) -> shapes.ConsultationView:
    """Return a consultation as neighbours see it."""
    return shapes.ConsultationView(**_columns(row), totals=totals)


def _columns(row: Consultation) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "title": row.title,
        "lead": row.lead,
        "language": row.language,
        "subject_ref": row.subject_ref,
        "opens_at": row.opens_at,
        "closes_at": row.closes_at,
        "official_opens_at": row.official_opens_at,
        "official_closes_at": row.official_closes_at,
        "vote_style": VoteStyle(row.vote_style),
        "origin": Origin(row.origin),
        "attribution": row.attribution,
        "licence": row.licence,
        "source_url": row.source_url,
    }
