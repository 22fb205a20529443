"""Who may: agents of the service study and follow up, administrators set editions, moderators hide
what offends; residents as each area says."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext as _

from parvis.account.public import Person, Role, civil_identity, needs_role
from parvis.budget.models import Area, Project
from parvis.budget.queries.people import author_ids
from parvis.budget.rules.entitlement import Claim, Terms, Tie, Ties, why_not
from parvis.budget.rules.status import PUBLIC, Status
from parvis.kernel import clock
from parvis.kernel.errors import Forbidden, NotFound

SERVICE = "budget"

agents_only = needs_role(Role.AGENT, service=SERVICE)
administrators_only = needs_role(Role.ADMINISTRATOR, service=SERVICE)
moderators_only = needs_role(Role.MODERATOR, service=SERVICE)


def is_agent(person: Person | None) -> bool:
    """Tell whether somebody is an agent of the service."""
    return person is not None and person.holds(Role.AGENT, service=SERVICE)


def administers(person: Person | None) -> bool:
    """Tell whether somebody administers the service."""
    return person is not None and person.holds(Role.ADMINISTRATOR, service=SERVICE)


def moderates(person: Person | None) -> bool:
    """Tell whether somebody moderates what is said in the service."""
    return person is not None and person.holds(Role.MODERATOR, service=SERVICE)


def require_agent(person: Person) -> None:
    """Refuse who is no agent of the service.

    :raises Forbidden: `needs_role`
    """
    _require(is_agent(person))


def require_administrator(person: Person) -> None:
    """Refuse who does not administer the service.

    :raises Forbidden: `needs_role`
    """
    _require(administers(person))


def require_moderator(person: Person) -> None:
    """Refuse who does not moderate.

    :raises Forbidden: `needs_role`
    """
    _require(moderates(person))


def is_author(project: Project, person: Person | None) -> bool:
    """Tell whether somebody is an author of this project, or of one that became part of it."""
    return person is not None and person.id in author_ids(project)


def project_seen(project_id: uuid.UUID, person: Person | None) -> Project:
    """Return a project that a person, or a visitor, may see: what is public, one's own, and for
    agents whatever was proposed.

    :raises NotFound: `no_project`
    """
    rows = Project.objects.select_related("area__edition", "merged_into")
    found = rows.filter(pk=project_id).first()
    if found is not None and _may_see(found, person):
        return found
    raise NotFound("no_project", _("There is no such project."))


def own_project(project_id: uuid.UUID, person: Person) -> Project:
    """Return a project of which a person is an author.

    :raises NotFound: `no_project`
    """
    found = project_seen(project_id, person)
    if not is_author(found, person):
        raise NotFound("no_project", _("There is no such project."))
    return found


def why_not_propose(area: Area, person: Person, *, declares: bool, now: dt.datetime) -> str:
    """Return "" for who may propose in an area, else the code of `rules.entitlement.why_not`."""
    return _why_not(area, person, area.proposers, area.propose_age, declares=declares, now=now)


def why_not_vote(area: Area, person: Person, *, declares: bool, now: dt.datetime) -> str:
    """Return "" for who may vote in an area, else the code of `rules.entitlement.why_not`."""
    return _why_not(area, person, area.voters, area.vote_age, declares=declares, now=now)


def _why_not(area: Area, person: Person, ties: list[str], age: int, **said: Any) -> str:
    terms = Terms(arrondissement=area.arrondissement, min_age=age, ties=frozenset(map(Tie, ties)))
    held = Ties(residence=person.residence, work=person.work, heart=person.heart)
    claim = Claim(ties=held, declares=said["declares"], born_on=_birth(person))
    return why_not(terms, claim, day=clock.city_day(said["now"]))


def _birth(person: Person) -> dt.date | None:
    known = civil_identity(person.id)
    try:
        return dt.date.fromisoformat(known.birthdate) if known else None
    except ValueError:
        # A day or a month that nobody knows is written as 00.
        return None


def _may_see(project: Project, person: Person | None) -> bool:
    if project.status in PUBLIC or is_author(project, person):
        return True
    return is_agent(person) and project.status != Status.DRAFT


def _require(holds: object) -> None:
    if not holds:
        sentence = _("Your account does not have the role needed for this.")
        raise Forbidden("needs_role", sentence)
