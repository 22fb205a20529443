"""Who may: officials hold the key and open the box, administrators prepare a vote, agents keep the
paper."""

from __future__ import annotations

from parvis.account.public import Person, Role, needs_role
from parvis.voting.queries.refusals import refusal

SERVICE = "voting"

officials_only = needs_role(Role.OFFICIAL, service=SERVICE)
agents_only = needs_role(Role.AGENT, service=SERVICE)
staff_only = needs_role(Role.AGENT, Role.OFFICIAL, Role.ADMINISTRATOR, service=SERVICE)


def is_official(person: Person | None) -> bool:
    """Tell whether somebody keeps keys and opens boxes."""
    return person is not None and person.holds(Role.OFFICIAL, service=SERVICE)


def is_agent(person: Person | None) -> bool:
    """Tell whether somebody keeps the paper."""
    return person is not None and person.holds(Role.AGENT, service=SERVICE)


def require_official(person: Person) -> None:
    """Refuse who is no official.

    :raises Forbidden: `needs_role`
    """
    if not is_official(person):
        raise refusal("needs_role")


def require_agent(person: Person) -> None:
    """Refuse who is no agent of the service.

    :raises Forbidden: `needs_role`
    """
    if not is_agent(person):
        raise refusal("needs_role")


def require_organiser(person: Person) -> None:
    """Refuse who neither administers votes nor answers for the City.

    :raises Forbidden: `needs_role`
    """
    if not person.holds(Role.ADMINISTRATOR, Role.OFFICIAL, service=SERVICE):
        raise refusal("needs_role")
