"""How many ballots must be together before any of them may leave its outer envelope."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TypeVar

K = 11  # Nobody is alone, nor among fewer than this many.

T = TypeVar("T")


def kept_back(waiting: int, *, is_last: bool) -> int:
    """Return how many of the ballots of one contest stay until the next batch.

    All of them, while fewer than 2 K wait; then always K, so that who votes next does not stand
    alone in the last batch. Once the vote is closed nobody can join them: none stays.
    """
    if is_last:
        return 0
    return waiting if waiting < 2 * K else K


def shuffled(things: Sequence[T]) -> list[T]:
    """Return the same things in an order nobody can tell, from the random source of the system."""
    return secrets.SystemRandom().sample(list(things), len(things))
