"""Commissions and juries decide, the City answers appeals; always with a reason everybody reads."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from parvis.account.public import Person
from parvis.budget import events
from parvis.budget.actions.freezing import noting_who_tries
from parvis.budget.actions.locking import changed, go, hold_edition, locked, own, said_why
from parvis.budget.actions.recording import note
from parvis.budget.actions.refusing import Unfit, refusal
from parvis.budget.models import Appeal, AppealOutcome, Decision, Opinion, Project
from parvis.budget.permissions import require_agent
from parvis.budget.queries.editions import takes_appeals
from parvis.budget.rules import sheets
from parvis.budget.rules.status import Status
from parvis.kernel.facts import announce

_LONGEST_BODY = 120
_SHEET = ("title", "text", "title_en", "text_en", "place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a commission or a jury says of a project. Of an accepted one, the final sheet."""

    accepts: bool
    body: str
    reason: str
    cost_cents: int | None = None
    title: str = ""
    text: str = ""
    title_en: str = ""
    text_en: str = ""
    place: str = ""


def decide(project_id: uuid.UUID, verdict: Verdict, *, by: Person, now: dt.datetime) -> Project:
    """Put a studied project on the ballot, or say why not; its study is over, and its opinions can
    be read.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_project`
    :raises Refused: `status_wrong`, `studies_missing`, `studies_wait`, `frozen`
    :raises Unfit: `body_missing`, `why_missing`, `title_missing`, `text_missing`, `cost_wrong`
    """
    require_agent(by)
    edition_id = _edition_id(project_id)
    with noting_who_tries(edition_id, what="ballot", by=by, now=now):
        project = locked(project_id)
        if project.status != Status.STUDY:
            raise refusal("status_wrong")
        _require_studied(project)
        project.reviewed_at = now
        if verdict.accepts:
            _accept(project, verdict, now)
        else:
            go(project, Status.REJECTED, now=now)
            project.reason = said_why(verdict.reason)
        _decided(project, verdict.body, verdict.reason, by, now)
        return project


def remove(project_id: uuid.UUID, *, reason: str, by: Person, now: dt.datetime) -> None:
    """Withdraw a project for the City: nobody reads it any more, its authors read why.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_project`
    :raises Refused: `status_wrong`, `frozen`
    :raises Unfit: `why_missing`
    """
    require_agent(by)
    with noting_who_tries(_edition_id(project_id), what="ballot", by=by, now=now):
        project = locked(project_id)
        go(project, Status.REMOVED, now=now)
        project.reason = said_why(reason)
        _decided(project, "Ville de Paris", reason, by, now)


def change_sheet(project_id: uuid.UUID, verdict: Verdict, *, by: Person, now: dt.datetime) -> None:
    """Write the final sheet of an accepted project anew, until the edition is frozen.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_project`
    :raises Refused: `status_wrong`, `frozen`, and the attempt is written in the register
    :raises Unfit: `title_missing`, `text_missing`, `cost_wrong`
    """
    require_agent(by)
    with noting_who_tries(_edition_id(project_id), what="sheet", by=by, now=now):
        project = locked(project_id)
        if project.status != Status.ACCEPTED:
            raise refusal("status_wrong")
        _write_sheet(project, verdict)
        changed(project, *_SHEET, "cost_cents", now=now)
        note("sheet_changed", project, by=by, now=now)


@transaction.atomic
def appeal(project_id: uuid.UUID, text: str, *, by: Person, now: dt.datetime) -> Appeal:
    """Contest, as an author, that a project is not accepted; once, before the ballot is fixed.

    :raises NotFound: `no_project`
    :raises Forbidden: `own_project_only`
    :raises Refused: `status_wrong`, `appeal_made`, `appeal_late`
    :raises Unfit: `why_missing`
    """
    hold_edition(project_id)
    project = own(project_id, by)
    if Appeal.objects.filter(project=project).exists():
        raise refusal("appeal_made")
    if project.status != Status.REJECTED:
        raise refusal("status_wrong")
    if not takes_appeals(project.area.edition, now):
        raise refusal("appeal_late")
    made = Appeal.objects.create(
        project=project, author_id=by.id, text=said_why(text, field="text"), made_at=now
    )
    note("appealed", project, by=by, now=now)
    return made


def answer_appeal(
    project_id: uuid.UUID, *, outcome: str, answer: str, by: Person, now: dt.datetime
) -> None:
    """Answer an appeal: upheld, the project goes back to its study; dismissed, it stays as it is.
    No list is fixed while an appeal waits.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_appeal`
    :raises Refused: `appeal_answered`, `frozen`
    :raises Unfit: `opinion_missing`, `why_missing`
    """
    require_agent(by)
    with noting_who_tries(_edition_id(project_id), what="appeal", by=by, now=now):
        project = locked(project_id)
        made = Appeal.objects.filter(project=project).first()
        if made is None:
            raise refusal("no_appeal")
        if made.outcome:
            raise refusal("appeal_answered")
        if outcome not in AppealOutcome.values:
            raise Unfit("opinion_missing", field="outcome")
        made.outcome, made.answer = outcome, said_why(answer, field="answer")
        made.answered_by_id, made.answered_at = by.id, now
        made.save()
        if outcome == AppealOutcome.UPHELD:
            go(project, Status.STUDY, now=now)
            project.reviewed_at = None
        fact = events.AppealAnswered(project_id=project.pk, outcome=str(outcome))
        announce(fact, now=now)
        changed(project, "status", "reviewed_at", now=now)
        note("appeal_answered", project, by=by, now=now, outcome=str(outcome))


def _accept(project: Project, verdict: Verdict, now: dt.datetime) -> None:
    _write_sheet(project, verdict)
    go(project, Status.ACCEPTED, now=now)
    project.reason = said_why(verdict.reason)
    last = Project.objects.filter(area_id=project.area_id).aggregate(last=Max("number"))["last"]
    project.number = (last or 0) + 1


def _write_sheet(project: Project, verdict: Verdict) -> None:
    title, text = sheets.tidy(verdict.title), sheets.tidy_text(verdict.text)
    if not 0 < len(title) <= sheets.LONGEST_TITLE:
        raise Unfit("title_missing", field="title")
    if not sheets.SHORTEST_TEXT <= len(text) <= sheets.LONGEST_TEXT:
        raise Unfit("text_missing", field="text")
    if not sheets.is_cost(verdict.cost_cents):
        raise Unfit("cost_wrong", field="cost")
    project.title, project.text, project.cost_cents = title, text, verdict.cost_cents
    project.title_en = sheets.tidy(verdict.title_en)[: sheets.LONGEST_TITLE]
    project.text_en = sheets.tidy_text(verdict.text_en)[: sheets.LONGEST_TEXT]
    project.place = sheets.tidy(verdict.place)[: sheets.LONGEST_PLACE] or project.place


def _decided(project: Project, body: str, reason: str, by: Person, now: dt.datetime) -> None:
    said = sheets.tidy(body)
    if not 0 < len(said) <= _LONGEST_BODY:
        raise Unfit("body_missing", field="body")
    Decision.objects.create(
        project=project,
        body=said,
        status=project.status,
        reason=said_why(reason),
        decided_by_id=by.id,
        decided_at=now,
    )
    fact = events.ProjectDecided(project_id=project.pk, status=str(project.status))
    announce(fact, now=now)
    fields = ("status", "reason", "reviewed_at", "number", "cost_cents")
    changed(project, *_SHEET, *fields, now=now)
    note("decided", project, by=by, now=now, status=str(project.status))


def _require_studied(project: Project) -> None:
    opinions = list(project.studies.values_list("opinion", flat=True))
    if not opinions:
        raise refusal("studies_missing")
    if Opinion.WAITING in opinions:
        raise refusal("studies_wait")


def _edition_id(project_id: uuid.UUID) -> uuid.UUID:
    rows = Project.objects.filter(pk=project_id).exclude(status=Status.DRAFT)
    found = rows.values_list("area__edition_id", flat=True).first()
    if found is None:
        raise refusal("no_project")
    return found
