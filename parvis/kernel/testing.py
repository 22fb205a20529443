"""What every module's tests need of the house: many who act at one moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
_LONGEST = 60.0  # seconds


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Run the acts in as many threads, all let go at one moment; return what they return.

    Each has a connection to the database of its own. What an act raises is raised here.
    """
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        try:
            connection.ensure_connection()
            gate.wait(timeout=_LONGEST)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
