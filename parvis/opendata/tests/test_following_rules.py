"""Once a day, signed as specified, tried for three days, never inwards: the rules of following."""

from __future__ import annotations

import base64
import datetime as dt
import socket

import pytest
from hypothesis import given, strategies as st

from parvis.kernel.errors import Refused
from parvis.opendata.actions import posting
from parvis.opendata.rules import following as rules
from parvis.opendata.testing import MONDAY

DAYS = st.dates(min_value=dt.date(2020, 1, 1), max_value=dt.date(2030, 1, 1))


@given(DAYS, st.lists(DAYS, max_size=30))
def test_nobody_is_told_twice_on_one_day(first, others):
    told_on, told = None, []
    for day in sorted([first, *others]):
        if rules.is_due(told_on=told_on, today=day):
            told.append(day)
            told_on = day
    assert told == sorted({first, *others})


def test_the_signature_is_that_of_the_published_example():
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    told = rules.headers(
        b'{"test": 2432232314}',
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        now=dt.datetime.fromtimestamp(1614265330, dt.UTC),
        keys=[key],
    )
    assert told == {
        "Content-Type": "application/json",
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert rules.secret_text(key) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_an_id_cannot_pass_for_what_stands_beside_it():
    with pytest.raises(ValueError, match=r"msg\.1"):
        rules.headers(b"{}", message_id="msg.1", now=MONDAY, keys=[b"k" * 32])


def test_ten_tries_take_three_days():
    waits = [rules.wait_after(tries) for tries in range(1, 12)]
    assert waits[:4] == [5, 300, 1800, 7200]
    assert waits[9:] == [None, None]
    assert dt.timedelta(seconds=sum(waits[:9])) == dt.timedelta(hours=75, minutes=35, seconds=5)
    assert rules.wait_after(1, asked=120) == 120
    assert rules.wait_after(1, asked=10**9) == 24 * 3600


@pytest.mark.parametrize(
    ("answer", "holds"),
    [
        ("mot", True),
        (' "mot"\n', True),
        ('{"challenge": "mot"}', True),
        ("", False),
        ("un autre mot", False),
        ('{"challenge": ["mot"]}', False),
        ("{", False),
        ("null", False),
    ],
)
def test_only_the_challenge_itself_is_one(answer, holds):
    assert rules.gives_back(answer, "mot") is holds


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:10.0.0.1]/x",
        "http://192.168.1.1/x",
    ],
)
def test_our_own_network_is_told_nothing(url):
    with pytest.raises(Refused) as refusal:
        posting.post(url, b"{}", {})
    assert refusal.value.code == "url_private"


def test_what_anybody_on_the_way_could_read_is_not_sent(monkeypatch):
    def outside(host, port, **_):
        return [(2, 1, 6, "", ("93.184.216.34", port))]

    monkeypatch.setattr(socket, "getaddrinfo", outside)
    with pytest.raises(Refused) as refusal:
        posting.post("http://exemple.fr/x", b"{}", {})
    assert refusal.value.code == "url_not_https"
