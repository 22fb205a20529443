"""The plan among the ways in: the roof of every page, the paving of the home page."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _, ngettext

from parvis.kernel.declarations import (
    CityService,
    Deed,
    NavEntry,
    Stone,
    city_services,
    deeds,
    nav_entries,
    stones,
)
from parvis.kernel.errors import NotFound
from parvis.plan import queries
from parvis.plan.permissions import SERVICE


def sentence(_now: dt.datetime) -> str:
    """Return how much the plan in force holds, or nothing if there is none."""
    try:
        plan = queries.current_plan()
    except NotFound:
        return ""
    count = len(plan.actions)
    return ngettext(
        "%(count)s action by %(horizon)s", "%(count)s actions by %(horizon)s", count
    ) % {"count": count, "horizon": plan.horizon}


city_services.declare(CityService(key=SERVICE, label=_("The plan"), order=10))
nav_entries.declare(NavEntry(key="plan", label=_("The plan"), url_name="plan:read", order=10))
stones.declare(
    Stone(
        key="plan",
        label=_("Read the plan"),
        url_name="plan:read",
        icon="file",
        order=20,
        sentence=sentence,
    )
)
deeds.declare(
    Deed(key="plan.published", label=_("published a version of the plan")),
)
