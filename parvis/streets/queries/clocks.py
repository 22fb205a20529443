"""What the clock of a case needs to know: hours, days, pauses, and which cases may be late."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Value

from parvis.kernel.prepared import Prepared
from parvis.streets.models import Case, ClockPause, ClosedDay, ServiceHours
from parvis.streets.rules import clock, life
from parvis.streets.rules.clock import Hours, Pause, WorkWeek
from parvis.territory.public import holidays_between, is_working_day

SATURDAY = 5


def weeks_of(handlers: Collection[int | None], *, since: dt.date) -> dict[int | None, WorkWeek]:
    """Return when each handler works from a day on: its own hours, else the City's; on working days
    of the territory, save those on which the City is closed. Two questions, however many."""
    named = [one for one in handlers if one is not None]
    found = ServiceHours.objects.filter(Q(handler=None) | Q(handler__in=named))
    rows = list(found.order_by("weekday", "opens"))
    days = days_but(ClosedDay.objects.filter(day__gte=since).values_list("day", flat=True))
    return {one: _week(rows, one, days) for one in handlers}


def week_of(handler_id: int | None, *, since: dt.date) -> WorkWeek:
    """Return when one handler works, or the City (None)."""
    days = days_but(one.day for one in _CLOSED_DAYS.all() if one.day >= since)
    return _week(_HOURS.all(handler_id or _NOBODY), handler_id, days)


# Asked for every report that is sent.
_HOURS = Prepared(
    lambda handler: ServiceHours.objects.filter(Q(handler=None) | Q(handler=handler)).order_by(
        "weekday", "opens"
    ),
    int,
)
_CLOSED_DAYS = Prepared(lambda: ClosedDay.objects.all())
_NOBODY = 0  # the number of no handler


def _week(
    rows: Sequence[ServiceHours], handler_id: int | None, days: Callable[[dt.date], bool]
) -> WorkWeek:
    own = [one for one in rows if one.handler_id == handler_id]
    hours = own or [one for one in rows if one.handler_id is None]
    return WorkWeek(
        hours=tuple(Hours(weekday=h.weekday, opens=h.opens, closes=h.closes) for h in hours),
        is_working=days,
    )


def days_but(closed: Iterable[dt.date]) -> Callable[[dt.date], bool]:
    """Return what tells whether a day counts: no public holiday, and none of these. Of which days
    of the week one works, the hours say: who has some on a Saturday works on Saturdays."""
    never = frozenset(closed)

    def counts(day: dt.date) -> bool:
        if day in never:
            return False
        return is_working_day(day) if day.weekday() < SATURDAY else not holidays_between(day, day)

    return counts


def pauses_of(case_id: uuid.UUID) -> tuple[Pause, ...]:
    """Return when the City waited."""
    rows = ClockPause.objects.filter(case=case_id).order_by("begins_at")
    return tuple(Pause(begins_at=one.begins_at, ends_at=one.ends_at) for one in rows)


def newly_late(now: dt.datetime, *, many: int) -> list[uuid.UUID]:
    """Return the open cases whose deadline passed and was not announced, the oldest first."""
    rows = Case.objects.filter(is_open=True, due_at__lt=now, times_late=clock.IN_TIME)
    return list(rows.order_by("due_at", "id").values_list("pk", flat=True)[:many])


def much_later(now: dt.datetime) -> QuerySet[Case]:
    """Return the late cases of which more time went by since the deadline than was promised again
    and again: nearer ones cannot be three times late."""
    again = F("subtype__sla_hours") * Value(dt.timedelta(hours=clock.VERY_LATE - clock.LATE))
    rows = Case.objects.filter(is_open=True, times_late=clock.LATE)
    rows = rows.alias(more=ExpressionWrapper(again, output_field=DurationField()))
    return rows.filter(due_at__lt=now - F("more")).select_related("subtype").order_by("pk")


def unanswered(since: dt.datetime) -> list[uuid.UUID]:
    """Return the cases of which the City waits for their reporters since before a moment."""
    rows = ClockPause.objects.filter(ends_at=None, begins_at__lt=since)
    rows = rows.filter(case__state=life.WAITING).order_by("begins_at")
    return list(rows.values_list("case", flat=True))
