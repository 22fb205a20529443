"""Who is told of what becomes of a project."""

from __future__ import annotations

import uuid

from parvis.budget.models import Merging, Project, Remark
from parvis.budget.queries.people import author_ids


def project(project_id: uuid.UUID) -> Project | None:
    """Return a project, None for one that is gone."""
    return Project.objects.select_related("area__edition").filter(pk=project_id).first()


def authors(project_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the authors of a project, and of those that became part of it."""
    found = project(project_id)
    return author_ids(found) if found else set()


def followers(project_id: uuid.UUID) -> set[uuid.UUID]:
    """Return who follows a project and is none of its authors."""
    found = project(project_id)
    if found is None:
        return set()
    people = set(found.follows.values_list("person_id", flat=True))
    return people - author_ids(found)


def asked(merging_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the authors whose consent is waited for."""
    found = Merging.objects.filter(pk=merging_id).first()
    rows = found.consents.filter(agrees=None) if found else None
    return set(rows.values_list("person_id", flat=True)) if rows is not None else set()


def consenting(merging_id: uuid.UUID) -> set[uuid.UUID]:
    """Return every author whose consent was asked for."""
    found = Merging.objects.filter(pk=merging_id).first()
    return set(found.consents.values_list("person_id", flat=True)) if found else set()


def merging(merging_id: uuid.UUID) -> Merging | None:
    """Return a merging with its projects, None for one that is gone."""
    rows = Merging.objects.select_related("source", "target")
    return rows.filter(pk=merging_id).first()


def authors_but_who_said(project_id: uuid.UUID, remark_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the authors of a project, without who made a remark."""
    by = Remark.objects.filter(pk=remark_id).values_list("author_id", flat=True).first()
    return authors(project_id) - {by}
