"""An agent acts for a person who came to a counter, called or wrote: with a reason, for a while,
before the eyes of that person."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from parvis.account import events
from parvis.account.models import Assistance, Resident, Role, Way
from parvis.account.queries import assisting, people
from parvis.account.queries.people import Person
from parvis.account.rules import roles as rules
from parvis.kernel import facts, register
from parvis.kernel.acting import Acting, StandingEnded
from parvis.kernel.errors import Forbidden, NotFound, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """For whom an agent is to act (by the address of their account), how they asked, and why."""

    email: str
    way: str
    reason: str


@transaction.atomic
def begin(wanted: Help, *, by: Person, now: dt.datetime) -> Acting:
    """Let an agent act for a person for `rules.ASSISTANCE_LASTS`; the person is told at once.

    What the agent was doing for somebody else ends: one person at a time.

    :raises Forbidden: `needs_role`, `outside_territory`
    :raises NotFound: `unknown_person`
    :raises Refused: `reason_needed`, `unknown_way`, `for_yourself`
    """
    if not by.holds(Role.AGENT, service=rules.ANY_SERVICE, territory=rules.ANYWHERE):
        raise Forbidden("needs_role", _("Your account does not have the role needed for this."))
    _check(wanted)
    person = people.person_by_email(wanted.email)
    if person is None:
        raise NotFound("unknown_person", _("No open account uses this address."))
    if person.id == by.id:
        raise Refused("for_yourself", _("This is your own account: nobody needs to act for you."))
    if not assisting.may_assist(by, person):
        message = _("Your role does not reach the arrondissement where this person lives.")
        raise Forbidden("outside_territory", message)
    # Of two tabs that begin at one moment, the second ends what the first began.
    Resident.objects.select_for_update(no_key=True).filter(pk=by.id).first()
    _end_all(Assistance.objects.filter(agent_id=by.id, ended_at=None), by=by.id, now=now)
    begun = Assistance.objects.create(
        agent_id=by.id,
        person_id=person.id,
        way=wanted.way,
        reason=wanted.reason.strip(),
        began_at=now,
        until=now + rules.ASSISTANCE_LASTS,
    )
    _record("account.assistance_began", begun, by=by.id, now=now)
    facts.announce(
        events.AssistanceBegan(
            person_id=person.id, agent_id=by.id, way=begun.way, reason=begun.reason
        ),
        now=now,
    )
    return assisting.acting(begun, by, person)


@transaction.atomic
def end(*, by: uuid.UUID, now: dt.datetime, only: uuid.UUID | None = None) -> bool:
    """End what an agent does for others, or only one assistance; return whether any was open."""
    rows = Assistance.objects.filter(agent_id=by, ended_at=None)
    return _end_all(rows.filter(public_id=only) if only else rows, by=by, now=now) > 0


@transaction.atomic
def refuse(*, assistance_id: uuid.UUID, by: uuid.UUID, now: dt.datetime) -> None:
    """End, on the word of the person it is about, what an agent does for them.

    :raises NotFound: `unknown_assistance`, also for anybody else's
    """
    mine = Assistance.objects.filter(person_id=by, public_id=assistance_id)
    if not mine.exists():
        raise NotFound("unknown_assistance", _("Nobody acts for you under this number."))
    _end_all(mine.filter(ended_at=None), by=by, now=now)


@transaction.atomic
def end_those_worth_nothing(*, now: dt.datetime) -> int:
    """End the assistances whose time has run out or whose agent's role no longer reaches the
    person; return how many. Nothing could be done by them since: this writes it down and tells."""
    rows = Assistance.objects.filter(ended_at=None)
    over = [
        row.pk
        for row in rows
        if assisting.standing(row.agent_id, assisting.ref_of(row), now) is None
    ]
    return _end_all(rows.filter(pk__in=over), by=None, now=now)


def forget_old_assistances(before: dt.datetime, _now: dt.datetime) -> int:
    """Delete what agents did for people before a moment; return how many rows."""
    return Assistance.objects.filter(until__lt=before).delete()[0]


def forget_assistances_of(person_id: uuid.UUID, now: dt.datetime) -> int:
    """Delete who acted for a person; what they do for others themselves ends, as what is being done
    for them. Return how many."""
    theirs = Q(agent_id=person_id) | Q(person_id=person_id)
    _end_all(Assistance.objects.filter(theirs, ended_at=None), by=person_id, now=now)
    return Assistance.objects.filter(person_id=person_id).delete()[0]


def _check(wanted: Help) -> None:
    if wanted.way not in Way.values:
        raise Refused("unknown_way", _("Say how the person reached you."), status=422)
    if not rules.is_reason(wanted.reason):
        message = _("Say why, in ten characters at least and 500 at most.")
        raise Refused("reason_needed", message, status=422)


def _end_all(rows: QuerySet[Assistance], *, by: uuid.UUID | None, now: dt.datetime) -> int:
    ended = list(rows.select_for_update().order_by("pk"))
    for row in ended:
        row.ended_at = min(now, row.until)
        row.save(update_fields=["ended_at"])
        _record("account.assistance_ended", row, by=by, now=now)
        ended_right = StandingEnded(by_ref=assisting.ref_of(row), person_id=row.agent_id)
        facts.announce(ended_right, now=now)
    return len(ended)


def _record(action: str, row: Assistance, *, by: uuid.UUID | None, now: dt.datetime) -> None:
    is_beginning = row.ended_at is None
    register.record(
        register.Entry(
            action=action,
            object_ref=f"person:{row.person_id}",
            actor_ref=f"person:{by}" if by else "",
            channel=_channel(row, by),
            details={"by": assisting.ref_of(row)},
            personal={"reason": row.reason} if is_beginning else {},
            recorded_at=now,
        )
    )


def _channel(row: Assistance, by: uuid.UUID | None) -> str:
    if by is None:
        return "program"
    return row.way if by == row.agent_id else "web"
