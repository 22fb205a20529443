"""What the two persons do: say yes or no to an invitation, end what binds them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
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
from parvis.mandates.actions.deciding import end_of_last_day
from parvis.mandates.models import Ending, Kind, Mandate, State
from parvis.mandates.queries.household import no_mandate

_OPEN = (State.OFFERED, State.ASKED)
_WAITING = (*_OPEN, State.TO_CHECK)


@transaction.atomic
def accept(*, mandate_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Say yes to an invitation: from now on the one may act for the other.

    :raises NotFound: `no_mandate`, for whoever has not confirmed the address that was invited
    :raises Refused: `answered_already`, `holds_already`, `over_already`, `yourself`
    """
    row = _invited(mandate_id, by)
    if row.asked_by_id == by.id:
        raise refused("yourself", _("You need no mandate to act for yourself."))
    if row.state == State.OFFERED:
        row.representative_id = by.id
    else:
        row.person_id = by.id
    ends_at = end_of_last_day(row.ends_on, now=now)
    lock(f"mandates.represented:{row.person_id}")
    held = Mandate.objects.filter(
        representative_id=row.representative_id, represented=row.person_id, state=State.GRANTED
    )
    if held.exclude(ends_at__lte=now).exists():
        message = _("They act for the same one already: end that mandate first.")
        raise refused("holds_already", message)
    row.state, row.begins_at, row.ends_at = State.GRANTED, now, ends_at
    row.decided_at, row.decided_by_id, row.invited = now, by.id, ""
    row.save()
    note("mandate_granted", row, by=by.id, now=now, proof=row.proof)
    announce(events.MandateGranted, row, now=now)


@transaction.atomic
def decline(*, mandate_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Say no to an invitation.

    :raises NotFound: `no_mandate`
    :raises Refused: `answered_already`
    """
    row = _invited(mandate_id, by)
    row.state, row.decided_at, row.decided_by_id = State.REFUSED, now, by.id
    row.save(update_fields=["state", "decided_at", "decided_by"])
    note("mandate_refused", row, by=by.id, now=now)
    announce(events.MandateRefused, row, now=now)


@transaction.atomic
def end(*, mandate_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """End a mandate at once, from either side; withdraw what still waits. Twice is once.

    A child does not end their parents' mandate, nor a protected adult their guardian's: a judge
    does, and an agent writes it down.

    :raises NotFound: `no_mandate` if it is not theirs
    :raises Refused: `not_yours_to_end`
    """
    row = locked(mandate_id)
    acts = row.representative_id == by.id
    is_represented = represented_account(row) == by.id
    if row.state in _WAITING and by.id == row.asked_by_id:
        _withdraw(row, by=by, now=now)
        return
    if (not acts and not is_represented) or row.state != State.GRANTED:
        raise no_mandate()
    if row.ends_at is not None and row.ends_at <= now:
        return
    if is_represented and row.kind in (Kind.PARENT, Kind.GUARDIAN):
        message = _("Only a judge ends this. Tell an agent, who will help you.")
        raise refused("not_yours_to_end", message)
    finish(row, Ending.RENOUNCED if acts else Ending.REVOKED, by=by.id, at=now, now=now)


def _withdraw(row: Any, *, by: Person, now: dt.datetime) -> None:
    row.state, row.decided_at, row.decided_by_id = State.WITHDRAWN, now, by.id
    row.save(update_fields=["state", "decided_at", "decided_by"])
    note("mandate_withdrawn", row, by=by.id, now=now)


def _invited(mandate_id: uuid.UUID, by: Person) -> Any:
    row = locked(mandate_id)
    if not row.invited or row.invited != by.email:
        raise no_mandate()
    if row.state not in _OPEN:
        raise refused("answered_already", _("You have answered this already, or it was withdrawn."))
    return row
