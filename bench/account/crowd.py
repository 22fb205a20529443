"""People who sign in without a pause, from a program of their own."""

from __future__ import annotations

import contextlib
import http.client
import multiprocessing
import os
import re
import time
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path

from bench import city as cities

SIGN_IN = "/mon-compte/connexion/"
PEOPLE = 8
_RISES = 4  # seconds
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]*)"')


@contextlib.contextmanager
def signing_in(city: cities.City, people: int = PEOPLE) -> Iterator[Callable[[], int]]:
    """Have so many people sign in again and again meanwhile; give how often they have by now.

    :raises RuntimeError: if the city did not let them in
    """
    spawning = multiprocessing.get_context("spawn")
    over, done = spawning.Event(), spawning.Value("i", 0)
    crowd = spawning.Process(target=_until, args=[over, done, city, people])
    crowd.start()
    time.sleep(_RISES)
    try:
        yield lambda: int(done.value)
    finally:
        over.set()
        crowd.join()
    if crowd.exitcode:
        message = "the crowd was not let in"
        raise RuntimeError(message)


def _until(over: Event, done: Synchronized[int], city: cities.City, people: int) -> None:
    _stand_back()
    names = sorted(city.accounts)

    def go(rank: int) -> None:
        person = Visitor(city, names[rank % len(names)])
        while not over.is_set():
            is_in = person.signs_in()
            with done.get_lock():
                done.value += is_in

    with ThreadPoolExecutor(people) as pool:
        list(pool.map(go, range(people)))


def _stand_back() -> None:
    """Leave the processors to the city: a crowd has devices of its own. Linux shares them out by
    session before it looks at priorities."""
    os.setsid()
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text("19", encoding="ascii")
    os.nice(19)


class Visitor:
    """A person with a browser that keeps its cookies, and costs next to nothing to the machine."""

    def __init__(self, city: cities.City, name: str) -> None:
        self.account = city.accounts[name]
        self._host = urllib.parse.urlsplit(city.address).netloc
        self._line = http.client.HTTPConnection(self._host, timeout=120)
        self._cookies: dict[str, str] = {}

    def signs_in(self) -> bool:
        """Open the form and send it, from a known device without a session; tell whether the door
        opened, and wait a moment where there were too many before it.

        :raises RuntimeError: if it stays closed for another reason
        """
        self._cookies.pop("sessionid", None)
        _status, page = self._asks("GET")
        found = _TOKEN.search(page)
        typed = {
            "login": self.account["email"],
            "password": self.account["password"],
            "csrfmiddlewaretoken": found[1].decode() if found else "",
        }
        status, _body = self._asks("POST", urllib.parse.urlencode(typed))
        if status in (http.client.TOO_MANY_REQUESTS, http.client.SERVICE_UNAVAILABLE):
            time.sleep(1)
            return False
        if status != http.client.FOUND:
            message = f"the sign-in answered {status}"
            raise RuntimeError(message)
        return True

    def _asks(self, method: str, body: str | None = None) -> tuple[int, bytes]:
        kept = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": kept, "Content-Type": "application/x-www-form-urlencoded"}
        self._line.request(method, SIGN_IN, body, headers)
        answer = self._line.getresponse()
        page = answer.read()
        for given in answer.headers.get_all("Set-Cookie", []):
            name, _equals, value = given.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, page
