"""Keeps the clock of each case: its pauses, its deadline, how long it was worked at, how late it
is."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.actions.pressing import press
from parvis.streets.models import Case, ClockMode, ClockPause, State
from parvis.streets.queries.clocks import (
    much_later,
    newly_late,
    pauses_of,
    week_of,
    weeks_of,
)
from parvis.streets.rules import clock, life

MANY = 500
REPORTER, PARTNER, NOBODY = "reporter", "partner", "nobody"
_MINUTE = dt.timedelta(minutes=1)


def local_day(moment: dt.datetime) -> dt.date:
    """Return the day on which a moment is, in the city."""
    return moment.astimezone(clock.PARIS).date()


def first_deadline(case: Case) -> dt.datetime | None:
    """Return the deadline of a case that begins now, its handler known or not; None where nothing
    is promised. For who inserts a case."""
    hours = case.subtype.sla_hours
    week = week_of(case.handler_id, since=local_day(case.opened_at))
    if hours is None or not week.hours:
        return None
    return clock.due(case.opened_at, hours, week=week)


def keep_deadline(case: Case) -> None:
    """Reckon the deadline of a locked case anew and write it: after its handler or its kind has
    changed."""
    reckon(case)
    case.save(update_fields=["due_at", "times_late"])


def reckon(case: Case, *, is_new: bool = False) -> None:
    """Reckon the deadline of a locked case anew; the caller writes its columns `due_at` and
    `times_late`. The clock of one that is just opened has never stood."""
    _reckon(case, _kept(case, is_new=is_new))


def turn(case: Case, *, after: State, now: dt.datetime) -> None:
    """Let the clock of a locked case run, pause or stop as a state says; the caller writes the
    case's columns `due_at`, `worked_minutes` and `times_late`.

    While a case was closed, its clock stood.
    """
    _end_pause(case, now)
    if case.closed_at is not None and after.is_open:
        begins = case.closed_at
        ClockPause.objects.create(
            case=case, waits_for=NOBODY, begins_at=begins, ends_at=max(begins, now)
        )
    if after.clock == ClockMode.PAUSED:
        waits_for = REPORTER if after.pk == life.WAITING else PARTNER
        ClockPause.objects.create(case=case, waits_for=waits_for, begins_at=_free(case, now))
    kept = _kept(case)
    _reckon(case, kept)
    passed = clock.worked(case.opened_at, now, week=kept.week, pauses=kept.pauses)
    case.worked_minutes = None if after.is_open else passed // _MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    week: clock.WorkWeek
    pauses: tuple[clock.Pause, ...]


def _kept(case: Case, *, is_new: bool = False) -> _Kept:
    week = week_of(case.handler_id, since=local_day(case.opened_at))
    return _Kept(week=week, pauses=() if is_new else pauses_of(case.pk))


def _end_pause(case: Case, now: dt.datetime) -> None:
    standing = ClockPause.objects.filter(case=case, ends_at=None).first()
    if standing is not None:
        # Clocks of two machines may differ by a little.
        standing.ends_at = max(now, standing.begins_at)
        standing.save(update_fields=["ends_at"])


def _free(case: Case, now: dt.datetime) -> dt.datetime:
    last = ClockPause.objects.filter(case=case).order_by("-ends_at").first()
    return max(now, last.ends_at) if last and last.ends_at else now


def _reckon(case: Case, kept: _Kept) -> None:
    hours, before = case.subtype.sla_hours, case.due_at
    if hours is None or not kept.week.hours:
        case.due_at = None
        return
    case.due_at = clock.due(case.opened_at, hours, week=kept.week, pauses=kept.pauses)
    if before is not None and case.due_at is not None and case.due_at > before:
        # A new promise: if that passes too, it is news again.
        case.times_late = clock.IN_TIME


def announce_late(*, now: dt.datetime) -> int:
    """Announce each open case whose deadline has passed, once, and let it go before others; return
    how many were."""
    return sum(_announce(one, clock.LATE, now) for one in newly_late(now, many=MANY))


def announce_very_late(*, now: dt.datetime) -> int:
    """Announce each open case whose promise has passed three times, once; return how many were."""
    cases = list(much_later(now).iterator(chunk_size=MANY))
    since = min((local_day(case.opened_at) for case in cases), default=local_day(now))
    weeks = weeks_of({case.handler_id for case in cases}, since=since)
    late = [case.pk for case in cases if _times(case, weeks[case.handler_id], now) > clock.LATE]
    return sum(_announce(one, clock.VERY_LATE, now) for one in late)


def reckon_deadlines(*, handler: str, now: dt.datetime) -> int:
    """Reckon the deadlines of open cases anew after hours or days have changed: those of a handler
    (its code), of all with "". Return how many moved; what lives at this moment is not kept
    waiting."""
    rows = Case.objects.filter(is_open=True, due_at__isnull=False)
    if handler:
        rows = rows.filter(handler__code=handler)
    moved = 0
    for case_id in rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=MANY):
        moved += _reckon_one(case_id, now)
    return moved


@transaction.atomic
def _reckon_one(case_id: uuid.UUID, now: dt.datetime) -> bool:
    rows = Case.objects.select_for_update(of=("self",), no_key=True).select_related("subtype")
    case = rows.filter(pk=case_id, is_open=True).first()
    if case is None:
        return False
    before = case.due_at
    keep_deadline(case)
    if case.due_at == before:
        return False
    case.changed_at = max(now, case.changed_at)
    case.save(update_fields=["changed_at"])
    return True


def _times(case: Case, week: clock.WorkWeek, now: dt.datetime) -> int:
    passed = clock.worked(case.opened_at, now, week=week, pauses=pauses_of(case.pk))
    return clock.lateness(passed, case.subtype.sla_hours or 0)


@transaction.atomic
def _announce(case_id: uuid.UUID, times: int, now: dt.datetime) -> bool:
    rows = Case.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    case = rows.select_related("subtype").filter(pk=case_id, is_open=True).first()
    if case is None or case.times_late >= times:
        return False
    # The hours of work may have been changed since the deadline was written.
    _reckon(case, _kept(case))
    is_late = case.due_at is not None and case.due_at < now
    case.times_late = times if is_late else clock.IN_TIME
    case.save(update_fields=["due_at", "times_late"])
    if not is_late:
        return False
    announce(events.CaseLate(case_id=case.id, code=case.code, times=times), now=now)
    press(case, now=now)
    return True
