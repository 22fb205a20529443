"""Ready-made territory for tests, ours and our neighbours'."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from parvis.territory.actions import load_territory

NOON = dt.datetime(2015, 7, 1, 10, tzinfo=dt.UTC)
BASTILLE = (2.36925, 48.85331)
"""Longitude and latitude of the July Column: 11e arrondissement, quartier Roquette."""
MONTREUIL = (2.4432, 48.8638)
"""Outside the city."""


def the_city() -> None:
    """Load the whole territory of the city."""
    load_territory(folder=settings.PARVIS_CITY_DIR / "territory", now=NOON)
