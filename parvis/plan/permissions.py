"""Who may do what with the plan."""

from __future__ import annotations

from parvis.account.public import Person, Role

SERVICE = "plan"


def may_amend(person: Person | None) -> bool:
    """Tell whether this person may change the words of the plan: elected officials may."""
    return person is not None and person.holds(Role.OFFICIAL, service=SERVICE)
