"""The arrondissements a person may show beside their name."""

from __future__ import annotations

from parvis.territory.public import arrondissements


def districts() -> tuple[int, ...]:
    """Return the numbers of the arrondissements, in order."""
    return tuple(district.number for district in arrondissements())
