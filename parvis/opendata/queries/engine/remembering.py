"""What was worked out and cannot become untrue, kept while there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Answers by their questions, of which the ones asked longest ago are forgotten first.

    `weight` says what an answer takes of `room`; one that alone takes more is not kept.
    """

    def __init__(self, *, room: int, weight: Callable[[T], int]) -> None:
        self._room, self._weight = room, weight
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._taken = 0
        self._lock = threading.Lock()

    def get(self, question: Hashable, work_out: Callable[[], T]) -> T:
        """Return the answer, worked out if it is not known. Two who ask at once may both work."""
        with self._lock:
            if question in self._kept:
                self._kept.move_to_end(question)
                return self._kept[question]
        answer = work_out()
        with self._lock:
            self._keep(question, answer)
        return answer

    def _keep(self, question: Hashable, answer: T) -> None:
        if question in self._kept or self._weight(answer) > self._room:
            return
        self._kept[question] = answer
        self._taken += self._weight(answer)
        while self._taken > self._room:
            _question, forgotten = self._kept.popitem(last=False)
            self._taken -= self._weight(forgotten)
