"""An edition as the plan that it was made from."""

from __future__ import annotations

import dataclasses

from parvis.budget.models import Area, Edition, Project
from parvis.budget.queries.editions import phases_of
from parvis.budget.rules import fixed
from parvis.budget.rules.entitlement import Tie
from parvis.budget.rules.fixed import OnBallot
from parvis.budget.rules.plans import AreaPlan, EditionPlan
from parvis.budget.rules.status import Status

_EDITION = (
    "slug",
    "year",
    "title_fr",
    "title_en",
    "lead_fr",
    "lead_en",
    "local_cents",
    "bonus_percent",
)
_SHEET = ("title", "title_en", "text", "text_en", "place")
_AREA = [one.name for one in dataclasses.fields(AreaPlan)]


def plan_of(edition: Edition) -> EditionPlan:
    """Return the plan of an edition as it is now."""
    return EditionPlan(
        **{name: getattr(edition, name) for name in _EDITION},
        phases=tuple(phases_of(edition)),
        areas=tuple(area_plan(one) for one in edition.areas.all()),
    )


def area_plan(area: Area) -> AreaPlan:
    """Return the plan of an area as it is now; its envelope is its own for the whole city, and
    shared anew for an arrondissement."""
    told = {name: getattr(area, name) for name in _AREA}
    told |= {name: tuple(map(Tie, told[name])) for name in ("proposers", "voters")}
    if area.arrondissement is not None:
        told["envelope_cents"] = 0
    return AreaPlan(**told)


def rules_of(edition: Edition) -> bytes:
    """Return all that is to be fixed of an edition, as it is now."""
    accepted = Project.objects.filter(area__edition=edition, status=Status.ACCEPTED)
    ballot = [
        OnBallot(
            area=one.area.key,
            number=one.number,
            cents=one.cost_cents or 0,
            **{name: getattr(one, name) for name in _SHEET},
        )
        for one in accepted.select_related("area")
        if one.number is not None
    ]
    cents = dict(edition.areas.values_list("key", "envelope_cents"))
    return fixed.written(plan_of(edition), cents=cents, ballot=ballot)
