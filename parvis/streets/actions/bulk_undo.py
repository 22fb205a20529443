"""Puts back what a bulk job did, by steps of the table; a case that somebody touched since stays,
and its line says so."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Reach
from parvis.streets.actions.bulk import (
    ASSIGN,
    CHUNK,
    DONE,
    UNDONE,
    locked_job,
    reach_by,
    require_reach,
    tried,
)
from parvis.streets.actions.clocks import local_day
from parvis.streets.actions.moving import locked_case, move_case
from parvis.streets.actions.routing import assign_case, route_case
from parvis.streets.models import BulkJob, BulkLine, BulkState, Case, Photo, PhotoRole
from parvis.streets.queries.life import cycle
from parvis.streets.queries.life_words import refusal
from parvis.streets.rules import life
from parvis.streets.rules.undoing import way_back


def run_undo(*, job_id: uuid.UUID, now: dt.datetime) -> None:
    """Undo what is left of a job that is to be undone, CHUNK lines at a time, like `bulk.run`, in
    the name of who asked for the undoing."""
    while _chunk(job_id, now):
        pass


@transaction.atomic
def _chunk(job_id: uuid.UUID, now: dt.datetime) -> bool:
    job = locked_job(job_id)
    if job.state != BulkState.UNDOING:
        return False
    lines = list(job.lines.filter(outcome=DONE).order_by("position")[:CHUNK])
    reach = reach_by(job.undone_by_id, now=now)
    for line in lines:
        tried(line, partial(_put_back, line, job, reach, now))
    BulkLine.objects.bulk_update(lines, ["outcome"])
    if len(lines) < CHUNK:
        job.state, job.undone_at = BulkState.UNDONE, now
        job.save(update_fields=["state", "undone_at"])
        return False
    return True


def _put_back(line: BulkLine, job: BulkJob, reach: Reach, now: dt.datetime) -> None:
    case = locked_case(line.case_id)
    require_reach(case, reach)
    if case.revision != line.revision:
        raise refusal("touched_since")
    actor = f"person:{job.undone_by_id}"
    if job.action["deed"] == ASSIGN:
        _give_back(case, str(line.before["handler"]), actor, now)
    else:
        _step_back(case, line, actor, now)
    line.outcome = UNDONE


def _give_back(case: Case, handler: str, actor: str, now: dt.datetime) -> None:
    if handler:
        assign_case(case_id=case.pk, handler=handler, actor_ref=actor, now=now)
    else:
        # Nobody had it: the rules are asked again, as they were before.
        route_case(case, now=now, actor_ref=actor)


def _step_back(case: Case, line: BulkLine, actor: str, now: dt.datetime) -> None:
    known, to = cycle(), str(line.before["state"])
    ways = way_back(known, case.state_id, to, who=(life.AGENT, life.PROGRAM))
    if ways is None:
        raise refusal("no_way_back")
    reason, planned = str(line.before["reason"]), str(line.before["planned_on"])
    for way in ways:
        is_last = way is ways[-1]
        move_case(
            case_id=case.pk,
            to=way.after,
            actor=actor,
            who=life.AGENT if life.AGENT in way.who else life.PROGRAM,
            door="bulk",
            now=now,
            reason=reason if is_last else "",
            public_note=_("What was just announced was a mistake, and is taken back."),
            proofs=_proofs(case) if is_last and reason else (),
            planned_on=_still_to_come(planned, now) if is_last else None,
            # Two steps back are one message.
            is_told=is_last,
        )


def _proofs(case: Case) -> list[uuid.UUID]:
    shown = Photo.objects.filter(case=case, role=PhotoRole.AFTER)
    return list(shown.exclude(cleaned="", shown="").values_list("pk", flat=True))


def _still_to_come(planned: str, now: dt.datetime) -> dt.date | None:
    day = dt.date.fromisoformat(planned) if planned else None
    return day if day is not None and day > local_day(now) else None
