"""What one can ask about agents who act for a person."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from parvis.account.models import Assistance, Role, Way
from parvis.account.queries import people
from parvis.account.queries.people import Person
from parvis.account.rules import roles as rules
from parvis.kernel.acting import EVERY_DOMAIN, Acting
from parvis.kernel.declarations import city_services

KIND = "account.assistance"
SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceView:
    """An agent acted for a person, as that person and the agent read it. `agent` is their usual
    name, "" once their account is closed; `way` is in the active language."""

    id: uuid.UUID
    agent: str
    person: str
    way: str
    reason: str
    began_at: dt.datetime
    ended_at: dt.datetime
    is_open: bool


def may_assist(agent: Person, person: Person) -> bool:
    """Tell whether an agent may act for a person: in the whole city, or where the person lives."""
    return agent.holds(Role.AGENT, service=rules.ANY_SERVICE, territory=person.residence)


def standing(agent_id: uuid.UUID, right: str, now: dt.datetime) -> Acting | None:
    """Return what an assistance, by its id, is worth to an agent now: nothing once it ended, either
    account is closed, or the agent's role no longer reaches the person."""
    named = id_of(right)
    found = _open_at(now).filter(public_id=named, agent_id=agent_id).first() if named else None
    if found is None:
        return None
    known = people.persons({found.agent_id, found.person_id})
    agent, person = known.get(found.agent_id), known.get(found.person_id)
    if agent is None or person is None or not may_assist(agent, person):
        return None
    return acting(found, agent, person)


def id_of(right: str) -> uuid.UUID | None:
    """Return the id that a right or its ref ends with, None if that is no id."""
    try:
        return uuid.UUID(right.rpartition(":")[2])
    except ValueError:
        return None


def ref_of(row: Assistance) -> str:
    """Return the right an assistance gives, as sessions and the register call it."""
    return f"{KIND}:{row.public_id}"


def acting(found: Assistance, agent: Person, person: Person) -> Acting:
    """Return the right an open assistance gives."""
    return Acting(
        actor_ref=f"person:{agent.id}",
        for_ref=f"person:{person.id}",
        by_ref=ref_of(found),
        name=person.usual_name,
        domains=_domains(agent),
        reason=found.reason,
        until=found.until,
    )


def received(person_id: uuid.UUID, *, now: dt.datetime) -> list[AssistanceView]:
    """Return which agents acted for a person, the latest first."""
    rows = Assistance.objects.filter(person_id=person_id).order_by("-began_at", "-pk")
    return _views(rows[:SHOWN], now)


def given(agent_id: uuid.UUID, *, now: dt.datetime) -> list[AssistanceView]:
    """Return for whom an agent acted, the latest first."""
    rows = Assistance.objects.filter(agent_id=agent_id).order_by("-began_at", "-pk")
    return _views(rows[:SHOWN], now)


def _open_at(now: dt.datetime) -> QuerySet[Assistance]:
    return Assistance.objects.filter(ended_at=None, until__gt=now, began_at__lte=now + rules.SKEW)


def _domains(agent: Person) -> frozenset[str]:
    """Return the domains of an agent's services; an agent of the whole city helps with anything."""
    services = {held.service for held in agent.grants if held.role == Role.AGENT}
    if rules.WHOLE_CITY in services:
        return EVERY_DOMAIN
    return frozenset().union(*(one.domains for one in city_services if one.key in services))


def _views(rows: Iterable[Assistance], now: dt.datetime) -> list[AssistanceView]:
    found = list(rows)
    known = people.persons({one for row in found for one in (row.agent_id, row.person_id)})
    return [_view(row, known, now) for row in found]


def _view(row: Assistance, known: dict[uuid.UUID, Person], now: dt.datetime) -> AssistanceView:
    agent, person = known.get(row.agent_id), known.get(row.person_id)
    ended_at = min(row.until, row.ended_at or row.until)
    return AssistanceView(
        id=row.public_id,
        agent=agent.usual_name if agent else "",
        person=person.usual_name if person else "",
        way=str(Way(row.way).label),
        reason=row.reason,
        began_at=row.began_at,
        ended_at=ended_at,
        is_open=row.ended_at is None and row.until > now,
    )
