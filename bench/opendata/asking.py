"""Asking over HTTP: one at a time, many at once, and a whole file while the server's memory is
watched."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import psutil

from bench.opendata.questions import Question, mixed

_PIECE = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of so many answers."""

    p50: float
    p95: float
    answers: int

    @classmethod
    def of(cls, taken: Sequence[float]) -> Times:
        """Return the two figures of many times."""
        return cls(
            p50=statistics.median(taken),
            p95=statistics.quantiles(taken, n=20)[18],
            answers=len(taken),
        )


class Asker:
    """Asks one server over one connection that is kept."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def __call__(self, path: str) -> float:
        """Return how many milliseconds the whole answer took.

        :raises RuntimeError: if the answer is not 200
        """
        began = time.perf_counter()
        self.connection.request("GET", path)
        response = self.connection.getresponse()
        body = response.read()
        taken = (time.perf_counter() - began) * 1000
        if response.status != http.client.OK:
            message = f"{path} answered {response.status}: {body[:300]!r}"
            raise RuntimeError(message)
        return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A whole file: its rows, how long until the first byte and the last, how much the memory of
    the process that served it grew meanwhile."""

    rows: int
    first_byte: float
    seconds: float
    growth: int

    @property
    def rows_per_second(self) -> float:
        """Return how quick it was."""
        return self.rows / self.seconds


def download(port: int, path: str, serving: Sequence[psutil.Process]) -> Download:
    """Read a CSV to its end; its first line is no row."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    with _watched(serving) as grown:
        began = time.perf_counter()
        connection.request("GET", path)
        response = connection.getresponse()
        lines = response.read(1).count(b"\n")
        first = time.perf_counter() - began
        while piece := response.read(_PIECE):
            lines += piece.count(b"\n")
        seconds = time.perf_counter() - began
    connection.close()
    return Download(rows=lines - 1, first_byte=first, seconds=seconds, growth=grown())


@contextmanager
def _watched(serving: Sequence[psutil.Process]) -> Iterator[Callable[[], int]]:
    """Look at the memory of processes every few milliseconds; tell how much the one that grew most
    grew, in bytes."""
    before = [one.memory_info().rss for one in serving]
    peaks, done = list(before), threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            for place, one in enumerate(serving):
                peaks[place] = max(peaks[place], one.memory_info().rss)

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield lambda: max(peak - first for peak, first in zip(peaks, before, strict=True))
    finally:
        done.set()
        watching.join()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What so many clients saw: their times, and answers per second of all together."""

    times: Times
    per_second: float


Say = Callable[[Question], str]


def crowd(clients: int, seconds: float, port: int, say: Say) -> list[float]:
    """Let clients ask mixed questions at once for a while, each the next one as soon as it has an
    answer; return every time."""
    seed, end = time.time_ns(), time.perf_counter() + seconds

    def one(number: int) -> list[float]:
        asker, draw, taken = Asker(port), np.random.default_rng([number, seed]), []
        while time.perf_counter() < end:
            taken.append(asker(say(mixed(draw))))
        return taken

    with ThreadPoolExecutor(clients) as pool:
        return [taken for times in pool.map(one, range(clients)) for taken in times]


def parvis_path(question: Question) -> str:
    """Return what Parvis is asked."""
    return question.parvis


def datasette_path(question: Question) -> str:
    """Return what Datasette is asked."""
    return question.datasette
