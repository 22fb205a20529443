"""What people are told of the street, and what the register calls what was done."""

from __future__ import annotations

from parvis.streets.notices import deeds, field, followers, keys, photos, reporters, routing

__all__ = ["deeds", "field", "followers", "keys", "photos", "reporters", "routing"]
