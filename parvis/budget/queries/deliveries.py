"""What became of winners: the list, the map, the steps of one, and figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import dateformat
from django.utils.translation import ngettext

from parvis.budget.models import (
    Delivery,
    Edition,
    Milestone,
    News,
    Project,
    StageOf,
    StepOf,
    UnknownOf,
)
from parvis.budget.queries import projects as shown, words
from parvis.budget.queries.projects import Row
from parvis.budget.rules.winners import Stage, Step

TONES = {Stage.DONE: "ok", Stage.ABANDONED: "urgent", Stage.WORKS: "warn", Stage.DELIVERY: "warn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which winners a list shows; None and "" are all."""

    year: int | None = None
    arrondissement: int | None = None
    is_city: bool = False
    theme: str = ""
    stage: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """A winner in a list."""

    row: Row
    year: int
    stage: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """A step of a delivery, in words; `is_past` once its month has begun."""

    step: Step
    label: str
    when: str
    is_past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a figure: how many winners, and their cost."""

    label: str
    projects: int
    cents: int


def listed(wanted: Wanted) -> QuerySet[Project, Any]:
    """Return the winners that are wanted, the latest edition first."""
    rows = Project.objects.filter(delivery__isnull=False)
    if wanted.year is not None:
        rows = rows.filter(area__edition__year=wanted.year)
    if wanted.is_city:
        rows = rows.filter(area__arrondissement=None)
    elif wanted.arrondissement is not None:
        rows = rows.filter(area__arrondissement=wanted.arrondissement)
    if wanted.theme:
        rows = rows.filter(theme=wanted.theme)
    if wanted.stage:
        rows = rows.filter(delivery__stage=wanted.stage)
    for word in wanted.words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(place__icontains=word))
    return rows.select_related("area__edition", "delivery__pilot").order_by(
        "-area__edition__year", F("area__arrondissement").asc(nulls_first=True), "title", "pk"
    )


def winners(projects: Iterable[Project]) -> list[Winner]:
    """Return winners as a list shows them."""
    return [
        Winner(
            row=shown.row(one),
            year=one.area.edition.year,
            stage=str(StageOf(one.delivery.stage).label),
            tone=TONES.get(Stage(one.delivery.stage), ""),
        )
        for one in projects
    ]


def points(projects: QuerySet[Project, Any]) -> list[dict[str, Any]]:
    """Return what a map draws of winners, as <c-live-map> reads it."""
    tones = {"ok": "", "urgent": "red"}
    return [
        {
            "lon": round(one.row.lon, 5),
            "lat": round(one.row.lat, 5),
            "label": f"{one.row.title} ({one.stage})",
            "url": one.row.url,
            "tone": tones.get(one.tone, "z"),
        }
        for one in winners(projects.filter(location__isnull=False))
        if one.row.lon is not None and one.row.lat is not None
    ]


def delivery_of(project: Project) -> Delivery | None:
    """Return the delivery of a project, None for one that was not chosen."""
    return Delivery.objects.select_related("pilot").filter(project=project).first()


def steps(delivery: Delivery, *, now: dt.datetime) -> list[StepShown]:
    """Return the dated steps of a delivery, in their order; none before the month of one is set."""
    known = {one.step: one for one in delivery.milestones.all()}
    if all(one.unknown == UnknownOf.NOT_SET for one in known.values()):
        return []
    return [_step(step, known.get(step), now) for step in Step if step in known]


def news(delivery: Delivery) -> Sequence[News]:
    """Return what was said of the works, the latest first."""
    return list(delivery.news.all())


def years() -> list[int]:
    """Return the years that have winners, the latest first."""
    found = Edition.objects.filter(areas__projects__delivery__isnull=False)
    return sorted(set(found.values_list("year", flat=True)), reverse=True)


def counts_by_district() -> dict[int, int]:
    """Return how many winners each arrondissement has of its own."""
    rows = Delivery.objects.filter(project__area__arrondissement__isnull=False)
    return dict(rows.values_list("project__area__arrondissement").annotate(n=Count("pk")))


def by_year(rows: QuerySet[Project, Any]) -> list[Line]:
    """Return the winners of each edition."""
    return [_line(str(key), n, cents) for key, n, cents in _counted(rows, "area__edition__year")]


def by_theme(rows: QuerySet[Project, Any]) -> list[Line]:
    """Return the winners of each theme, the most frequent first."""
    lines = [_line(key, n, cents) for key, n, cents in _counted(rows, "theme")]
    return sorted(lines, key=lambda one: -one.projects)


def by_place(rows: QuerySet[Project, Any]) -> list[Line]:
    """Return the winners of the whole city, then of each arrondissement."""
    found = _counted(rows, "area__arrondissement")
    ordered = sorted(found, key=lambda one: one[0] or 0)
    return [_line(words.place_name(key), n, cents) for key, n, cents in ordered]


def by_stage(rows: QuerySet[Project, Any]) -> list[Line]:
    """Return how far the winners got, in the order of the stages."""
    found = {key: (n, cents) for key, n, cents in _counted(rows, "delivery__stage")}
    return [_line(str(StageOf(one).label), *found[one]) for one in Stage if one in found]


def ended(rows: QuerySet[Project, Any]) -> list[Line]:
    """Return how many winners were delivered and how many given up, each in words that go with
    the number; nothing of what there is none of."""
    found = {key: (n, cents) for key, n, cents in _counted(rows, "delivery__stage")}
    done, lost = (found.get(one, (0, 0)) for one in (Stage.DONE, Stage.ABANDONED))
    lines = [
        _line(ngettext("project delivered", "projects delivered", done[0]), *done),
        _line(ngettext("project given up", "projects given up", lost[0]), *lost),
    ]
    return [one for one in lines if one.projects]


def _counted(rows: QuerySet[Project, Any], by: str) -> list[tuple[Any, int, int]]:
    counted = rows.order_by().values(by).annotate(n=Count("pk"), cents=Sum("cost_cents"))
    return [(one[by], one["n"], one["cents"]) for one in counted.order_by(by)]


def _line(label: str, projects: int, cents: int) -> Line:
    return Line(label=label, projects=projects, cents=cents)


def _step(step: Step, one: Milestone | None, now: dt.datetime) -> StepShown:
    month = one.month if one else None
    unknown = UnknownOf(one.unknown or UnknownOf.NOT_SET) if one else UnknownOf.NOT_SET
    return StepShown(
        step=step,
        label=str(StepOf(step).label),
        when=dateformat.format(month, "F Y") if month else str(unknown.label),
        is_past=month is not None and month <= now.date(),
    )
