"""A resident proposes a project: a draft, step by step, and then everybody reads it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from django.db import transaction

from parvis.account.public import Person
from parvis.budget import events
from parvis.budget.actions.locking import changed, go, own
from parvis.budget.actions.merging import drop_for_who_leaves
from parvis.budget.actions.recording import note
from parvis.budget.actions.refusing import Unfit, refusal
from parvis.budget.models import Area, Author, Project, Version
from parvis.budget.permissions import why_not_propose
from parvis.budget.queries.editions import phases_of
from parvis.budget.queries.people import author_ids, family
from parvis.budget.queries.sheets import sheet_of
from parvis.budget.rules import calendar, sheets
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.sheets import Sheet
from parvis.budget.rules.status import ALIVE, Status
from parvis.kernel.facts import announce
from parvis.territory.public import in_metres, locate


@transaction.atomic
def start(
    *, area_id: uuid.UUID, declares: bool, form_token: uuid.UUID, by: Person, now: dt.datetime
) -> Project:
    """Begin a draft in an area; the same form sent twice is one draft.

    :raises NotFound: `no_area`
    :raises Refused: `ideation_not_open`
    :raises Forbidden: `no_tie`, `too_young`
    :raises Unfit: `not_declared`
    """
    known = Project.objects.filter(form_token=form_token, authors__person_id=by.id).first()
    if known is not None:
        return known
    area = Area.objects.select_related("edition").filter(pk=area_id).first()
    if area is None:
        raise refusal("no_area")
    _require_open(area, now)
    code = why_not_propose(area, by, declares=declares, now=now)
    if code == "not_declared":
        raise Unfit(code, field="declares")
    if code:
        raise refusal(code)
    project = Project.objects.create(
        area=area, status=Status.DRAFT, form_token=form_token, made_at=now, changed_at=now
    )
    Author.objects.create(project=project, person_id=by.id, declared_at=now)
    return project


@transaction.atomic
def write(project_id: uuid.UUID, sheet: Sheet, *, by: Person, now: dt.datetime) -> Project:
    """Keep what is written of a draft, however incomplete.

    :raises NotFound: `no_project`
    :raises Refused: `status_wrong`
    :raises Unfit: `title_missing`, `text_missing`, `place_missing` for what is too long,
        `theme_missing` for one that nobody knows, `cost_wrong`, `outside_the_area`
    """
    project = own(project_id, by)
    if project.status != Status.DRAFT:
        raise refusal("status_wrong")
    _keep(project, sheet)
    project.changed_at = now
    project.save()
    return project


@transaction.atomic
def submit(project_id: uuid.UUID, *, by: Person, now: dt.datetime) -> Project:
    """Propose a draft: everybody reads it from now on, and may follow it.

    :raises NotFound: `no_project`
    :raises Refused: `status_wrong`, `ideation_not_open`
    :raises Unfit: what `rules.sheets.why_not_complete` says
    """
    project = own(project_id, by)
    _require_open(project.area, now)
    code, field = sheets.why_not_complete(sheet_of(project))
    if code:
        raise Unfit(code, field=field)
    go(project, Status.SUBMITTED, now=now)
    project.submitted_at = now
    keep_version(project, by=by, words="", now=now)
    announce(events.ProjectProposed(project_id=project.pk), now=now)
    changed(project, "status", "submitted_at", now=now)
    note("proposed", project, by=by, now=now)
    return project


@transaction.atomic
def withdraw(project_id: uuid.UUID, *, by: Person, now: dt.datetime) -> bool:
    """Take one's project back: nobody else reads it any more. Of one that several people brought
    together each takes their own part back: they leave its authors, it goes on with the others, and
    the last of them takes the whole back. Tell whether the whole is taken back.

    :raises NotFound: `no_project`
    :raises Forbidden: `own_project_only`
    :raises Refused: `status_wrong`, `too_late_to_withdraw` once it is on the ballot
    """
    project = own(project_id, by)
    if project.status == Status.ACCEPTED:
        raise refusal("too_late_to_withdraw")
    if author_ids(project) != {by.id}:
        _leave(project, by, now)
        return False
    go(project, Status.WITHDRAWN, now=now)
    changed(project, "status", now=now)
    note("withdrawn", project, by=by, now=now)
    return True


def keep_version(project: Project, *, by: Person | None, words: str, now: dt.datetime) -> Version:
    """Keep how a project reads now, after all versions before."""
    return Version.objects.create(
        project=project,
        rank=project.versions.count() + 1,
        title=project.title,
        text=project.text,
        estimated_cents=project.estimated_cents,
        note=words,
        written_by_id=by.id if by else None,
        written_at=now,
    )


def _leave(project: Project, by: Person, now: dt.datetime) -> None:
    if project.status not in ALIVE:
        raise refusal("status_wrong")
    parts = family(project)
    Author.objects.filter(project_id__in=parts, person_id=by.id).delete()
    drop_for_who_leaves(parts, by=by, now=now)
    announce(events.AuthorLeft(project_id=project.pk), now=now)
    changed(project, now=now)
    note("left", project, by=by, now=now)


def _keep(project: Project, sheet: Sheet) -> None:
    tidied = replace(
        sheet,
        title=sheets.tidy(sheet.title),
        place=sheets.tidy(sheet.place),
        text=sheets.tidy_text(sheet.text),
    )
    _check_lengths(tidied)
    project.title, project.text, project.place = tidied.title, tidied.text, tidied.place
    project.theme, project.estimated_cents = tidied.theme, tidied.estimated_cents
    project.location = _on_the_ground(project.area, tidied.at)


def _check_lengths(sheet: Sheet) -> None:
    checks = (
        ("title_missing", "title", len(sheet.title) <= sheets.LONGEST_TITLE),
        ("text_missing", "text", len(sheet.text) <= sheets.LONGEST_TEXT),
        ("place_missing", "place", len(sheet.place) <= sheets.LONGEST_PLACE),
        ("theme_missing", "theme", sheet.theme in ("", *sheets.THEMES)),
        ("cost_wrong", "estimated", sheets.may_cost(sheet.estimated_cents)),
    )
    for code, field, holds in checks:
        if not holds:
            raise Unfit(code, field=field)


def _on_the_ground(area: Area, at: tuple[float, float] | None) -> tuple[float, float] | None:
    if at is None:
        return None
    lon, lat = at
    found = locate(lon=lon, lat=lat)
    if found is None or area.arrondissement not in (None, found.arrondissement):
        raise Unfit("outside_the_area", field="place")
    return in_metres([at])[0]


def _require_open(area: Area, now: dt.datetime) -> None:
    if not calendar.is_on(phases_of(area.edition), Kind.IDEATION, now):
        raise refusal("ideation_not_open")
