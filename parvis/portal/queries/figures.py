"""The city in figures: only what is counted at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _, ngettext

from parvis.deliberation.public import consultations
from parvis.territory.public import District
from parvis.ui.wording import number

_SQUARE_METRES_PER_HECTARE = 10_000
_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure, already written for the reader, and what it counts."""

    value: str
    label: str


def figures(districts: list[District]) -> list[Figure]:
    """Return what can be counted now, in the active language; nothing if it is a single figure.

    `districts` are the arrondissements of the city. Consultations of elsewhere do not count.
    """
    counted = [*_of_consultations(), *_of_territory(districts)]
    return counted if len(counted) >= _FEWEST else []


def _of_consultations() -> list[Figure]:
    held = [c.totals for c in consultations() if c.origin == "here"]
    texts = sum(t.contributions for t in held)
    remarks = sum(t.remarks for t in held)
    votes = sum(t.votes for t in held)
    written = (
        (texts, ngettext("contribution from residents", "contributions from residents", texts)),
        (remarks, ngettext("argument or reply", "arguments and replies", remarks)),
        (votes, ngettext("vote on contributions", "votes on contributions", votes)),
    )
    return [Figure(value=number(count), label=label) for count, label in written if count]


def _of_territory(districts: list[District]) -> list[Figure]:
    if not districts:
        return []
    hectares = round(sum(d.area_m2 for d in districts) / _SQUARE_METRES_PER_HECTARE)
    label = _("hectares in %(count)s arrondissements") % {"count": len(districts)}
    return [Figure(value=number(hectares), label=label)]
