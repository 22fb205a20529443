"""Asks one address again and again over kept-alive connections, and counts milliseconds and
bytes."""

from __future__ import annotations

import http.client
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

_HEADERS = {"Accept-Encoding": "gzip", "Accept": "text/html"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Times in milliseconds of one caller at a time; pages per second of four; bytes as
    transferred."""

    p50: float
    p95: float
    per_second: float
    bytes_on_the_wire: int


def measure(address: str, path: str, *, times: int = 200, seconds: float = 4.0) -> Measure:
    """Return how quick and heavy a page is, after ten warming requests.

    :raises RuntimeError: if the page does not answer 200
    """
    _ask(address, path, times=10)
    taken, size = _ask(address, path, times=times)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: _ask_for(address, path, seconds), range(4)))
    quantiles = statistics.quantiles(taken, n=20)
    return Measure(
        p50=statistics.median(taken),
        p95=quantiles[18],
        per_second=sum(counts) / seconds,
        bytes_on_the_wire=size,
    )


def times_of(address: str, path: str, *, times: int) -> list[float]:
    """Return the milliseconds of so many requests, one after the other, after ten warming ones.

    :raises RuntimeError: if the page does not answer 200
    """
    _ask(address, path, times=10)
    taken, _size = _ask(address, path, times=times)
    return taken


def _connect(address: str) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    return http.client.HTTPConnection("127.0.0.1", parts.port, timeout=60)


def _once(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path, headers=_HEADERS)
    response = connection.getresponse()
    body = response.read()
    if response.status != http.client.OK:
        message = f"{path} answered {response.status}"
        raise RuntimeError(message)
    return len(body) + len(str(response.headers))


def _ask(address: str, path: str, *, times: int) -> tuple[list[float], int]:
    connection = _connect(address)
    taken, size = [], 0
    for _ in range(times):
        began = time.perf_counter()
        size = _once(connection, path)
        taken.append((time.perf_counter() - began) * 1000)
    connection.close()
    return taken, size


def _ask_for(address: str, path: str, seconds: float) -> int:
    connection = _connect(address)
    deadline, count = time.perf_counter() + seconds, 0
    while time.perf_counter() < deadline:
        _once(connection, path)
        count += 1
    connection.close()
    return count
