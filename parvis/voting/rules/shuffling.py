"""The order in which options stand on a ballot page: drawn, public, and nobody's own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def drawn_order(things: Sequence[T], *, seed: str, contest: str, draw: int) -> list[T]:
    """Return things in the order that a draw number gives, the same on every machine.

    Each thing of rank i is put where SHA-256(seed/contest/draw/i), read as a number, falls among
    the others: whoever has the seed of the vote and a draw number can do it again.
    """
    keys = [
        hashlib.sha256(f"{seed}/{contest}/{draw}/{rank}".encode()).digest()
        for rank in range(len(things))
    ]
    return [things[rank] for rank in sorted(range(len(things)), key=keys.__getitem__)]
