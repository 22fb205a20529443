"""What of the city a role reaches: cases, photos and rounds of some arrondissements, or all."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from parvis.account.public import Reach
from parvis.kernel.errors import Forbidden


def require(reach: Reach, arrondissements: Iterable[int]) -> None:
    """Refuse what lies in an arrondissement out of reach.

    :raises Forbidden: `outside_territory`
    """
    if not all(reach.covers(one) for one in arrondissements):
        message = _("Your role does not reach the arrondissement in which this lies.")
        raise Forbidden("outside_territory", message)
