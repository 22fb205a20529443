"""Who reads on this machine is known to all its processes, and passwords give way to them."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from parvis.account import testing as cast
from parvis.account.adapters import hashing, readers
from parvis.account.rules.weighing import MOST_CREDIT, Purse
from parvis.kernel.models import Count

HASH = 0.0165
SHARE = 0.1
_READS = """
import fcntl, sys, time
held = open(sys.argv[1])
fcntl.flock(held, fcntl.LOCK_SH)
print("reads", flush=True)
time.sleep(120)
"""


@pytest.fixture(autouse=True)
def a_file_of_its_own(monkeypatch, tmp_path):
    """Let nobody else's tests be readers of this one."""
    monkeypatch.setattr(readers, "_path", lambda: str(tmp_path / "readers"))
    monkeypatch.setattr(readers, "_of_thread", threading.local())


def test_a_reader_in_another_process_is_known_until_it_is_killed():
    assert not readers.somebody_reads()
    other = psutil.Popen(
        [sys.executable, "-c", _READS, readers._path()], stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout
        assert other.stdout.readline() == "reads\n"
        assert readers.somebody_reads()
        other.kill()
    assert not readers.somebody_reads()


def test_readers_in_two_threads_are_two():
    inside, leave = threading.Event(), threading.Event()

    def reads():
        with readers.reading():
            inside.set()
            leave.wait(30)

    thread = threading.Thread(target=reads)
    thread.start()
    inside.wait(30)
    with readers.reading():
        pass
    assert readers.somebody_reads()
    leave.set()
    thread.join()
    assert not readers.somebody_reads()


def test_a_reader_does_not_wait_for_who_looks():
    looking = readers._Opening()
    fcntl.flock(looking, fcntl.LOCK_EX)
    with readers.reading(), readers.waiting():
        pass
    fcntl.flock(looking, fcntl.LOCK_UN)
    with readers.reading(), pytest.raises(BlockingIOError):
        fcntl.flock(looking, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_who_waits_for_the_scales_is_no_reader_meanwhile():
    def told():
        # Of a thread of its own: nobody is kept out by their own lock.
        seen = []
        thread = threading.Thread(target=lambda: seen.append(readers.somebody_reads()))
        thread.start()
        thread.join()
        return seen[0]

    with readers.reading():
        assert told()
        with readers.waiting():
            assert not told()
        assert told()
    with readers.waiting():
        assert not told()


@pytest.mark.parametrize(
    ("path", "is_reader"),
    [
        ("/plan/", True),
        ("/en/plan/", True),
        ("/mon-compte/", True),
        ("/mon-compte/connexion/", False),
        ("/en/my-account/sign-in/", False),
        ("/mon-compte/inscription/", False),
        ("/openid/token", False),
    ],
)
def test_who_is_about_to_sign_in_is_no_reader(path, is_reader):
    seen = []

    def page(_request):
        thread = threading.Thread(target=lambda: seen.append(readers.somebody_reads()))
        thread.start()
        thread.join()
        return HttpResponse()

    readers.ReadersMiddleware(page)(RequestFactory().get(path))
    assert seen == [is_reader]
    assert not readers.somebody_reads()


# --- the purse ------------------------------------------------------------------------------------


def test_thirty_at_once_wait_for_nobody():
    purse = Purse(share=SHARE)
    for rank in range(30):
        assert purse.wait(1.0 + rank * HASH) == 0
        purse.spend(HASH, 1.0 + rank * HASH)


def test_then_passwords_get_a_tenth_of_the_time():
    purse, now, weighed = Purse(share=SHARE), 0.0, 0
    while now < 60:
        now += purse.wait(now) + HASH
        purse.spend(HASH, now)
        weighed += 1
    assert weighed == pytest.approx((MOST_CREDIT + 60 * SHARE) / HASH, rel=0.05)


def test_what_was_weighed_while_nobody_read_leaves_the_debt_of_one():
    purse = Purse(share=SHARE)
    for rank in range(1_000):
        purse.spend(HASH, rank * HASH)
    assert purse.wait(1_000 * HASH) <= HASH / SHARE


def test_the_purse_is_full_again_after_a_while():
    purse = Purse(share=SHARE)
    for _rank in range(100):
        purse.spend(HASH, 10.0)
    later = 10.0 + (MOST_CREDIT + HASH) / SHARE
    for _rank in range(30):
        assert purse.wait(later) == 0
        purse.spend(HASH, later)


# --- the scales -----------------------------------------------------------------------------------


class Clock:
    """Time that passes when somebody sleeps, and while a password is weighed."""

    def __init__(self):
        self.now = self.worked = 100.0

    def monotonic(self):
        return self.now

    def thread_time(self):
        return self.worked

    def sleep(self, seconds):
        self.now += seconds

    def weigh(self):
        self.now, self.worked = self.now + HASH, self.worked + HASH
        return True


@pytest.fixture
def clock(monkeypatch, settings):
    """Put a clock of ours into the scales, and let them have a tenth."""
    settings.PARVIS_PASSWORDS_SHARE = SHARE
    clock = Clock()
    monkeypatch.setattr(hashing, "time", clock)
    return clock


def weighed_in_ten_seconds(clock):
    scales, ends, weighed = hashing.Scales(), clock.now + 10, 0
    while clock.now < ends:
        assert scales.weigh(clock.weigh)
        weighed += 1
    return weighed


def test_a_crowd_is_weighed_slowly_while_somebody_reads(clock, monkeypatch):
    monkeypatch.setattr(hashing, "somebody_reads", lambda: True)
    assert weighed_in_ten_seconds(clock) == pytest.approx(
        (MOST_CREDIT + 10 * SHARE) / HASH, rel=0.1
    )


def test_a_crowd_is_weighed_without_a_pause_while_nobody_reads(clock, monkeypatch):
    monkeypatch.setattr(hashing, "somebody_reads", lambda: False)
    assert weighed_in_ten_seconds(clock) >= int(10 / HASH)


@pytest.fixture
def full(db, monkeypatch, settings):
    """Fill the scales of this process, once Alice has her account; return how to empty them."""
    settings.PASSWORD_HASHERS = ["parvis.account.adapters.hashing.CityArgon2Hasher"]
    cast.alice()
    settings.PARVIS_MOST_AT_THE_SCALES = 2
    scales, leave = hashing.Scales(), threading.Event()
    monkeypatch.setattr(hashing, "_scales", lambda _process: scales)
    thread = ThreadPoolExecutor(2)
    waiting = [thread.submit(scales.weigh, lambda: leave.wait(60)) for _rank in range(2)]
    while scales._waiting < 2:
        time.sleep(0.001)
    # People read, and the purse is empty.
    scales._purse.spend(60, time.monotonic())
    scales._read_at = time.monotonic() + 60

    def empty():
        # Nobody reads any more either: what waits is weighed at once.
        scales._read_at = time.monotonic() - 5
        leave.set()
        assert all(one.result() for one in waiting)

    empty.scales = scales
    yield empty
    empty()
    thread.shutdown()


@pytest.mark.parametrize("email", ["alice@parvis.example", "nobody@parvis.example"])
def test_who_comes_when_too_many_wait_is_told_so_and_has_not_tried(client, full, email):
    typed = {"login": email, "password": "un-mot-de-passe"}
    door = reverse("account_login")
    answer = client.post(door, typed, headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.json()["code"] == "crowded"
    assert answer["Retry-After"] == "5"
    assert not Count.objects.filter(number__gt=0).exists()
    full()
    assert client.post(door, typed).status_code == 200


@pytest.mark.parametrize("nobody_reads", [True, False])
def test_many_at_once_wait_where_it_is_over_soon(client, full, nobody_reads):
    if nobody_reads:
        full.scales._read_at = time.monotonic() - 5
    else:
        full.scales._purse = Purse(share=SHARE)
    typed = {"login": "alice@parvis.example", "password": cast.OPEN_SESAME}
    threading.Timer(0.2, full).start()
    assert client.post(reverse("account_login"), typed).status_code == 302


def test_the_owner_is_let_in_once_there_is_room(client, full):
    typed = {"login": "alice@parvis.example", "password": cast.OPEN_SESAME}
    here = reverse("account_login") + "?next=/plan/"
    told = client.post(here, typed)
    assert told.status_code == 503
    assert f'href="{here}"' in told.content.decode()
    full()
    assert client.post(reverse("account_login"), typed).status_code == 302
