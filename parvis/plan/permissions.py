"""Who may do what with the plan."""

from __future__ import annotations

from parvis.account.public import Person, Role


def may_amend(person: Person | None) -> bool:
    """Tell whether this person may change the words of the plan: elected officials may."""
    return person is not None and Role.OFFICIAL in person.roles
