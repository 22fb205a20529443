"""Who may: agents of the service open missions and settle disputes; associations ask through who
holds a mandate of theirs."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext as _

from parvis.account.public import Person, Role, needs_role
from parvis.kernel.errors import Forbidden
from parvis.mandates.public import PARTICIPATION, Right, mandates_of
from parvis.missions.models import Mission
from parvis.missions.queries.missions import by_slug

SERVICE = "missions"
_ASSOCIATION = "mandates.association:"

agents_only = needs_role(Role.AGENT, service=SERVICE)


def is_agent(person: Person | None) -> bool:
    """Tell whether somebody is an agent of the service."""
    return person is not None and person.holds(Role.AGENT, service=SERVICE)


def mission_seen(slug: str, person: Person | None) -> Mission:
    """Return a mission that a person, or a visitor, may see.

    :raises NotFound: `no_mission`
    """
    person_id = person.id if person else None
    return by_slug(slug, person_id=person_id, is_agent=is_agent(person))


def require_agent(person: Person) -> None:
    """Refuse who is no agent of the service.

    :raises Forbidden: `needs_role`
    """
    if not is_agent(person):
        sentence = _("Your account does not have the role needed for this.")
        raise Forbidden("needs_role", sentence)


def associations_of(person: Person, *, now: dt.datetime) -> list[tuple[uuid.UUID, str]]:
    """Return the associations for which a person may propose a mission: id and name."""
    return [
        (uuid.UUID(right.for_ref.removeprefix(_ASSOCIATION)), right.name)
        for right in mandates_of(person.id, now=now)
        if _may_speak(right)
    ]


def require_proposer(person: Person, association_id: uuid.UUID | None, *, now: dt.datetime) -> None:
    """Refuse who neither acts for this association nor, without one, is an agent.

    :raises Forbidden: `no_mandate`, `needs_association`
    """
    if association_id is None:
        if not is_agent(person):
            sentence = _(
                "A service of the City proposes a mission, or an association. Act for yours, or"
                " send the address of this page to an agent in charge of missions: they open it"
                " from here."
            )
            raise Forbidden("needs_association", sentence)
    elif association_id not in {key for key, _name in associations_of(person, now=now)}:
        sentence = _("You do not act for this association.")
        raise Forbidden("no_mandate", sentence)


def _may_speak(right: Right) -> bool:
    return right.for_ref.startswith(_ASSOCIATION) and right.acting().covers(PARTICIPATION)
