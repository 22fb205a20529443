"""The real web server, four processes of it: fifty confirmations of one voter are one vote, and a
process that is killed takes no vote with it that was confirmed."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import quote, urlencode

import psutil
import pytest
from django.conf import settings as city
from django.db import connection
from django.test import Client

from bench.city import free_port
from config import environment
from parvis.account.testing import a_person, alice, signed_in
from parvis.budget.queries.ballots import ref_of
from parvis.budget.testing import an_area
from parvis.budget.tests import ballot_pages
from parvis.budget.tests.ballot_pages import LOCAL, at, ticks
from parvis.budget.tests.polls import OFFICIAL, an_open_vote
from parvis.kernel import clock
from parvis.voting import public as voting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("servers")]
WORKERS, WINDOWS, VOTERS, ANSWERED = 4, 50, 40, 5
TOKEN = "x" * 32
"""What guards a form against other sites: a cookie and a field that say the same."""
CHOSEN = {f"c{LOCAL}": ["1"]}


class Server:
    """The web server over the tests' database, in four processes; it can be killed and started."""

    def __init__(self, log, keys):
        self.port, self._log, self._keys = free_port(), log, keys
        self._master = None

    def start(self):
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi"]
        command += ["config.wsgi:application", "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--workers", str(WORKERS), "--backlog", "1024", "--log-level", "warning"]
        command += ["--blocking-threads", str(environment.CONNECTIONS)]
        known = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": database_url(),
            "PARVIS_VOTING_KEYS": str(self._keys),
        }
        with self._log.open("ab") as log:
            self._master = psutil.Popen(
                command, cwd=city.BASE_DIR, env=known, stdout=log, stderr=subprocess.STDOUT
            )
        for _time in range(600):
            if self._master.poll() is not None or self._answers():
                break
            time.sleep(0.05)
        assert self._master.poll() is None, self._log.read_text("utf-8")

    def _answers(self):
        with contextlib.closing(self.wire()) as wire, contextlib.suppress(OSError):
            wire.request("GET", "/en/votes/")
            return wire.getresponse().status == HTTPStatus.OK
        return False

    def wire(self):
        """Return a connection to it."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def kill_a_worker(self):
        """Kill one of the processes that answer, as a lack of memory does."""
        max(self._master.children(), key=lambda one: one.cpu_times().user).kill()

    def kill(self):
        """Kill all of it, as a power cut does."""
        if self._master is None:
            return
        for process in (*self._master.children(recursive=True), self._master):
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        self._master.wait()


def database_url():
    """Return the URL of the database the test stands on."""
    said = connection.settings_dict
    who = quote(said["USER"]) + (f":{quote(said['PASSWORD'])}" if said["PASSWORD"] else "")
    place = {key: said[key.upper()] for key in ("host", "port") if said[key.upper()]}
    return f"postgresql://{who}@/{said['NAME']}?{urlencode(place)}"


@pytest.fixture
def server(transactional_db, settings, tmp_path) -> Iterator[Server]:
    """Return a server that is not started yet; none is left."""
    del transactional_db
    made = Server(tmp_path / "web.log", settings.VOTING_KEYS)
    yield made
    made.kill()


@pytest.fixture
def vote():
    """Hold an open vote on one question; return its edition and the key of its box."""
    return an_open_vote(areas=(an_area(11, most_options=2),))


def a_page_to_confirm(browser, edition, **who):
    """Go through the pages of a vote up to the last; return what its form would send."""
    carried = ballot_pages.begin(browser, edition, **who)
    return ballot_pages.reread(browser, edition, carried=carried, **CHOSEN)[0]


def confirm(server, edition, browser, page):
    """Send the form of the last page, and do not wait for the answer; return the connection."""
    cookies = {"csrftoken": TOKEN, "sessionid": browser.cookies["sessionid"].value}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    wire = server.wire()
    body = urlencode(page | {"csrfmiddlewaretoken": TOKEN}, doseq=True)
    wire.request("POST", at(edition, "cast/"), body, headers)
    return wire


def answered(wire):
    """Return the status and the page of an answer, None if none comes any more."""
    with contextlib.closing(wire), contextlib.suppress(OSError, http.client.HTTPException):
        answer = wire.getresponse()
        return answer.status, answer.read().decode()
    return None


def opened(edition, key):
    """Open the box once the vote is closed; return how many ballots are in it."""
    ref = ref_of(edition)
    later = voting.poll(ref=ref, now=clock.now()).closes_at
    return voting.open_box(ref=ref, key=key, by=a_person("Oscar", OFFICIAL), now=later)


def test_fifty_confirmations_of_one_voter_are_one_vote(server, vote):
    edition, key = vote
    browser = signed_in(Client(), alice())
    pages = [a_page_to_confirm(browser, edition) for _window in range(WINDOWS)]
    assert len({page["token"][0] for page in pages}) == WINDOWS
    server.start()
    wires = [confirm(server, edition, browser, page) for page in pages]
    said = [answered(wire) for wire in wires]
    refused = [page for status, page in said if status == HTTPStatus.CONFLICT]
    assert [status for status, _page in said].count(HTTPStatus.FOUND) == 1
    assert len(refused) == WINDOWS - 1
    assert all("You have voted on this already" in page for page in refused)
    assert ticks(edition) == {LOCAL}
    assert voting.turnout(ref=ref_of(edition)).of(LOCAL) == 1
    assert opened(edition, key) == 1


def test_a_killed_worker_takes_no_confirmed_vote_with_it_and_leaves_none_twice(server, vote):
    edition, key = vote
    letters = [f"{a}{b}" for a in "abcdefgh" for b in "klmno"]
    people = [a_person(f"Votant{pair}") for pair in letters]
    browsers = [signed_in(Client(), one) for one in people]
    pages = [
        a_page_to_confirm(browser, edition, first_name=f"Vot{pair}")
        for browser, pair in zip(browsers, letters, strict=True)
    ]
    server.start()
    wires = [confirm(server, edition, *one) for one in zip(browsers, pages, strict=True)]
    said = [answered(wire) for wire in wires[:ANSWERED]]
    server.kill_a_worker()
    said += [answered(wire) for wire in wires[ANSWERED:]]
    server.kill()
    confirmed = [
        one for one, told in zip(people, said, strict=True) if told and told[0] == HTTPStatus.FOUND
    ]
    assert len(confirmed) >= 1
    assert all(ticks(edition, one) == {LOCAL} for one in confirmed)
    before = voting.turnout(ref=ref_of(edition)).of(LOCAL)
    assert len(confirmed) <= before <= VOTERS

    server.start()
    again = [answered(confirm(server, edition, *one)) for one in zip(browsers, pages, strict=True)]
    assert [told[0] for told in again] == [HTTPStatus.FOUND] * VOTERS
    assert voting.turnout(ref=ref_of(edition)).of(LOCAL) == VOTERS
    assert opened(edition, key) == VOTERS
