"""What waits for agents: opinions to give, projects to decide, appeals, mergings."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from parvis.budget.models import (
    Appeal,
    Delivery,
    Department,
    Edition,
    Merging,
    MergingState,
    Opinion,
    Project,
    Remark,
    StageOf,
    Study,
)
from parvis.budget.rules.status import ALIVE, OPEN_TO_WORDS, Status


def opinions_waiting(department: str = "") -> QuerySet[Study, Any]:
    """Return the opinions that were asked for and not given, the oldest first."""
    rows = Study.objects.filter(opinion=Opinion.WAITING, project__status=Status.STUDY)
    if department:
        rows = rows.filter(department_id=department)
    return rows.select_related("project__area__edition", "department").order_by("asked_at")


def departments_waiting() -> list[tuple[str, str, int]]:
    """Return the services that are waited for: key, name, how many opinions."""
    waiting = Count("studies", filter=Q(studies__opinion=Opinion.WAITING))
    rows = Department.objects.annotate(n=waiting).filter(n__gt=0).order_by("name")
    return [(one.key, one.name, one.n) for one in rows]


def departments() -> list[tuple[str, str]]:
    """Return every service: key and name."""
    return list(Department.objects.order_by("name").values_list("key", "name"))


def to_decide() -> QuerySet[Project, Any]:
    """Return the projects whose services have all answered: a commission decides."""
    rows = Project.objects.filter(status=Status.STUDY).annotate(
        asked=Count("studies"),
        waiting=Count("studies", filter=Q(studies__opinion=Opinion.WAITING)),
    )
    found = rows.filter(asked__gt=0, waiting=0).select_related("area__edition")
    return found.order_by("changed_at")


def to_assign() -> QuerySet[Project, Any]:
    """Return the projects about which no service was asked yet."""
    rows = Project.objects.filter(status__in=list(ALIVE), studies=None)
    return rows.select_related("area__edition").order_by("submitted_at")


def to_study() -> QuerySet[Project, Any]:
    """Return the projects under study about which no service was asked yet."""
    return to_assign().filter(status=Status.STUDY)


def appeals_waiting() -> QuerySet[Appeal, Any]:
    """Return the appeals that were not answered, the oldest first."""
    rows = Appeal.objects.filter(outcome="").select_related("project__area__edition")
    return rows.order_by("made_at")


def mergings_waiting() -> QuerySet[Merging, Any]:
    """Return the mergings that wait for authors."""
    rows = Merging.objects.filter(state=MergingState.WAITING)
    return rows.select_related("source__area__edition", "target")


def beside(project: Project) -> QuerySet[Project, Any]:
    """Return the projects that one could be brought together with."""
    rows = Project.objects.filter(area_id=project.area_id, status__in=list(ALIVE))
    return rows.exclude(pk=project.pk).order_by("title")


def fresh_remarks() -> QuerySet[Remark, Any]:
    """Return the remarks that can be read, the latest first."""
    rows = Remark.objects.filter(hidden_at=None, project__status__in=list(OPEN_TO_WORDS))
    return rows.select_related("project").order_by("-written_at")


def editions() -> QuerySet[Edition, Any]:
    """Return the editions held here, the latest first."""
    return Edition.objects.filter(is_history=False).order_by("-year", "slug")


def works_late() -> QuerySet[Delivery, Any]:
    """Return the winners of editions held here whose works have not begun to be followed."""
    rows = Delivery.objects.filter(stage=StageOf.NOT_STARTED)
    return rows.filter(project__area__edition__is_history=False)
