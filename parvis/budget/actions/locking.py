"""A project, held until what is done to it is done."""

from __future__ import annotations

import datetime as dt
import uuid

from parvis.account.public import Person
from parvis.budget import events
from parvis.budget.actions.refusing import Unfit, refusal
from parvis.budget.models import Edition, Project
from parvis.budget.queries.people import author_ids
from parvis.budget.rules import status as rules
from parvis.budget.rules.sheets import LONGEST_REASON, tidy_text
from parvis.budget.rules.status import Status
from parvis.kernel.facts import announce


def locked(project_id: uuid.UUID) -> Project:
    """Return a project, held to the end of the transaction.

    :raises NotFound: `no_project`
    """
    rows = Project.objects.select_for_update(of=("self",)).select_related("area__edition")
    found = rows.filter(pk=project_id).first()
    if found is None:
        raise refusal("no_project")
    return found


def own(project_id: uuid.UUID, by: Person) -> Project:
    """Return a project of which a person is an author, held to the end of the transaction.

    :raises NotFound: `no_project`
    :raises Forbidden: `own_project_only`
    """
    project = locked(project_id)
    if by.id not in author_ids(project):
        code = "own_project_only" if project.status in rules.PUBLIC else "no_project"
        raise refusal(code)
    return project


def hold_edition(project_id: uuid.UUID) -> None:
    """Keep whoever fixes the list of a project's edition waiting, to the end of the transaction.
    To be called before the project is held: so does everybody."""
    rows = Edition.objects.select_for_update(of=("self",))
    rows.filter(areas__projects__pk=project_id).first()


def go(project: Project, then: Status, *, now: dt.datetime) -> None:
    """Give a project its next status; the caller saves it.

    :raises Refused: `status_wrong`
    """
    if not rules.may_follow(project.status, then):
        raise refusal("status_wrong")
    project.status = then
    project.changed_at = now


def changed(project: Project, *fields: str, now: dt.datetime) -> None:
    """Save what changed of a project, and say that it is not what it was."""
    project.changed_at = now
    project.save(update_fields=[*fields, "changed_at"])
    announce(events.ProjectChanged(project_id=project.pk), now=now)


def said_why(text: str, *, field: str = "reason") -> str:
    """Return a reason as everybody reads it.

    :raises Unfit: `why_missing`
    """
    said = tidy_text(text)
    if not said or len(said) > LONGEST_REASON:
        raise Unfit("why_missing", field=field)
    return said
