"""Names are looked up within a time, and only public numbers, or ours, are called."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time

import pytest

from parvis.kernel.outside import may_be_called, numbers_of

SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("number", "called"),
    [
        ("93.184.216.34", True),
        ("127.0.0.1", False),
        ("10.1.2.3", True),
        ("10.2.2.3", False),
        ("169.254.169.254", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("224.0.0.1", False),
    ],
)
def test_public_numbers_and_networks_of_ours_are_called(number, called):
    assert may_be_called(number, private_networks=["10.1.0.0/16"]) is called


def test_a_name_that_nobody_answers_for_is_given_up(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_how: over.wait(20) and [])
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        numbers_of("dead-dns.example", 443, within=SECOND / 5)
    assert time.monotonic() - began < 5
    over.set()


@pytest.mark.parametrize(("host", "error"), [("a" * 70, UnicodeError), ("nobody", OSError)])
def test_what_is_no_name_has_no_numbers(monkeypatch, host, error):
    def nobody(asked, *_more, **_how):
        asked.encode("idna")
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(error):
        numbers_of(host, 443, within=SECOND)


def test_a_name_has_the_numbers_that_were_looked_up():
    assert "127.0.0.1" in numbers_of("127.0.0.1", 80, within=5 * SECOND)
