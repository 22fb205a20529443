"""When the City and its handlers work: hours of the week, and days on which they do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from parvis.account.public import Person
from parvis.kernel import register
from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.models import ClosedDay, Handler, ServiceHours
from parvis.streets.permissions import require_administrator
from parvis.streets.queries.life_words import refusal
from parvis.streets.rules.clock import Hours, why_not_hours


@transaction.atomic
def set_hours(*, handler: str, hours: Sequence[Hours], by: Person, now: dt.datetime) -> None:
    """Write when a handler (its code) works, or the City (""); a handler without hours has the
    City's. Deadlines of open cases follow.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_handler`
    :raises Refused: `hours_end_before_they_begin`, `hours_overlap`; `city_never_works` if the
        City's are left empty
    """
    require_administrator(by)
    whose = _handler(handler)
    code = why_not_hours(hours, is_city=whose is None)
    if code:
        raise refusal(code)
    ServiceHours.objects.filter(handler=whose).delete()
    ServiceHours.objects.bulk_create(
        ServiceHours(handler=whose, weekday=one.weekday, opens=one.opens, closes=one.closes)
        for one in hours
    )
    _changed(handler, by, now, details={"handler": handler or "city", "lines": len(hours)})


@transaction.atomic
def close_day(*, day: dt.date, name: str, by: Person, now: dt.datetime) -> None:
    """Add a day on which the City does not work, beside public holidays; or rename it.

    :raises Forbidden: `needs_role`
    :raises Refused: `name_missing`
    """
    require_administrator(by)
    called = name.strip()[:100]
    if not called:
        raise refusal("name_missing")
    ClosedDay.objects.update_or_create(day=day, defaults={"name": called})
    _changed("", by, now, details={"closed": day.isoformat()})


@transaction.atomic
def open_day(*, day: dt.date, by: Person, now: dt.datetime) -> None:
    """Let the City work on a day again.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_closed_day`
    """
    require_administrator(by)
    if not ClosedDay.objects.filter(day=day).delete()[0]:
        raise refusal("no_closed_day")
    _changed("", by, now, details={"opened": day.isoformat()})


def _handler(code: str) -> Handler | None:
    if not code:
        return None
    found = Handler.objects.filter(code=code).first()
    if found is None:
        raise refusal("no_handler")
    return found


def _changed(handler: str, by: Person, now: dt.datetime, *, details: dict[str, str | int]) -> None:
    register.record(
        register.Entry(
            action="streets.hours_changed",
            object_ref=f"streets.hours:{handler or 'city'}",
            actor_ref=f"person:{by.id}",
            recorded_at=now,
            details=details,
        )
    )
    announce(events.HoursChanged(handler=handler), now=now)
