"""What the participatory budget publishes, row by row: projects and winners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse

from parvis.budget.models import Milestone, Project
from parvis.budget.queries.projects import FEWEST
from parvis.budget.queries.sheets import degrees
from parvis.budget.rules.status import PUBLIC, Status
from parvis.budget.rules.winners import STAGES, Stage, Step

_CHUNK = 500
_STATUSES = {
    Status.SUBMITTED: "déposé",
    Status.CO_CONSTRUCTION: "en co-construction",
    Status.MERGED: "regroupé",
    Status.STUDY: "à l'étude",
    Status.ACCEPTED: "retenu",
    Status.REJECTED: "non retenu",
}
_STAGE_WORDS = {stage: word for word, stage in STAGES.items()}
Row = dict[str, Any]


def projects(names: Sequence[str] | None = None) -> Iterator[Row]:
    """Return the rows of these public projects of editions held here, all for None."""
    rows = Project.objects.filter(status__in=list(PUBLIC), area__edition__is_history=False)
    counted = _named(rows, names).annotate(followers=Count("follows"))
    ordered = counted.select_related("area__edition").order_by("submitted_at", "pk")
    return (_project(one) for one in ordered.iterator(chunk_size=_CHUNK))


def winners(names: Sequence[str] | None = None) -> Iterator[Row]:
    """Return the rows of these winners, of all editions, all for None."""
    rows = _named(Project.objects.filter(delivery__isnull=False), names)
    ordered = rows.select_related("area__edition", "delivery__pilot").prefetch_related(
        "delivery__milestones"
    )
    ordered = ordered.order_by("area__edition__year", "pk")
    return (_winner(one) for one in ordered.iterator(chunk_size=_CHUNK))


def _named(rows: QuerySet[Project, Any], names: Sequence[str] | None) -> QuerySet[Project, Any]:
    return rows if names is None else rows.filter(pk__in=list(names))


def _project(one: Project) -> Row:
    followers: int = getattr(one, "followers", 0)
    return {
        "identifiant": str(one.pk),
        "edition": one.area.edition.year,
        "arrondissement": one.area.arrondissement,
        "perimetre": _scale(one),
        "numero": one.number,
        "titre": one.title,
        "texte": one.text,
        "thematique": one.theme,
        "statut": _STATUSES[Status(one.status)],
        "motif": one.reason or None,
        "cout_estime_auteur": _euros(one.estimated_cents),
        "cout_retenu": _euros(one.cost_cents),
        "adresse": one.place or None,
        "abonnes": followers if followers >= FEWEST else None,
        "regroupe_avec": str(one.merged_into_id) if one.merged_into_id else None,
        "depose_le": one.submitted_at.isoformat() if one.submitted_at else None,
        "geo_point_2d": _point(one),
        "page": _page(one),
    }


def _winner(one: Project) -> Row:
    delivery = one.delivery
    steps = {step.step: step for step in delivery.milestones.all()}
    votes = delivery.votes
    return {
        "identifiant": str(one.pk),
        "numero_ville": one.source_number,
        "edition": one.area.edition.year,
        "perimetre": _scale(one),
        "arrondissement": one.area.arrondissement,
        "titre": one.title,
        "thematique": one.theme,
        "quartier_populaire": one.is_popular,
        "budget": _euros(one.cost_cents),
        "votes": votes if votes is not None and votes >= FEWEST else None,
        "avancement": _STAGE_WORDS[Stage(delivery.stage)],
        "motif_abandon": delivery.reason or None,
        "direction_pilote": delivery.pilot.name if delivery.pilot else None,
        **{f"date_{_COLUMNS[step]}": _month(steps.get(step)) for step in Step},
        "adresse": one.place or None,
        "geo_point_2d": _point(one),
        "page": _page(one),
    }


_COLUMNS = {
    Step.STUDY: "etudes",
    Step.PROCEDURE: "procedure",
    Step.WORKS: "travaux",
    Step.DUE: "livraison_prevue",
    Step.OPENING: "ouverture",
    Step.END: "fin",
}


def _scale(one: Project) -> str:
    return "Paris" if one.area.arrondissement is None else "arrondissement"


def _euros(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


def _month(one: Milestone | None) -> str | None:
    return one.month.isoformat() if one is not None and one.month else None


def _point(one: Project) -> dict[str, float] | None:
    at = degrees(one)
    return {"lon": at[0], "lat": at[1]} if at else None


def _page(one: Project) -> str:
    return f"{settings.PARVIS_SITE_URL}{reverse('budget:project', args=[one.pk])}"
