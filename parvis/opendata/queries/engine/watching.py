"""One thread that looks at the clock for all queries of a process: a thread of each query's own
would cost more than many a query."""

from __future__ import annotations

import contextlib
import math
import os
import threading
import time
from collections.abc import Callable, Iterator

Interrupt = Callable[[], object]


class _Watch:
    """Calls an interrupt when its time has come, unless it was taken back before."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self._ends: dict[object, tuple[float, Interrupt]] = {}
        self._changed = threading.Condition()
        self._wakes_at = math.inf
        threading.Thread(target=self._look, name="query-watch", daemon=True).start()

    def begin(self, interrupt: Interrupt, *, seconds: float) -> object:
        """Return what one takes back at the end."""
        token, end = object(), time.monotonic() + seconds
        with self._changed:
            self._ends[token] = (end, interrupt)
            # It sleeps until an end that was known before: mostly an earlier one.
            if end < self._wakes_at:
                self._changed.notify()
        return token

    def end(self, token: object) -> None:
        """Take an interrupt back: once this returns, it is not called any more."""
        with self._changed:
            self._ends.pop(token, None)

    def _look(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for token, (end, interrupt) in list(self._ends.items()):
                    if end <= now:
                        del self._ends[token]
                        interrupt()
                self._wakes_at = min((end for end, _ in self._ends.values()), default=math.inf)
                sleeps = None if math.isinf(self._wakes_at) else self._wakes_at - time.monotonic()
                self._changed.wait(sleeps)


_lock = threading.Lock()
_watches: list[_Watch] = []


def _watch() -> _Watch:
    """Return the watch of this process: the thread of one that was forked from is not here."""
    with _lock:
        if not _watches or _watches[-1].process != os.getpid():
            _watches[:] = [_Watch()]
        return _watches[-1]


@contextlib.contextmanager
def interrupted_after(seconds: float, interrupt: Interrupt) -> Iterator[None]:
    """Call `interrupt`, from another thread, if what follows is not over after `seconds`."""
    watch = _watch()
    token = watch.begin(interrupt, seconds=seconds)
    try:
        yield
    finally:
        watch.end(token)
