"""Projects as everybody may read them: lists, a map, a sheet; and one's own."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from parvis.account.public import persons
from parvis.budget.models import (
    Consent,
    Decision,
    Edition,
    Follow,
    Project,
    Remark,
    StatusOf,
    Study,
    Version,
)
from parvis.budget.queries import words
from parvis.budget.queries.people import author_ids
from parvis.budget.queries.sheets import degrees
from parvis.budget.rules.status import PUBLIC, Status

_LONGEST = 180
FEWEST = 11
"""People are counted from this many on: fewer could be recognised."""
TONES = {
    Status.ACCEPTED: "ok",
    Status.REJECTED: "urgent",
    Status.STUDY: "warn",
    Status.MERGED: "line",
    Status.DRAFT: "line",
    Status.WITHDRAWN: "line",
    Status.REMOVED: "urgent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which projects a list shows; None and "" are all. `sort` is recent, number or cost."""

    arrondissement: int | None = None
    is_city: bool = False
    theme: str = ""
    status: str = ""
    words: str = ""
    sort: str = "recent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A project in a list."""

    project: Project
    title: str
    language: str
    excerpt: str
    where: str
    status: str
    tone: str
    cents: int | None
    url: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A remark, or what stands in the place of a hidden one."""

    id: uuid.UUID
    by: str
    text: str
    written_at: dt.datetime
    hidden_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A project that became part of another, and who proposed it."""

    id: uuid.UUID
    title: str
    by: str


def listed(edition: Edition, wanted: Wanted) -> QuerySet[Project, Any]:
    """Return the public projects of an edition that are wanted, in the order asked for."""
    rows = Project.objects.filter(area__edition=edition, status__in=list(PUBLIC))
    if wanted.is_city:
        rows = rows.filter(area__arrondissement=None)
    elif wanted.arrondissement is not None:
        rows = rows.filter(area__arrondissement=wanted.arrondissement)
    if wanted.theme:
        rows = rows.filter(theme=wanted.theme)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    for word in wanted.words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word))
    return rows.select_related("area__edition").order_by(*_order(wanted.sort))


def rows(projects: Iterable[Project]) -> list[Row]:
    """Return projects as a list shows them."""
    return [row(one) for one in projects]


def row(one: Project) -> Row:
    """Return a project as a list shows it. What a service thinks it costs is told once its study is
    over."""
    at = degrees(one)
    return Row(
        project=one,
        title=words.project_title(one),
        language=words.language_of(one),
        excerpt=_excerpt(words.project_text(one)),
        where=_where(one),
        status=str(StatusOf(one.status).label),
        tone=TONES.get(Status(one.status), ""),
        cents=one.cost_cents or one.estimated_cents,
        url=reverse("budget:project", args=[one.pk]),
        lon=at[0] if at else None,
        lat=at[1] if at else None,
    )


def points(projects: Iterable[Project]) -> list[dict[str, Any]]:
    """Return what a map draws of projects, as <c-live-map> reads it."""
    return [
        {
            "lon": round(one.lon, 5),
            "lat": round(one.lat, 5),
            "label": one.title,
            "url": one.url,
            "tone": {"ok": "", "urgent": "red"}.get(one.tone, "z"),
        }
        for one in rows(projects)
        if one.lon is not None and one.lat is not None
    ]


def names(people: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Return what people call themselves, by id; who closed their account is not among them."""
    known = persons(one for one in people if one is not None)
    return {key: one.usual_name for key, one in known.items()}


def author_names(project: Project) -> list[str]:
    """Return who proposed a project, by the names they go by."""
    ids = list(project.authors.order_by("pk").values_list("person_id", flat=True))
    known = names(ids)
    return [known[one] for one in ids if one in known]


def other_authors(project: Project, person_id: uuid.UUID) -> list[str]:
    """Return who else stands behind a project and those that became part of it, by name."""
    return sorted(names(author_ids(project) - {person_id}).values())


def came_into(project: Project) -> list[Came]:
    """Return the projects that became part of this one, each with who proposed it."""
    merged = project.merged.filter(status=Status.MERGED).order_by("submitted_at")
    return [
        Came(id=one.pk, title=words.project_title(one), by=", ".join(author_names(one)))
        for one in merged
    ]


def remarks(project: Project) -> list[Said]:
    """Return what was said of a project, the oldest first; a hidden text is not among it."""
    found = list(Remark.objects.filter(project=project))
    known = names(one.author_id for one in found)
    return [
        Said(
            id=one.pk,
            by=known.get(one.author_id, "") if one.author_id else "",
            text="" if one.hidden_at else one.text,
            written_at=one.written_at,
            hidden_why=one.hidden_why,
        )
        for one in found
    ]


def opinions(project: Project) -> Sequence[Study]:
    """Return the opinions of the services; none before the study is over."""
    if project.reviewed_at is None:
        return []
    return list(project.studies.select_related("department").order_by("department__name"))


def decisions(project: Project) -> Sequence[Decision]:
    """Return what commissions decided of a project, the latest first."""
    return list(project.decisions.order_by("-decided_at", "-pk"))


def versions(project: Project) -> list[Version]:
    """Return how a project read, the latest first."""
    return list(project.versions.order_by("-rank"))


def followers(project: Project) -> int | None:
    """Return how many follow a project; None where they are fewer than eleven."""
    count = project.follows.count()
    return count if count >= FEWEST else None


def is_followed(project: Project, person_id: uuid.UUID | None) -> bool:
    """Tell whether a person follows a project."""
    return person_id is not None and project.follows.filter(person_id=person_id).exists()


def own(person_id: uuid.UUID, *, limit: int | None = None) -> list[Row]:
    """Return the projects somebody proposed, or began to, the latest first."""
    found = Project.objects.filter(authors__person_id=person_id).select_related("area__edition")
    return rows(found.order_by("-changed_at")[:limit])


def followed(person_id: uuid.UUID) -> list[Row]:
    """Return the public projects that somebody follows."""
    keys = Follow.objects.filter(person_id=person_id).values("project_id")
    found = Project.objects.filter(pk__in=keys, status__in=list(PUBLIC))
    return rows(found.select_related("area__edition").order_by("-changed_at"))


def called(asked: str, *, limit: int) -> list[Row]:
    """Return the public projects with all of these words, the latest editions first."""
    found = Project.objects.filter(status__in=list(PUBLIC)).select_related("area__edition")
    for word in asked.split():
        found = found.filter(Q(title__icontains=word) | Q(title_en__icontains=word))
    return rows(found.order_by("-area__edition__year", "-changed_at")[:limit])


def merging_asks(person_id: uuid.UUID) -> QuerySet[Consent, Any]:
    """Return the mergings about which a person has not answered yet."""
    waiting = Consent.objects.filter(person_id=person_id, agrees=None, merging__state="waiting")
    return waiting.select_related("merging__source", "merging__target")


def counts_by_status(edition: Edition) -> dict[str, int]:
    """Return how many public projects an edition has, by status."""
    found = Project.objects.filter(area__edition=edition, status__in=list(PUBLIC))
    return dict(found.values_list("status").annotate(n=Count("pk")))


def _order(sort: str) -> list[Any]:
    if sort == "number":
        return [F("area__arrondissement").asc(nulls_first=True), "number", "pk"]
    if sort == "cost":
        return [F("cost_cents").desc(nulls_last=True), "pk"]
    return ["-submitted_at", "pk"]


def _where(one: Project) -> str:
    area, place = words.area_name(one.area), words.project_place(one)
    return f"{area} · {place}" if place and place != area else area


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rsplit(' ', 1)[0]}…"
