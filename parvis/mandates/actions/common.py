"""What every action on a mandate does around its one change: lock, refuse, write the register."""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from parvis.kernel import facts, register
from parvis.kernel.acting import StandingEnded
from parvis.kernel.errors import Refused
from parvis.mandates import events
from parvis.mandates.models import Ending, Mandate
from parvis.mandates.queries.household import no_mandate
from parvis.mandates.queries.rights import MANDATE, for_ref_of


def lock(name: str) -> None:
    """Let those who ask for one name pass one at a time, until the end of their transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def locked(mandate_id: uuid.UUID) -> Any:
    """Return a mandate, locked until the end of the transaction.

    :raises NotFound: `no_mandate`
    """
    rows = Mandate.objects.select_related("ward", "association")
    row = rows.select_for_update(of=("self",), no_key=True).filter(pk=mandate_id).first()
    if row is None:
        raise no_mandate()
    return row


def represented_account(row: Any) -> uuid.UUID | None:
    """Return the account of whom a mandate is for, None if they have none."""
    account: uuid.UUID | None = row.person_id or (row.ward.account_id if row.ward else None)
    return account


def note(action: str, row: Any, *, by: uuid.UUID | None, now: dt.datetime, **details: Any) -> None:
    """Write one line of the register about whom the mandate is for: they find it in their own."""
    register.record(
        register.Entry(
            action=f"mandates.{action}",
            object_ref=for_ref_of(row) or f"mandates.mandate:{row.pk}",
            actor_ref=f"person:{by}" if by else "",
            channel="web" if by else "program",
            details={"mandate": str(row.pk), "kind": row.kind, **details},
            recorded_at=now,
        )
    )


def announce(
    fact_type: type[events.AboutMandate], row: Any, *, now: dt.datetime, **more: Any
) -> None:
    """Announce a fact about a mandate."""
    fact = fact_type(
        mandate_id=row.pk,
        kind=row.kind,
        representative_id=row.representative_id,
        represented_id=represented_account(row),
        **more,
    )
    facts.announce(fact, now=now)


def finish(
    row: Any, why: Ending, *, by: uuid.UUID | None, at: dt.datetime, now: dt.datetime
) -> None:
    """End a mandate in force at a moment, in the register, and for whom it concerns."""
    row.ends_at, row.ended_why, row.ended_by_id = max(at, row.begins_at), why, by
    row.save(update_fields=["ends_at", "ended_why", "ended_by"])
    note("mandate_ended", row, by=by, now=now, why=why.value)
    announce(events.MandateEnded, row, now=now, why=why.value)
    ended = StandingEnded(by_ref=f"{MANDATE}:{row.pk}", person_id=row.representative_id)
    facts.announce(ended, now=now)


def refused(code: str, message: str, status: int = HTTPStatus.CONFLICT) -> Refused:
    """Return a refusal."""
    return Refused(code, message, status=status)


_MISTYPED = {
    "no_domain": lambda: _("Choose at least one domain."),
    "unknown_domain": lambda: _("One of these domains does not exist (any more)."),
    "no_end": lambda: _("Say until when: a mandate always has a last day."),
    "ends_before_it_begins": lambda: _("The last day is already over."),
    "too_long": lambda: _("This is too long: give it for less, and again later if need be."),
    "born_tomorrow": lambda: _("This day of birth is in the future."),
    "born_too_long_ago": lambda: _("Check the day of birth: nobody is that old."),
    "of_age_already": lambda: _("This person is of age: ask to act for an adult instead."),
    "still_a_child": lambda: _("This person is not of age: add them as a child instead."),
    "wrong_proof": lambda: _("This paper does not prove it: choose another."),
    "no_number": lambda: _("Give the RNA number or the SIRET of the association."),
    "wrong_rna": lambda: _("This is no RNA number: a W and nine figures, such as W751234567."),
    "wrong_siret": lambda: _("This is no SIRET: fourteen figures, the last of which checks."),
    "no_name": lambda: _("Type the given names and the family name."),
}


def refuse_if(code: str | None) -> None:
    """Refuse when a rule gave a reason, in the words for it (422)."""
    if code is not None:
        raise refused(code, _MISTYPED[code](), HTTPStatus.UNPROCESSABLE_ENTITY)
