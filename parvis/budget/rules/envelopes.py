"""How an envelope is shared between arrondissements: by population, with a bonus for the people of
quartiers populaires, to the exact cent.

The charter of 2023: « enveloppes par arrondissement selon la population, avec un bonus pour les
quartiers populaires ».
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Populace:
    """How many people live in an area, and how many of them in quartiers populaires."""

    key: str
    population: int
    popular: int = 0


def weight(one: Populace, *, bonus_percent: int) -> int:
    """Return what an area weighs: a person of a quartier populaire weighs `bonus_percent` more."""
    return one.population * _PERCENT + one.popular * bonus_percent


def shares(cents: int, areas: Sequence[Populace], *, bonus_percent: int) -> dict[str, int]:
    """Return the cents of each area: they add up to `cents` exactly.

    Shares are cut to the cent, and what is left goes cent by cent to those that lost most by it,
    the earlier in the list first.

    :raises ValueError: for a negative sum, a negative population or more people in quartiers
        populaires than in the area, or nobody at all
    """
    if cents < 0 or bonus_percent < 0 or any(not 0 <= a.popular <= a.population for a in areas):
        raise ValueError("people and money are counted from nothing upwards")
    weights = {one.key: weight(one, bonus_percent=bonus_percent) for one in areas}
    whole = sum(weights.values())
    if whole == 0:
        raise ValueError("an envelope needs people to be shared between")
    parts = {key: divmod(cents * own, whole) for key, own in weights.items()}
    left = cents - sum(cut for cut, _rest in parts.values())
    first = sorted(parts, key=lambda key: -parts[key][1])[:left]
    return {key: cut + (key in first) for key, (cut, _rest) in parts.items()}
