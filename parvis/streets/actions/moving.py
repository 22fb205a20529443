"""The one door by which a case changes its state: for pages, programs, partners and jobs alike."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from django.db import transaction

from parvis.kernel import register
from parvis.kernel.facts import announce
from parvis.kernel.models import Channel
from parvis.streets import events
from parvis.streets.actions import clocks
from parvis.streets.actions.pressing import press
from parvis.streets.actions.telling import tell_of_step
from parvis.streets.models import (
    Case,
    ClosingReason,
    Photo,
    PhotoRole,
    PhotoState,
    Report,
    State,
    Step,
    Transition,
)
from parvis.streets.queries.life import closing_of, cycle_of, last_closing, last_opening
from parvis.streets.queries.life_words import refusal
from parvis.streets.rules import life

_NO_PROOF = (PhotoState.UNREADABLE, PhotoState.GONE)
_CHANNELS = {"georeport": Channel.API, "api": Channel.API, "program": Channel.PROGRAM}


class How(TypedDict, total=False):
    """What may be said of a step besides.

    `reason` is the code of the reason of a closing; `public_note` is read by everybody and sent to
    who reported, `note` by agents; `proofs` are ids of photos of the case (role "after") that show
    the end: one that came since the case was last opened is counted without being named;
    `planned_on` is the day on which somebody will come; `merged_into` is the case that this one is
    the same as (only `actions.merging` says it); `is_told` is False where another message says it.
    """

    reason: str
    public_note: str
    note: str
    proofs: Sequence[uuid.UUID]
    planned_on: dt.date | None
    merged_into: uuid.UUID | None
    is_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    case: Case
    after: State
    by: Transition
    reason: ClosingReason | None


@transaction.atomic
def move_case(
    *,
    case_id: uuid.UUID,
    to: str,
    actor: str,
    who: str,
    door: str,
    now: dt.datetime,
    **how: Unpack[How],
) -> Step:
    """Take a case one step on, and return the step; on refusal nothing is changed.

    `actor` is the ref of who does it ("person:<id>"; "" for a program, and for who has no account);
    `who` is "agent", "partner", "reporter" or "program" as the table says: that the actor is one is
    for the caller to know. `door` is where it came from: "desk", "bulk", "offline", "partner",
    "georeport", "page", "program". The clock is paused, run or stopped as the new state says, and
    the deadline reckoned anew. A merged case that is opened again has its own reports back.

    :raises NotFound: `no_case`
    :raises Refused: `no_such_state`, `already_there`, `no_such_step`, `not_yours_to_take`;
        `reason_missing`, `reason_of_another_state`, `proof_missing`, `message_missing`;
        `question_missing`, for the public note is what is asked; `merging_needs_a_case`,
        `planned_in_the_past`
    """
    case = locked_case(case_id)
    move = _judged(case, to, who, how)
    _refuse_day(how, now)
    root = case.merged_into_id
    step = _step(move, actor, door, how, now)
    clocks.turn(case, after=move.after, now=now)
    _write(move, how, now)
    if root is not None:
        _bring_reports_home(case, root, now)
    _record(move, step, root)
    announce(_moved(case, step), now=now)
    if move.by.is_told and how.get("is_told", True):
        tell_of_step(case, step, now=now)
    return step


def locked_case(case_id: uuid.UUID) -> Case:
    """Return a case as it is now, locked until the end of the transaction; a merged one is locked
    together with its root, in the order of their ids.

    :raises NotFound: `no_case`
    """
    root = Case.objects.filter(pk=case_id).values_list("merged_into", flat=True).first()
    return locked_cases(case_id, root)[case_id]


def locked_cases(*case_ids: uuid.UUID | None) -> dict[uuid.UUID, Case]:
    """Return cases by their ids, locked in the order of ids, so that nobody waits in a ring.

    :raises NotFound: `no_case`, if one of them does not exist
    """
    wanted = {one for one in case_ids if one is not None}
    rows = Case.objects.select_for_update(of=("self",), no_key=True).select_related("subtype")
    found = {case.id: case for case in rows.filter(pk__in=wanted).order_by("pk")}
    if len(found) < len(wanted):
        raise refusal("no_case")
    return found


def _judged(case: Case, to: str, who: str, how: How) -> _Move:
    states = State.objects.in_bulk([case.state_id, to])
    if to not in states:
        raise refusal("no_such_state")
    steps = list(Transition.objects.filter(before=case.state_id, after=to))
    cycle = cycle_of(states.values(), steps)
    _refuse_if(life.why_not(cycle, case.state_id, to, who=who))
    reason = _reason(how.get("reason", ""))
    words = how.get("public_note", "").strip() or (reason.text_fr if reason else "")
    if to == life.WAITING and not words:
        raise refusal("question_missing")
    _refuse_if(
        life.why_not_closed(
            cycle,
            to,
            reason=closing_of(reason) if reason else None,
            proofs=_proofs(case, how),
            message=words,
        )
    )
    # An open case has no reason, whatever was said.
    kept = None if states[to].is_open else reason
    if (to == life.MERGED) != (how.get("merged_into") is not None):
        raise refusal("merging_needs_a_case")
    return _Move(case=case, after=states[to], by=steps[0], reason=kept)


def _reason(code: str) -> ClosingReason | None:
    return ClosingReason.objects.filter(pk=code, retired_at=None).first() if code else None


def _proofs(case: Case, how: How) -> int:
    """Count the photos that show the end; a named one that is not of this case is no proof."""
    shown = Photo.objects.filter(case=case, role=PhotoRole.AFTER).exclude(state__in=_NO_PROOF)
    named = set(how.get("proofs", ()))
    if named and shown.filter(pk__in=named).count() < len(named):
        return 0
    return len(named) or shown.filter(taken_in_at__gte=last_opening(case)).count()


def _refuse_day(how: How, now: dt.datetime) -> None:
    day = how.get("planned_on")
    if day is not None and day < clocks.local_day(now):
        raise refusal("planned_in_the_past")


def _refuse_if(code: str) -> None:
    if code:
        raise refusal(code)


def _step(move: _Move, actor: str, door: str, how: How, now: dt.datetime) -> Step:
    return Step.objects.create(
        case=move.case,
        before_id=move.case.state_id,
        after=move.after,
        reason=move.reason,
        public_note=how.get("public_note", "").strip()[:1000],
        note=how.get("note", "").strip()[:2000],
        actor_ref=actor,
        door=door,
        taken_at=now,
    )


def _write(move: _Move, how: How, now: dt.datetime) -> None:
    """Write the case in one UPDATE: the database looks at all its columns together."""
    case = move.case
    is_open = move.after.is_open
    case.state_id = move.after.pk
    case.reason_id = move.reason.pk if move.reason else None
    case.closed_at = None if is_open else now
    case.merged_into_id = how.get("merged_into")
    case.planned_on = how.get("planned_on") if is_open else None
    case.changed_at = max(now, case.changed_at)
    case.revision += 1
    case.save(
        update_fields=[
            "state",
            "reason",
            "closed_at",
            "merged_into",
            "planned_on",
            "due_at",
            "worked_minutes",
            "times_late",
            "changed_at",
            "revision",
        ]
    )
    case.is_open = is_open


def _bring_reports_home(case: Case, root_id: uuid.UUID, now: dt.datetime) -> None:
    """Give a case the reports back that went to its root when it was merged, and those that were
    one with a report of the root since then."""
    theirs = Report.objects.filter(case=root_id, first_case=case)
    merged = last_closing(case)
    if merged is not None:
        theirs.filter(withdrawn_at=merged.taken_at).update(withdrawn_at=None, case=case)
    theirs.update(case=case)
    root = Case.objects.get(pk=root_id)
    touch(root, now=now)
    press(root, now=now)
    case.refresh_from_db(fields=["reports_count"])


def touch(case: Case, *, now: dt.datetime) -> None:
    """Note that a locked case changed, for whoever reads what is new since a moment."""
    case.changed_at = max(now, case.changed_at)
    case.revision += 1
    case.save(update_fields=["changed_at", "revision"])


def _record(move: _Move, step: Step, root: uuid.UUID | None) -> None:
    details = {"before": step.before_id, "after": step.after_id, "reason": step.reason_id or ""}
    if root is not None:
        details["root"] = str(root)
    register.record(
        register.Entry(
            action=f"streets.{move.by.deed}",
            object_ref=f"streets.case:{move.case.id}",
            actor_ref=step.actor_ref,
            recorded_at=step.taken_at,
            channel=_CHANNELS.get(step.door, Channel.WEB).value,
            details={**details, "door": step.door},
        )
    )


def _moved(case: Case, step: Step) -> events.CaseMoved:
    return events.CaseMoved(
        case_id=case.id,
        code=case.code,
        step_id=step.pk,
        before=step.before_id or "",
        after=step.after_id,
        reason=step.reason_id or "",
    )
