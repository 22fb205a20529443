"""Who may: agents of the service treat cases, moderators look at photos, administrators write the
rules of routing and give keys."""

from __future__ import annotations

from django.utils.translation import gettext as _

from parvis.account.public import ANYWHERE, Person, Reach, Role, needs_role
from parvis.kernel.errors import Forbidden

SERVICE = "streets"

agents_only = needs_role(Role.AGENT, service=SERVICE, territory=ANYWHERE)
# A photo before it is covered may show anybody: administering the city is no reason to open it.
reviewers_only = needs_role(Role.AGENT, Role.MODERATOR, service=SERVICE, territory=ANYWHERE)
administrators_only = needs_role(Role.ADMINISTRATOR, service=SERVICE)
staff_only = needs_role(Role.AGENT, Role.ADMINISTRATOR, service=SERVICE)


def administers(person: Person) -> bool:
    """Tell whether somebody administers the service."""
    return person.holds(Role.ADMINISTRATOR, service=SERVICE)


def treats_cases(person: Person | None, arrondissement: int = ANYWHERE) -> bool:
    """Tell whether somebody treats cases of the service, in an arrondissement or anywhere."""
    if person is None:
        return False
    return person.holds(Role.AGENT, service=SERVICE, territory=arrondissement)


def reach_of_agent(person: Person) -> Reach:
    """Return in which arrondissements somebody treats cases."""
    return person.reach(Role.AGENT, service=SERVICE)


def reach_of_reviewer(person: Person) -> Reach:
    """Return in which arrondissements somebody looks at photos."""
    return person.reach(Role.AGENT, Role.MODERATOR, service=SERVICE)


def require_administrator(person: Person) -> None:
    """Refuse who does not administer the service.

    :raises Forbidden: `needs_role`
    """
    if not administers(person):
        sentence = _("Your account does not have the role needed for this.")
        raise Forbidden("needs_role", sentence)


def require_reviewer(person: Person) -> None:
    """Refuse who neither treats cases nor moderates, anywhere.

    :raises Forbidden: `needs_role`
    """
    if not person.holds(Role.AGENT, Role.MODERATOR, service=SERVICE, territory=ANYWHERE):
        sentence = _("Your account does not have the role needed for this.")
        raise Forbidden("needs_role", sentence)


def require_agent(person: Person) -> None:
    """Refuse who treats cases nowhere; `queries.reach` then keeps them to their arrondissements.

    :raises Forbidden: `needs_role`
    """
    if not treats_cases(person):
        sentence = _("Your account does not have the role needed for this.")
        raise Forbidden("needs_role", sentence)
