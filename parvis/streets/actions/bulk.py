"""One thing done to many cases: asked for once, done by a job line by line, each line telling what
became of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person, Reach, person, within
from parvis.kernel import register
from parvis.kernel.errors import Refused
from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.actions.clocks import local_day
from parvis.streets.actions.moving import locked_case, move_case
from parvis.streets.actions.routing import assign_case
from parvis.streets.models import BulkJob, BulkLine, BulkState, Case, ClosingReason, Handler, State
from parvis.streets.permissions import reach_of_agent, require_agent
from parvis.streets.queries.bulk import no_job
from parvis.streets.queries.life_words import refusal
from parvis.streets.rules import life

MOST = 5_000
CHUNK = 200
DONE, UNDONE = "done", "undone"
MOVE, ASSIGN = "move", "assign"
_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted of every case: a step (`state`, and what `move_case` is told of it), or that a
    `handler` (its code) takes it. `planned_on` is a day as ISO 8601 writes it."""

    deed: str
    state: str = ""
    reason: str = ""
    public_note: str = ""
    note: str = ""
    planned_on: str = ""
    handler: str = ""


@transaction.atomic
def ask_bulk(
    *, case_ids: Collection[uuid.UUID], wish: Wish, by: Person, now: dt.datetime
) -> uuid.UUID:
    """Ask for one thing to be done to these cases, and return the id of the job that does it.

    Ids of no case, and of none within reach, are left out. Lines stand in the order of the cases'
    ids, in which they are locked.

    :raises Forbidden: `needs_role`
    :raises Refused: `bulk_empty`, `bulk_too_many`, and what `check_wish` refuses
    """
    require_agent(by)
    known = _known(case_ids, reach_of_agent(by))
    check_wish(wish, now=now)
    job = BulkJob.objects.create(
        asked_by_id=by.id,
        action=asdict(wish),
        state=BulkState.WAITING,
        total=len(known),
        asked_at=now,
    )
    lines = [BulkLine(job=job, case_id=one, position=rank) for rank, one in enumerate(known, 1)]
    BulkLine.objects.bulk_create(lines, batch_size=_BATCH)
    _record("streets.bulk_asked", job, by, now)
    announce(events.BulkAsked(job_id=job.pk), now=now)
    return job.pk


def check_wish(wish: Wish, *, now: dt.datetime) -> None:
    """Refuse what can be done to no case at all; the rest each line says for itself.

    :raises NotFound: `no_such_handler`
    :raises Refused: `no_such_state`, `bulk_merges_nothing`, `reason_missing`,
        `reason_of_another_state`, `question_missing`, `planned_in_the_past`, `handler_closed`
    """
    if wish.deed == ASSIGN:
        _check_handler(wish.handler)
        return
    state = State.objects.filter(pk=wish.state).first()
    if state is None:
        raise refusal("no_such_state")
    if state.pk == life.MERGED:
        sentence = _("Reports are joined one at a time, on the page of one of them.")
        raise Refused("bulk_merges_nothing", sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if state.pk == life.WAITING and not wish.public_note.strip():
        raise refusal("question_missing")
    if not state.is_open:
        _check_reason(wish)
    day = _day(wish.planned_on)
    if day is not None and day < local_day(now):
        raise refusal("planned_in_the_past")


@transaction.atomic
def ask_undo(*, job_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Ask for a bulk job to be undone: what nobody touched since goes back to where it was.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_job`, also for another's who has not the whole city within reach
    :raises Refused: `bulk_not_done`
    """
    require_agent(by)
    job = locked_job(job_id)
    if job.asked_by_id != by.id and not reach_of_agent(by).is_whole_city:
        raise no_job()
    if job.state != BulkState.DONE:
        raise Refused("bulk_not_done", _("Only what is done can be undone, once."))
    job.state, job.undone_by_id = BulkState.UNDOING, by.id
    job.save(update_fields=["state", "undone_by"])
    _record("streets.bulk_undone", job, by, now)
    announce(events.BulkAsked(job_id=job.pk, undo=True), now=now)


def run(*, job_id: uuid.UUID, now: dt.datetime) -> None:
    """Do what is left of a job, CHUNK lines at a time, each time in a transaction of its own: after
    it was killed it goes on where it was, and no line is done twice. What who asked for it may do
    no more by then is refused, line by line."""
    begun = BulkJob.objects.filter(pk=job_id, state=BulkState.WAITING)
    begun.update(state=BulkState.RUNNING)
    while _chunk(job_id, now):
        pass


def locked_job(job_id: uuid.UUID) -> BulkJob:
    """Return a job, locked until the end of the transaction.

    :raises NotFound: `no_job`
    """
    job = BulkJob.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise no_job()
    return job


def reach_by(person_id: uuid.UUID | None, *, now: dt.datetime) -> Reach:
    """Return in which arrondissements whoever asked for a job treats cases now: in none once the
    role has ended or the account is closed."""
    asker = person(person_id, now=now) if person_id else None
    return reach_of_agent(asker) if asker else Reach(frozenset())


def require_reach(case: Case, reach: Reach) -> None:
    """Refuse a case that lies out of reach.

    :raises Forbidden: `needs_role` where nothing is within reach, `outside_territory`
    """
    if not reach.covers(case.arrondissement):
        raise refusal("outside_territory" if reach.territories else "needs_role")


def tried(line: BulkLine, act: Callable[[], None]) -> None:
    """Do one line by itself, and note in it what became of it; the caller saves the line."""
    try:
        with transaction.atomic():
            act()
    except Refused as refused:
        line.outcome = refused.code[:60]
    except IntegrityError:
        line.outcome = "not_possible"


@transaction.atomic
def _chunk(job_id: uuid.UUID, now: dt.datetime) -> bool:
    """Do the next lines; tell whether there may be more."""
    job = locked_job(job_id)
    if job.state != BulkState.RUNNING:
        return False
    lines = list(job.lines.filter(outcome="").order_by("position")[:CHUNK])
    wish, reach = Wish(**job.action), reach_by(job.asked_by_id, now=now)
    for line in lines:
        tried(line, partial(_do, line, job, wish, reach, now))
    BulkLine.objects.bulk_update(lines, ["outcome", "before", "revision"])
    if len(lines) < CHUNK:
        job.state, job.finished_at = BulkState.DONE, now
        job.save(update_fields=["state", "finished_at"])
        return False
    return True


def _do(line: BulkLine, job: BulkJob, wish: Wish, reach: Reach, now: dt.datetime) -> None:
    case = locked_case(line.case_id)
    require_reach(case, reach)
    before = _standing(case)
    actor = f"person:{job.asked_by_id}" if job.asked_by_id else ""
    if wish.deed == ASSIGN:
        assign_case(case_id=case.pk, handler=wish.handler, actor_ref=actor, note=wish.note, now=now)
    else:
        move_case(
            case_id=case.pk,
            to=wish.state,
            actor=actor,
            who=life.AGENT,
            door="bulk",
            now=now,
            reason=wish.reason,
            public_note=wish.public_note,
            note=wish.note,
            planned_on=_day(wish.planned_on),
        )
    line.before, line.outcome = before, DONE
    line.revision = Case.objects.values_list("revision", flat=True).get(pk=case.pk)


def _standing(case: Case) -> dict[str, Any]:
    known = Handler.objects.filter(pk=case.handler_id) if case.handler_id else None
    handler = known.values_list("code", flat=True).first() if known is not None else None
    return {
        "state": case.state_id,
        "reason": case.reason_id or "",
        "planned_on": case.planned_on.isoformat() if case.planned_on else "",
        "handler": handler or "",
    }


def _known(case_ids: Collection[uuid.UUID], reach: Reach) -> list[uuid.UUID]:
    wanted = set(case_ids)
    if len(wanted) > MOST:
        sentence = _("That is too many at once: choose 5,000 reports at most.")
        raise Refused("bulk_too_many", sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    rows = Case.objects.filter(within(reach, "arrondissement"), pk__in=wanted)
    known = sorted(rows.values_list("pk", flat=True))
    if not known:
        sentence = _("Choose one report at least.")
        raise Refused("bulk_empty", sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return known


def _check_handler(code: str) -> None:
    handler = Handler.objects.filter(code=code).first()
    if handler is None:
        raise refusal("no_such_handler")
    if handler.closed_at is not None:
        raise refusal("handler_closed")


def _check_reason(wish: Wish) -> None:
    reason = ClosingReason.objects.filter(pk=wish.reason, retired_at=None).first()
    if reason is None:
        raise refusal("reason_missing")
    if reason.state_id != wish.state:
        raise refusal("reason_of_another_state")


def _day(written: str) -> dt.date | None:
    return dt.date.fromisoformat(written) if written else None


def _record(action: str, job: BulkJob, by: Person, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"streets.bulk:{job.pk}",
            actor_ref=f"person:{by.id}",
            recorded_at=now,
            details={"deed": job.action["deed"], "state": job.action["state"], "n": job.total},
        )
    )
