"""Editions and projects, ready for tests, ours and our neighbours'."""

from __future__ import annotations

import datetime as dt
from typing import Any

from parvis.account.public import Person
from parvis.budget.actions.planning import make_edition
from parvis.budget.models import Area, Author, Department, Edition, Project, Version
from parvis.budget.rules.calendar import ORDER, Kind, Phase
from parvis.budget.rules.plans import AreaPlan, EditionPlan, area_key
from parvis.budget.rules.status import PUBLIC, Status

NOON = dt.datetime(2026, 6, 3, 10, tzinfo=dt.UTC)
"""A Wednesday at noon in Paris."""
LENGTH = dt.timedelta(days=20)
"""How long each phase of a test's edition lasts."""
TEXT = "Un jardin partagé, ouvert à tout le quartier, avec un point d'eau et des bancs."


def a_calendar(phase: Kind, *, now: dt.datetime = NOON) -> tuple[Phase, ...]:
    """Return eleven phases of twenty days, of which `phase` is half over."""
    begun = now - LENGTH / 2 - LENGTH * ORDER.index(phase)
    return tuple(
        Phase(kind=kind, opens_at=begun + LENGTH * i, closes_at=begun + LENGTH * (i + 1))
        for i, kind in enumerate(ORDER)
    )


def an_area(arrondissement: int | None = None, **changes: Any) -> AreaPlan:
    """Return the plan of an area in which up to four projects are approved of."""
    told: dict[str, Any] = {
        "key": area_key(arrondissement),
        "arrondissement": arrondissement,
        "population": 0 if arrondissement is None else 100_000,
        "envelope_cents": 5_000_000_00 if arrondissement is None else 0,
        "most_options": 4,
    }
    return AreaPlan(**(told | changes))


def a_plan(phase: Kind = Kind.IDEATION, *, now: dt.datetime = NOON, **changes: Any) -> EditionPlan:
    """Return the plan of an edition of the whole city, the 11th and the 18th, in a phase."""
    told: dict[str, Any] = {
        "slug": "2026",
        "year": 2026,
        "title_fr": "Budget participatif 2026",
        "title_en": "Participatory budget 2026",
        "local_cents": 4_000_000_00,
        "bonus_percent": 50,
        "phases": a_calendar(phase, now=now),
        "areas": (an_area(), an_area(11), an_area(18, popular_population=60_000)),
    }
    return EditionPlan(**(told | changes))


def an_edition(phase: Kind = Kind.IDEATION, *, now: dt.datetime = NOON, **changes: Any) -> Edition:
    """Save an edition of the whole city, the 11th and the 18th, half-way through a phase."""
    return make_edition(a_plan(phase, now=now, **changes), by=None, now=now)


def area_of(edition: Edition, arrondissement: int | None = None) -> Area:
    """Return the area of an arrondissement, of the whole city for None."""
    return edition.areas.get(arrondissement=arrondissement)


def a_project(
    edition: Edition,
    *,
    arrondissement: int | None = None,
    by: Person | None = None,
    now: dt.datetime = NOON,
    **changes: Any,
) -> Project:
    """Save a project at whatever status, with its author and its first version; an accepted one has
    a cost and the next number of its area."""
    area = area_of(edition, arrondissement)
    told: dict[str, Any] = {
        "area": area,
        "status": Status.SUBMITTED,
        "title": "Un jardin partagé",
        "text": TEXT,
        "theme": "Environnement",
        "place": "Place de la Bastille",
        "made_at": now,
        "changed_at": now,
    } | changes
    if told["status"] not in (Status.DRAFT, Status.WITHDRAWN):
        told.setdefault("submitted_at", now)
    if told["status"] == Status.ACCEPTED:
        told.setdefault("cost_cents", 100_000_00)
        told.setdefault("number", area.projects.filter(number__isnull=False).count() + 1)
        told.setdefault("reviewed_at", now)
    project = Project.objects.create(**told)
    if by is not None:
        Author.objects.create(project=project, person_id=by.id, declared_at=now)
    if project.status in PUBLIC:
        Version.objects.create(
            project=project,
            rank=1,
            title=project.title,
            text=project.text,
            written_by_id=by.id if by else None,
            written_at=now,
        )
    return project


def a_department(name: str = "Direction des Espaces Verts et de l'Environnement") -> Department:
    """Save a service of the City; twice is the same one."""
    key = name.lower().replace(" ", "-")[:80]
    known, _made = Department.objects.get_or_create(key=key, defaults={"name": name})
    return known
