"""Who may: moderators rule on what people say, agents of the service answer for the City."""

from __future__ import annotations

from django.utils.translation import gettext as _

from parvis.account.public import Person, Role, needs_role
from parvis.kernel.errors import Forbidden
from parvis.opendata.models import Dataset

SERVICE = "opendata"

moderators_only = needs_role(Role.MODERATOR, service=SERVICE)
agents_only = needs_role(Role.AGENT, service=SERVICE)
# A file before it is published may hold what nobody should read: administering the city is no
# reason to open it.
publishers_only = needs_role(Role.AGENT, service=SERVICE)


def require_moderator(person: Person) -> None:
    """Refuse who is no moderator.

    :raises Forbidden: `needs_role`
    """
    _require(person, Role.MODERATOR)


def require_agent(person: Person) -> None:
    """Refuse who does not answer for the City about its data.

    :raises Forbidden: `needs_role`
    """
    _require(person, Role.AGENT)


def require_open(dataset: Dataset) -> None:
    """Refuse what would tell of the rows of a restricted dataset.

    :raises Forbidden: `restricted`
    """
    if dataset.restricted:
        sentence = _("The rows of this dataset are not open to everyone: it cannot be followed.")
        raise Forbidden("restricted", sentence)


def _require(person: Person, role: str) -> None:
    if not person.holds(role, service=SERVICE):
        sentence = _("Your account does not have the role needed for this.")
        raise Forbidden("needs_role", sentence)
