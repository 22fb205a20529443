"""Suggestions of addresses: from a wider base where the city uses one, from ours otherwise."""

from __future__ import annotations

from collections.abc import Callable

from parvis.territory.queries import addresses
from parvis.territory.rules.places import Suggestion

Source = Callable[[str, int], list[Suggestion] | None]
_wider: list[Source] = []


def prefer(source: Source) -> None:
    """Ask `source(query, limit)` first from now on; when it answers None we answer ourselves."""
    _wider[:] = [source]


def suggest(query: str, *, limit: int) -> list[Suggestion]:
    """Return the streets, addresses and districts that `query` may mean, likeliest first."""
    for source in _wider:
        found = source(query, limit)
        if found is not None:
            return found
    return addresses.suggest(query, limit=limit)
