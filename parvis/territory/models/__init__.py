"""What the territory remembers: districts, streets, addresses. Nothing about a person."""

from __future__ import annotations

from parvis.territory.models.addresses import AddressPoint, Street, StreetSource
from parvis.territory.models.ground import District, DistrictKind, Edition, Ring
from parvis.territory.models.zones import Zone, ZoneKind, ZoneRing

__all__ = [
    "AddressPoint",
    "District",
    "DistrictKind",
    "Edition",
    "Ring",
    "Street",
    "StreetSource",
    "Zone",
    "ZoneKind",
    "ZoneRing",
]
