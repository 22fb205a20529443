"""What agents do: look at the paper, grant or refuse with a reason, end what should not go on."""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel import clock
from parvis.kernel.errors import Forbidden
from parvis.mandates import events
from parvis.mandates.actions.common import (
    announce,
    finish,
    lock,
    locked,
    note,
    refused,
    represented_account,
)
from parvis.mandates.models import Association, Ending, Kind, Mandate, State
from parvis.mandates.rules import terms

_SEATS = (1, 2)


@transaction.atomic
def grant(*, mandate_id: uuid.UUID, reason: str, by: Person, now: dt.datetime) -> None:
    """Grant what was asked, having seen the paper; `reason` says what was seen.

    :raises NotFound: `no_mandate`
    :raises Refused: `decided_already`, `no_reason`, `two_parents_already`, `holds_already`,
        `came_of_age`, `over_already`
    :raises Forbidden: `own_request`
    """
    row = _to_decide(mandate_id, reason, by)
    ends_at = _end(row, now=now)
    lock(f"mandates.represented:{row.represented}")
    _refuse_overlap(row, ends_at, now=now)
    row.seat = _free_seat(row, ends_at, now=now) if row.kind == Kind.PARENT else None
    row.state, row.begins_at, row.ends_at = State.GRANTED, now, ends_at
    _decided(row, reason, by=by, now=now)
    if row.association_id:
        Association.objects.filter(pk=row.association_id, checked_at=None).update(checked_at=now)
    note("mandate_granted", row, by=by.id, now=now, proof=row.proof)
    announce(events.MandateGranted, row, now=now)


@transaction.atomic
def refuse(*, mandate_id: uuid.UUID, reason: str, by: Person, now: dt.datetime) -> None:
    """Refuse what was asked, and say why.

    :raises NotFound: `no_mandate`
    :raises Refused: `decided_already`, `no_reason`
    :raises Forbidden: `own_request`
    """
    row = _to_decide(mandate_id, reason, by)
    row.state = State.REFUSED
    _decided(row, reason, by=by, now=now)
    note("mandate_refused", row, by=by.id, now=now)
    announce(events.MandateRefused, row, now=now)


@transaction.atomic
def end_by_city(*, mandate_id: uuid.UUID, reason: str, by: Person, now: dt.datetime) -> None:
    """End a mandate in force, at once: a judge has decided, a paper was false.

    :raises NotFound: `no_mandate`
    :raises Refused: `no_reason`, `not_in_force`
    :raises Forbidden: `own_request`, also where it concerns somebody the agent acts for themselves
    """
    row = locked(mandate_id)
    _refuse_own(row, by)
    _refuse_without(reason)
    if row.state != State.GRANTED or (row.ends_at and row.ends_at <= now):
        raise refused("not_in_force", _("This mandate is over, or was never granted."))
    row.reason = reason.strip()
    row.save(update_fields=["reason"])
    finish(row, Ending.BY_THE_CITY, by=by.id, at=now, now=now)


def _to_decide(mandate_id: uuid.UUID, reason: str, by: Person) -> Any:
    row = locked(mandate_id)
    if row.state != State.TO_CHECK:
        raise refused("decided_already", _("Somebody has decided about this request already."))
    _refuse_own(row, by)
    _refuse_without(reason)
    return row


def _refuse_own(row: Any, by: Person) -> None:
    """Refuse an agent who acts for the same one, or for whom one would act: a parent does not judge
    the other."""
    acts = Mandate.objects.filter(
        represented=row.represented, representative_id=by.id, state=State.GRANTED
    )
    if by.id in {row.representative_id, represented_account(row)} or acts.exists():
        message = _("A colleague has to decide about what concerns you or those you act for.")
        raise Forbidden("own_request", message)


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        message = _("Say what you saw, or why: the person reads it.")
        raise refused("no_reason", message, HTTPStatus.UNPROCESSABLE_ENTITY)


def _decided(row: Any, reason: str, *, by: Person, now: dt.datetime) -> None:
    row.reason, row.decided_at, row.decided_by_id = reason.strip(), now, by.id
    row.save(
        update_fields=[
            "state",
            "begins_at",
            "ends_at",
            "seat",
            "reason",
            "decided_at",
            "decided_by",
        ]
    )


def _end(row: Any, *, now: dt.datetime) -> dt.datetime | None:
    if row.kind == Kind.PARENT:
        of_age = terms.comes_of_age_at(row.ward.born_on, clock.city_zone())
        if of_age <= now:
            raise refused("came_of_age", _("This child has come of age in the meantime."))
        return of_age
    return end_of_last_day(row.ends_on, now=now)


def end_of_last_day(last_day: dt.date | None, *, now: dt.datetime) -> dt.datetime | None:
    """Return the moment after the last day a mandate covers.

    :raises Refused: `over_already` if that moment has passed
    """
    if last_day is None:
        return None
    ends_at = terms.midnight(last_day + dt.timedelta(days=1), clock.city_zone())
    if ends_at <= now:
        raise refused("over_already", _("Its last day has passed: it can no longer be granted."))
    return ends_at


def _refuse_overlap(row: Any, ends_at: dt.datetime | None, *, now: dt.datetime) -> None:
    held = _overlapping(row, ends_at, now=now).filter(representative_id=row.representative_id)
    if held.exists():
        message = _("They act for the same one already: end that mandate first.")
        raise refused("holds_already", message)


def _free_seat(row: Any, ends_at: dt.datetime | None, *, now: dt.datetime) -> int:
    parents = _overlapping(row, ends_at, now=now).filter(kind=Kind.PARENT)
    taken = set(parents.values_list("seat", flat=True))
    free = [seat for seat in _SEATS if seat not in taken]
    if not free:
        raise refused("two_parents_already", _("Two parents hold this child already."))
    return free[0]


def _overlapping(row: Any, ends_at: dt.datetime | None, *, now: dt.datetime) -> Any:
    found = Mandate.objects.filter(represented=row.represented, state=State.GRANTED)
    if ends_at is not None:
        found = found.filter(begins_at__lt=ends_at)
    return found.exclude(ends_at__lte=now)
