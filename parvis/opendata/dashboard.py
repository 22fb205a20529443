"""The open data among the ways in: the roof of every page, the paving of the home page."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Deed, NavEntry, Stone, deeds, nav_entries, stones
from parvis.opendata.queries.pages import browsing


def sentence(_now: dt.datetime) -> str:
    """Return how many datasets there are, or nothing if there is none."""
    return browsing.fact()


nav_entries.declare(NavEntry(key="opendata", label=_("Data"), url_name="opendata:index", order=30))
stones.declare(
    Stone(
        key="opendata",
        label=_("Look into the City's accounts"),
        url_name="opendata:index",
        icon="data",
        order=30,
        sentence=sentence,
    )
)
deeds.declare(
    Deed(key="opendata.described", label=_("described datasets of the catalogue")),
    Deed(key="opendata.finding_approved", label=_("signed a reason to publish")),
    Deed(key="opendata.version_published", label=_("published a version of a dataset")),
)
