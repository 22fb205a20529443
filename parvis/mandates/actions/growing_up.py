"""From a household to an account of one's own: the code, the claim, the day of coming of age; and
the last day of any mandate."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel import facts, register
from parvis.kernel.ids import ALPHABET
from parvis.mandates import events
from parvis.mandates.actions.common import finish, locked, refused
from parvis.mandates.models import CodeUse, Ending, Kind, Mandate, State, Ward
from parvis.mandates.queries import household
from parvis.mandates.queries.codes import LETTERS, fingerprint, ward_of_code
from parvis.mandates.rules import terms


@transaction.atomic
def give_code(*, ward_id: uuid.UUID, use: str, by: Person, now: dt.datetime) -> str:
    """Return a new code for the file of a ward, shown once; the one before works no longer.

    `use` is a value of `CodeUse`: with it a second parent asks to hold the child, or the child
    claims the file for their own account. Who holds the ward may give it.

    :raises NotFound: `no_mandate` for who does not act for them at this moment
    :raises Refused: `unknown_use` (422); `not_a_child` where a second parent is to hold an adult
    """
    held = household.held_ward(ward_id, by=by, now=now)
    if use not in CodeUse.values:
        message = _("Say whom the code is for: a second parent, or the person themselves.")
        raise refused("unknown_use", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    if use == CodeUse.JOIN and held.of_age_on is None:
        raise refused("not_a_child", _("Only a child is held by a second parent."))
    return _new_code(ward_id, use=CodeUse(use), by=by, now=now)


@transaction.atomic
def give_code_at_the_desk(*, mandate_id: uuid.UUID, by: Person, now: dt.datetime) -> str:
    """Return a new code to the agent in front of whom a ward stands, for them to claim their file.

    :raises NotFound: `no_mandate`
    """
    row = locked(mandate_id)
    if row.ward_id is None or row.ward.forgotten_at or by.id == row.representative_id:
        raise household.no_mandate()
    return _new_code(row.ward_id, use=CodeUse.CLAIM, by=by, now=now)


@transaction.atomic
def claim(*, code: str, by: Person, now: dt.datetime) -> uuid.UUID:
    """Make the file of a ward one's own; return the ward's id. The code works once.

    Who holds a child goes on doing so until the day the child comes of age.

    :raises NotFound: `no_such_code`
    :raises Refused: `code_to_join`, `claimed_already`, `not_your_file` for who ever acted for that
        person
    """
    ward = ward_of_code(code, use=CodeUse.CLAIM, now=now)
    if ward.account_id is not None or Ward.objects.filter(account_id=by.id).exists():
        raise refused("claimed_already", _("This file has its account, or you have your file."))
    if Mandate.objects.filter(ward=ward, representative_id=by.id).exists():
        message = _("You act for this person: only they can claim their own file.")
        raise refused("not_your_file", message)
    ward.account_id, ward.claimed_at = by.id, now
    ward.code_hash, ward.code_use, ward.code_until = "", "", None
    ward.save()
    _record("ward_claimed", ward.pk, by=by, now=now)
    facts.announce(events.WardClaimed(ward_id=ward.pk, person_id=by.id), now=now)
    return ward.pk


def end_of_terms(*, now: dt.datetime) -> int:
    """Say of every mandate whose last day has passed, as of every child who came of age, that the
    one acts for the other no longer; return how many mandates.

    Nobody could act since midnight of that day: this only writes it down and tells them.
    """
    over = Mandate.objects.filter(state=State.GRANTED, ends_at__lte=now, ended_why="")
    ended = 0
    for mandate_id in over.order_by("ends_at").values_list("pk", flat=True):
        ended += _end_one(mandate_id, now=now)
    return ended


@transaction.atomic
def _end_one(mandate_id: uuid.UUID, *, now: dt.datetime) -> int:
    row = locked(mandate_id)
    if row.ended_why or row.ends_at is None or row.ends_at > now:
        return 0
    why = Ending.CAME_OF_AGE if row.kind == Kind.PARENT else Ending.RAN_OUT
    finish(row, why, by=None, at=row.ends_at, now=now)
    return 1


def _new_code(ward_id: uuid.UUID, *, use: CodeUse, by: Person, now: dt.datetime) -> str:
    code = "".join(secrets.choice(ALPHABET) for _rank in range(LETTERS))
    until = now + dt.timedelta(days=terms.CODE_DAYS)
    Ward.objects.filter(pk=ward_id).update(
        code_hash=fingerprint(code), code_use=use, code_until=until
    )
    _record("code_given", ward_id, by=by, now=now)
    return "-".join(code[at : at + 4] for at in range(0, LETTERS, 4))


def _record(action: str, ward_id: uuid.UUID, *, by: Person, now: dt.datetime) -> None:
    account = Ward.objects.filter(pk=ward_id).values_list("account_id", flat=True).first()
    ref = f"person:{account}" if account else f"mandates.ward:{ward_id}"
    register.record(
        register.Entry(
            action=f"mandates.{action}",
            object_ref=ref,
            actor_ref=f"person:{by.id}",
            recorded_at=now,
        )
    )
