"""What the territory keeps about people: nothing. Every model is declared all the same."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Deed, Held, Keeps, deeds, keeps

keeps.declare(
    Keeps(
        key="territory",
        label=_("Districts, streets and addresses"),
        personal=_("Nothing: districts, streets and addresses are public reference data."),
        retention=_("Until the next edition of the data replaces this one."),
        held=(
            Held(model="territory.AddressPoint"),
            Held(model="territory.District"),
            Held(model="territory.Edition"),
            Held(model="territory.Ring"),
            Held(model="territory.Street"),
            Held(model="territory.Zone"),
            Held(model="territory.ZoneRing"),
        ),
        about_people=False,
    )
)
deeds.declare(
    Deed(key="territory.loaded", label=_("loaded a new edition of the map and the addresses")),
    Deed(key="territory.zone_drawn", label=_("drew a zone of the city")),
    Deed(key="territory.zone_redrawn", label=_("redrew a zone of the city")),
    Deed(key="territory.zone_closed", label=_("closed a zone of the city")),
)
