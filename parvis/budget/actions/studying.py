"""The services say what they think of a project; the desk alone reads it until the study is
over."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.account.public import Person
from parvis.budget.actions.locking import changed, go, locked, said_why
from parvis.budget.actions.recording import note
from parvis.budget.actions.refusing import Unfit, refusal
from parvis.budget.models import Department, Opinion, Project, Study
from parvis.budget.permissions import require_agent
from parvis.budget.queries.editions import phases_of
from parvis.budget.rules import calendar, sheets
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import ALIVE, Status

_GIVEN = (Opinion.FEASIBLE, Opinion.CONDITIONS, Opinion.UNFEASIBLE)


@transaction.atomic
def ask_opinion(project_id: uuid.UUID, *, department: str, by: Person, now: dt.datetime) -> Study:
    """Ask a service what it thinks of a project; the project is under study from then on.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_project`, `no_department`
    :raises Refused: `status_wrong`, `already_asked`
    """
    require_agent(by)
    project = locked(project_id)
    if project.status not in ALIVE:
        raise refusal("status_wrong")
    if not Department.objects.filter(pk=department).exists():
        raise refusal("no_department")
    if project.studies.filter(department_id=department).exists():
        raise refusal("already_asked")
    if project.status != Status.STUDY:
        go(project, Status.STUDY, now=now)
        changed(project, "status", now=now)
    study = Study.objects.create(
        project=project, department_id=department, asked_by_id=by.id, asked_at=now
    )
    note("opinion_asked", project, by=by, now=now, department=department)
    return study


@transaction.atomic
def give_opinion(
    study_id: uuid.UUID,
    *,
    opinion: str,
    cost_cents: int | None,
    reason: str,
    by: Person,
    now: dt.datetime,
) -> Study:
    """Give, or change, the opinion of a service while the study lasts.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_study`
    :raises Refused: `opinion_given`
    :raises Unfit: `opinion_missing`, `why_missing`, `cost_wrong`
    """
    require_agent(by)
    study = Study.objects.filter(pk=study_id).first()
    if study is None:
        raise refusal("no_study")
    project = locked(study.project_id)
    if project.status != Status.STUDY:
        raise refusal("opinion_given")
    if opinion not in _GIVEN:
        raise Unfit("opinion_missing", field="opinion")
    needs_cost = opinion != Opinion.UNFEASIBLE
    if not sheets.is_cost(cost_cents) and (needs_cost or cost_cents is not None):
        raise Unfit("cost_wrong", field="cost")
    study.opinion, study.cost_cents, study.reason = opinion, cost_cents, said_why(reason)
    study.given_by_id, study.given_at = by.id, now
    study.save()
    note("opinion_given", project, by=by, now=now, department=study.department_id)
    return study


@transaction.atomic
def advance(*, now: dt.datetime) -> int:
    """Let the calendar do its work: proposed projects are built together, then studied, once their
    phase has begun; return how many moved."""
    rows = Project.objects.select_for_update(of=("self",), skip_locked=True)
    waiting = rows.filter(status__in=[Status.SUBMITTED, Status.CO_CONSTRUCTION])
    moved = 0
    for project in waiting.select_related("area__edition").order_by("pk"):
        then = _due(project, now)
        if then is not None and then != project.status:
            go(project, then, now=now)
            changed(project, "status", now=now)
            note("advanced", project, by=None, now=now, status=then.value)
            moved += 1
    return moved


def _due(project: Project, now: dt.datetime) -> Status | None:
    phases = phases_of(project.area.edition)
    if calendar.has_begun(phases, Kind.PRE_SUBMIT, now):
        return Status.STUDY
    return Status.CO_CONSTRUCTION if calendar.has_begun(phases, Kind.CO_CONSTRUCTION, now) else None
