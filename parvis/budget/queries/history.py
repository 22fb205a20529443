"""The winners of before as the City's file has them, and what editions added up to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Sum

from parvis.budget.models import Delivery, Milestone, Project
from parvis.budget.rules import winners
from parvis.budget.rules.winners import Month, Stage, Step, Unknown, Winner


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What one envelope of one edition added up to."""

    year: int
    is_for_city: bool
    projects: int
    cents: int


def as_file() -> bytes:
    """Return the winners of before as the City's file has them, to the byte."""
    return winners.write(_winners())


def totals() -> list[Total]:
    """Return, for each edition that has winners, those of the whole city and those of the
    arrondissements."""
    rows = (
        Delivery.objects.values("project__area__edition__year", "project__area__arrondissement")
        .annotate(projects=Count("pk"), cents=Sum("project__cost_cents"))
        .order_by("project__area__edition__year")
    )
    found: dict[tuple[int, bool], Total] = {}
    for row in rows:
        year = row["project__area__edition__year"]
        key = (year, row["project__area__arrondissement"] is None)
        before = found.get(key)
        found[key] = Total(
            year=year,
            is_for_city=key[1],
            projects=row["projects"] + (before.projects if before else 0),
            cents=row["cents"] + (before.cents if before else 0),
        )
    return sorted(found.values(), key=lambda one: (one.year, not one.is_for_city))


def _winners() -> Iterator[Winner]:
    rows = Project.objects.filter(source_number__isnull=False, delivery__isnull=False)
    rows = rows.select_related("area__edition", "delivery__pilot").order_by("pk")
    steps: dict[object, list[Milestone]] = {}
    for one in Milestone.objects.filter(delivery__project__source_number__isnull=False):
        steps.setdefault(one.delivery_id, []).append(one)
    return (_winner(project, steps[project.pk]) for project in rows)


def _winner(project: Project, steps: list[Milestone]) -> Winner:
    delivery = project.delivery
    return Winner(
        number=project.source_number or 0,
        title=project.title,
        theme=project.theme,
        is_for_city=project.area.arrondissement is None,
        is_popular=project.is_popular,
        place=project.place,
        arrondissement=delivery.town_hall or 0,
        cents=project.cost_cents or 0,
        pilot=delivery.pilot.name if delivery.pilot else "",
        edition=project.area.edition.year,
        stage=Stage(delivery.stage),
        steps=tuple((Step(one.step), _month(one)) for one in steps),
    )


def _month(one: Milestone) -> Month:
    return Month(first_day=one.month, unknown=Unknown(one.unknown) if one.unknown else None)
