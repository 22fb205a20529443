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
from parvis.budget.rules.winners import Stage, Step, why_not_months
from parvis.kernel.facts import announce


@dataclass(frozen=True, slots=True, kw_only=True)
class Won:
    """A winner as the count says it: the rank at which it was bought, and its votes, None where
    ballots hold something else."""

    project_id: uuid.UUID
    rank: int
    votes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How far a winner got: its stage, the months of its steps (None for one not set yet), what is
    said to who follows it, and, once it is given up, why. `form_token` names the page that was
    sent."""

    stage: str
    months: Mapping[Step, dt.date | None] = field(default_factory=dict)
    pilot: str = ""
    news: str = ""
    reason: str = ""
    form_token: uuid.UUID | None = None


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
    """Say how far a winner got; whoever proposed or follows it is told. The same page sent twice is
    told once.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_delivery`, `no_project`, `no_department`
    :raises Unfit: `stage_wrong`, `why_missing` for one that is given up, `reason_too_much` for
        another, `news_long`, `month_far`, `months_disorder`, `nothing_new`
    """
    require_agent(by)
    project = locked(project_id)
    delivery = Delivery.objects.filter(project=project).first()
    if delivery is None:
        raise refusal("no_delivery")
    if step.form_token and delivery.news.filter(form_token=step.form_token).exists():
        return
    news = sheets.tidy_text(step.news)
    if len(news) > sheets.LONGEST_REASON:
        raise Unfit("news_long", field="news")
    if not (_write(delivery, step, project.area.edition.year) or news):
        raise Unfit("nothing_new", field="news")
    delivery.changed_at = now
    delivery.save()
    _tell(delivery, news, step, by, now)
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


def _write(delivery: Delivery, step: Move, edition: int) -> bool:
    """Note what is said of a delivery, which the caller saves; tell whether it was not known."""
    before = (delivery.stage, delivery.reason, delivery.pilot_id)
    if step.stage not in StageOf.values:
        raise Unfit("stage_wrong", field="stage")
    is_over = step.stage == Stage.ABANDONED
    if step.reason.strip() and not is_over:
        raise Unfit("reason_too_much", field="reason")
    delivery.stage = step.stage
    delivery.reason = said_why(step.reason) if is_over else ""
    delivery.pilot = _pilot(step.pilot) or delivery.pilot
    is_dated = _date(delivery, step.months, edition)
    return is_dated or before != (delivery.stage, delivery.reason, delivery.pilot_id)


def _date(delivery: Delivery, months: Mapping[Step, dt.date | None], edition: int) -> bool:
    known = {Step(one.step): one.month for one in delivery.milestones.all()}
    changed = [step for step, month in months.items() if known.get(step) != month]
    then = {step: month for step, month in (known | dict(months)).items() if month}
    code, wrong = why_not_months(then, changed, edition=edition)
    if code:
        raise Unfit(code, field=f"month_{wrong}")
    for step in changed:
        month = months[step]
        unknown = "" if month else UnknownOf.NOT_SET
        Milestone.objects.update_or_create(
            delivery=delivery, step=step, defaults={"month": month, "unknown": unknown}
        )
    return bool(changed)


def _tell(delivery: Delivery, said: str, step: Move, by: Person, now: dt.datetime) -> None:
    news = News.objects.create(
        delivery=delivery,
        stage=delivery.stage,
        text="\n\n".join(filter(None, (delivery.reason, said))),
        form_token=step.form_token,
        written_by_id=by.id,
        written_at=now,
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
