"""Who may: agents of the service treat cases, moderators look at photos, administrators write the
rules of routing and give keys."""

from __future__ import annotations

from django.utils.translation import gettext as _

from parvis.account.public import Person, Role, needs_role
from parvis.kernel.errors import Forbidden

SERVICE = "streets"

agents_only = needs_role(Role.AGENT, service=SERVICE)
# A photo before it is covered may show anybody: administering the city is no reason to open it.
reviewers_only = needs_role(Role.AGENT, Role.MODERATOR, service=SERVICE)
administrators_only = needs_role(Role.ADMINISTRATOR, service=SERVICE)
staff_only = needs_role(Role.AGENT, Role.ADMINISTRATOR, service=SERVICE)


def administers(person: Person) -> bool:
    """Tell whether somebody administers the service."""
    return person.holds(Role.ADMINISTRATOR, service=SERVICE)


def treats_cases(person: Person | None) -> bool:
    """Tell whether somebody treats the cases of the service."""
    return person is not None and person.holds(Role.AGENT, service=SERVICE)


def require_administrator(person: Person) -> None:
    """Refuse who does not administer the service.

    :raises Forbidden: `needs_role`
    """
    if not administers(person):
        sentence = _("Your account does not have the role needed for this.")
        raise Forbidden("needs_role", sentence)


def require_reviewer(person: Person) -> None:
    """Refuse who neither treats cases nor moderates.

    :raises Forbidden: `needs_role`
    """
    if not any(person.holds(role, service=SERVICE) for role in (Role.AGENT, Role.MODERATOR)):
        sentence = _("Your account does not have the role needed for this.")
        raise Forbidden("needs_role", sentence)


def require_agent(person: Person) -> None:
    """Refuse who does not treat cases.

    :raises Forbidden: `needs_role`
    """
    if not treats_cases(person):
        sentence = _("Your account does not have the role needed for this.")
        raise Forbidden("needs_role", sentence)
