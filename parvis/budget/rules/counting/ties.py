"""How a tie is broken: named orders of the projects, so that no count depends on chance.

`seed:` draws an order by SHA-256 from a seed published beforehand; `most-votes` looks at the
support. Every order falls back on the one in which the projects were published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from parvis.budget.rules.counting.electorate import Electorate
from parvis.budget.rules.counting.settings import (
    CHEAPEST,
    DEAREST,
    FILE_ORDER,
    MOST_VOTES,
    PROJECT_ID,
    SEED,
)

_Key = Callable[[int], int | str]


def precedence(name: str, electorate: Electorate) -> list[int]:
    """Return each project's place in the order that settles ties; the lowest place wins."""
    keys: dict[str, _Key] = {
        FILE_ORDER: lambda rank: rank,
        PROJECT_ID: lambda rank: electorate.ids[rank],
        MOST_VOTES: lambda rank: -electorate.scores[rank],
        CHEAPEST: lambda rank: electorate.costs[rank],
        DEAREST: lambda rank: -electorate.costs[rank],
    }
    seed = name.removeprefix(SEED)
    key: _Key = keys.get(name, lambda rank: lot(seed, electorate.ids[rank]))
    order = sorted(range(len(electorate.ids)), key=lambda rank: (key(rank), rank))
    places = [0] * len(order)
    for place, rank in enumerate(order):
        places[rank] = place
    return places


def lot(seed: str, project: str) -> str:
    """Return a project's lot, the SHA-256 of seed, line feed and id: anyone can draw it again."""
    return hashlib.sha256(f"{seed}\n{project}".encode()).hexdigest()
