"""Where a person stands: by their device, or by an address they type."""

from __future__ import annotations

from parvis.kernel.geometry import Point
from parvis.kernel.http import CityRequest
from parvis.missions.actions.answering import on_the_ground
from parvis.missions.forms.answering import StandingForm
from parvis.territory.public import suggest

_LONGEST = 200
Place = tuple[float, float]


def place_asked(request: CityRequest) -> Point | None:
    """Return the place (metres) an address of a page asks for, None for none that makes sense.

    :raises Unfit: `position_wrong`
    """
    form = StandingForm(request.GET)
    at = form.place() if form.is_valid() else None
    at = at or by_address(request.GET.get("address", ""))
    return None if at is None else on_the_ground(at)


def by_address(typed: str) -> Place | None:
    """Return the longitude and latitude of the likeliest place of these words, None for none."""
    words = typed.strip()[:_LONGEST]
    found = suggest(words, limit=3) if words else []
    for one in found:
        if one.lon is not None and one.lat is not None:
            return one.lon, one.lat
    return None
