"""The street, ready for tests, ours and our neighbours'."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from parvis.streets.actions import load_streets
from parvis.territory.testing import the_city

NOON = dt.datetime(2026, 6, 3, 10, tzinfo=dt.UTC)
"""A Wednesday at noon in Paris."""
FRIDGE = "autres-objets-encombrants-abandonnes"
TAG = "graffitis-et-autocollants-sur-mur-facade-sur-rue-pont-et-descente-d-eau-pluviale"


def the_streets() -> None:
    """Load the territory, the catalogue, the handlers, the routing and the life cycle."""
    the_city()
    load_streets(folder=settings.PARVIS_CITY_DIR / "streets", now=NOON)
