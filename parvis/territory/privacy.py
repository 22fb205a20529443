"""What the territory keeps about people: nothing. Every model is declared all the same."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Deed, Keeps, deeds, keeps


def export(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return nothing: no row of the territory is about a person."""
    del person_id
    return []


def erase(person_id: uuid.UUID, now: dt.datetime) -> int:
    """Erase nothing: no row of the territory is about a person."""
    del person_id, now
    return 0


keeps.declare(
    Keeps(
        key="territory",
        models=(
            "territory.AddressPoint",
            "territory.District",
            "territory.Edition",
            "territory.Ring",
            "territory.Street",
        ),
        personal=_("Nothing: districts, streets and addresses are public reference data."),
        retention=_("Until the next edition of the data replaces this one."),
        export=export,
        erase=erase,
        about_people=False,
    )
)
deeds.declare(
    Deed(key="territory.loaded", label=_("loaded a new edition of the map and the addresses")),
)
