"""Passwords are weighed a few at a time, behind everything else the machine has to do."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.contrib.auth.hashers import Argon2PasswordHasher

# Behind every other thread of the city, before what the machine does when it has nothing to do.
_NICENESS = 10


class CityArgon2Hasher(Argon2PasswordHasher):
    """Argon2id: 19 MiB of memory, two passes, one lane (OWASP Password Storage Cheat Sheet).

    Each process weighs one password at a time, in a thread that gives way to all others: a crowd at
    the door waits its turn there, and whoever reads a page does not wait behind it. The memory of
    all hashes at once is bounded by the same rule.
    """

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of a password."""
        return _scales(os.getpid()).submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether a password is the one of a hash."""
        return _scales(os.getpid()).submit(super().verify, password, encoded).result()


@cache
def _scales(_process: int) -> ThreadPoolExecutor:
    """Return the one thread of a process; a process that forks gets a thread of its own."""
    return ThreadPoolExecutor(1, thread_name_prefix="password", initializer=_give_way)


def _give_way() -> None:
    # Linux alone knows the priority of a thread; elsewhere hashes compete with pages.
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
