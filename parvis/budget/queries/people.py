"""Who stands behind a project."""

from __future__ import annotations

import uuid

from parvis.budget.models import Project


def family(project: Project) -> list[uuid.UUID]:
    """Return a project and those that became part of it."""
    return [project.pk, *project.merged.values_list("pk", flat=True)]


def author_ids(project: Project) -> set[uuid.UUID]:
    """Return the authors of a project and of those that became part of it, whose accounts are
    open."""
    rows = Project.objects.filter(pk__in=family(project), authors__person__isnull=False)
    return set(rows.values_list("authors__person_id", flat=True))
