"""Passwords are weighed a few at a time, behind everything else the machine has to do."""

from __future__ import annotations

import contextlib
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http import HTTPStatus
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.translation import gettext as _

from parvis.account.adapters.readers import somebody_reads, waiting
from parvis.account.rules.weighing import QUIET, Purse
from parvis.kernel.errors import Refused

# Behind every other thread of the city, before what the machine does when it has nothing to do.
_NICENESS = 10
_LOOKS_AGAIN, _LATELY = 0.005, 1.0  # seconds
Said = TypeVar("Said", str, bool)


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
        """Return the hash of a password.

        :raises Refused: `crowded` (503) if too many wait while people read
        """
        weigh = super().encode
        return _scales(os.getpid()).weigh(lambda: weigh(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether a password is the one of a hash.

        :raises Refused: `crowded` (503) if too many wait while people read
        """
        weigh = super().verify
        return _scales(os.getpid()).weigh(lambda: weigh(password, encoded))


class Scales:
    """The one thread of a process that weighs passwords, and those who wait for it.

    Even from behind, a hash slows down what it shares processors and caches with: while somebody
    reads on this machine, passwords are paid from a `Purse`. Who waits then holds a thread of the
    web server: `PARVIS_MOST_AT_THE_SCALES` at most, so that others are served.
    """

    def __init__(self) -> None:
        self._purse, self._read_at = Purse(share=settings.PARVIS_PASSWORDS_SHARE), -math.inf
        self._lock, self._waiting = threading.Lock(), 0
        self._thread = ThreadPoolExecutor(1, "password", initializer=_give_way)

    def weigh(self, weigh: Callable[[], Said]) -> Said:
        """Return what was weighed, once its turn has come.

        :raises Refused: `crowded` (503) if too many wait while people read
        """
        with self._counted():
            if self._waiting > settings.PARVIS_MOST_AT_THE_SCALES and self._is_slow():
                raise _crowded()
            with waiting():
                return self._thread.submit(self._in_turn, weigh).result()

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1

    def _is_slow(self) -> bool:
        """Tell whether passwords wait for people who read; else the longest queue is over soon."""
        now = time.monotonic()
        return now - self._read_at < _LATELY and self._purse.wait(now) > 0

    def _in_turn(self, weigh: Callable[[], Said]) -> Said:
        self._let_others_read()
        began = time.thread_time()
        try:
            return weigh()
        finally:
            self._purse.spend(time.thread_time() - began, time.monotonic())

    def _let_others_read(self) -> None:
        due = time.monotonic() + self._purse.wait(time.monotonic())
        while (now := time.monotonic()) < due:
            if somebody_reads():
                self._read_at = now
            if now - self._read_at >= QUIET:
                return
            time.sleep(_LOOKS_AGAIN)


@cache
def _scales(_process: int) -> Scales:
    """Return the scales of a process; one that forks gets some of its own."""
    return Scales()


def _crowded() -> Refused:
    message = _("Many people are signing in at this moment. Try again in a few seconds.")
    return Refused("crowded", message, status=HTTPStatus.SERVICE_UNAVAILABLE)


def _give_way() -> None:
    # Linux alone knows the priority of a thread; elsewhere hashes compete with pages.
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
