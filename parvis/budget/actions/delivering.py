"""Winners are carried out: proclaimed, moved on step by step, given up with a reason; followers are
told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from parvis.account.public import Person
from parvis.budget import events
from parvis.budget.actions.locking import changed, locked, said_why
from parvis.budget.actions.recording import note
from parvis.budget.actions.refusing import Unfit, refusal
from parvis.budget.models import (
    Delivery,
    Department,
    Edition,
    Milestone,
    News,
    Project,
    StageOf,
    UnknownOf,
)
from parvis.budget.permissions import require_agent
from parvis.budget.rules import sheets
from parvis.budget.rules.status import Status
from parvis.budget.rules.winners import Stage, Step
from parvis.kernel.facts import announce


@dataclass(frozen=True, slots=True, kw_only=True)
class Won:
    """A winner as the count says it: the rank at which it was bought, and its votes."""

    project_id: uuid.UUID
    rank: int
    votes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How far a winner got: its stage, the months of its steps (None for one not set yet), what is
    said to who follows it, and, once it is given up, why."""

    stage: str
    months: Mapping[Step, dt.date | None] = field(default_factory=dict)
    pilot: str = ""
    news: str = ""
    reason: str = ""


@transaction.atomic
def proclaim(
    edition_id: uuid.UUID, winners: Sequence[Won], *, by: Person | None, now: dt.datetime
) -> int:
    """Make deliveries of the winners of a frozen edition; return how many. The count is not judged
    here: whoever proclaims has its proof.

    :raises NotFound: `no_edition`
    :raises Refused: `already_proclaimed`
    :raises Unfit: `winners_wrong`
    """
    edition = Edition.objects.select_for_update().filter(pk=edition_id).first()
    if edition is None:
        raise refusal("no_edition")
    if Delivery.objects.filter(project__area__edition=edition).exists():
        raise refusal("already_proclaimed")
    ballot = Project.objects.filter(area__edition=edition, status=Status.ACCEPTED)
    known = ballot.in_bulk([one.project_id for one in winners])
    if edition.frozen_at is None or len(known) != len(winners):
        raise Unfit("winners_wrong")
    for one in winners:
        _begin(known[one.project_id], one, now)
    note("proclaimed", edition, by=by, now=now, winners=len(winners))
    return len(winners)


@transaction.atomic
def move(project_id: uuid.UUID, step: Move, *, by: Person, now: dt.datetime) -> None:
    """Say how far a winner got; whoever proposed or follows it is told.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_delivery`, `no_project`, `no_department`
    :raises Unfit: `stage_wrong`, `why_missing` for one that is given up
    """
    require_agent(by)
    project = locked(project_id)
    delivery = Delivery.objects.filter(project=project).first()
    if delivery is None:
        raise refusal("no_delivery")
    if step.stage not in StageOf.values:
        raise Unfit("stage_wrong", field="stage")
    is_over = step.stage == Stage.ABANDONED
    delivery.stage = step.stage
    delivery.reason = said_why(step.reason) if is_over else ""
    delivery.pilot = _pilot(step.pilot) or delivery.pilot
    delivery.changed_at = now
    delivery.save()
    for kind, month in step.months.items():
        unknown = "" if month else UnknownOf.NOT_SET
        Milestone.objects.update_or_create(
            delivery=delivery, step=kind, defaults={"month": month, "unknown": unknown}
        )
    _tell(delivery, step, by, now)
    changed(project, now=now)
    note("delivery_moved", project, by=by, now=now, stage=str(step.stage))


def _begin(project: Project, won: Won, now: dt.datetime) -> None:
    delivery = Delivery.objects.create(
        project=project, rank=won.rank, votes=won.votes, changed_at=now
    )
    Milestone.objects.bulk_create(
        Milestone(delivery=delivery, step=step, unknown=UnknownOf.NOT_SET) for step in Step
    )
    announce(events.ProjectWon(project_id=project.pk), now=now)
    changed(project, now=now)


def _tell(delivery: Delivery, step: Move, by: Person, now: dt.datetime) -> None:
    said = sheets.tidy_text(step.news)[: sheets.LONGEST_REASON] or delivery.reason
    news = News.objects.create(
        delivery=delivery, stage=delivery.stage, text=said, written_by_id=by.id, written_at=now
    )
    fact = events.DeliveryMoved(
        project_id=delivery.project_id, stage=str(delivery.stage), news_id=news.pk
    )
    announce(fact, now=now)


def _pilot(key: str) -> Department | None:
    if not key:
        return None
    found = Department.objects.filter(pk=key).first()
    if found is None:
        raise refusal("no_department")
    return found
