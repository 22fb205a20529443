"""Who may: named predicates on a person's roles, and the refusal for who may not."""

from __future__ import annotations

from parvis.account.public import Person
from parvis.deliberation.queries.refusals import refusal
from parvis.deliberation.rules import roles


def may_moderate(person: Person) -> bool:
    """Tell whether a person hides, restores and keeps texts."""
    return person.holds(roles.MODERATES, service=roles.SERVICE)


def may_answer(person: Person) -> bool:
    """Tell whether a person answers for the city."""
    return person.holds(roles.ANSWERS, service=roles.SERVICE)


def may_administer(person: Person) -> bool:
    """Tell whether a person moves the dates of consultations."""
    return person.holds(roles.ADMINISTERS, service=roles.SERVICE)


def require_moderator(person: Person) -> None:
    """Refuse who is no moderator.

    :raises Forbidden: `needs_role`
    """
    if not may_moderate(person):
        raise refusal("needs_role")


def require_official(person: Person) -> None:
    """Refuse who does not answer for the city.

    :raises Forbidden: `needs_role`
    """
    if not may_answer(person):
        raise refusal("needs_role")


def require_administrator(person: Person) -> None:
    """Refuse who is no administrator.

    :raises Forbidden: `needs_role`
    """
    if not may_administer(person):
        raise refusal("needs_role")
