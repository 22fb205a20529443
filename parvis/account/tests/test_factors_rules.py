"""What a sign-in proves and how long its codes live: the pure rules."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from parvis.account.rules import factors as rules, sessions

NOW = dt.datetime(2015, 6, 25, 8, tzinfo=dt.UTC)
PASSWORD = {"method": "password", "at": NOW.timestamp() + 1}
CODE = {"method": "code", "at": NOW.timestamp() + 1}
APP = {"method": "mfa", "type": "totp", "at": NOW.timestamp() + 20}
PAPER = {"method": "mfa", "type": "recovery_codes", "at": NOW.timestamp() + 20}
KEY = {"method": "mfa", "type": "webauthn", "at": NOW.timestamp() + 20}
ALONE = {**KEY, "passwordless": True}
# RFC 6238, appendix B, its secret in base 32, the last six of its eight digits.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("records", "amr", "acr"),
    [
        ([], (), rules.ONE_FACTOR),
        ([PASSWORD], ("pwd",), rules.ONE_FACTOR),
        ([CODE], ("otp",), rules.ONE_FACTOR),
        ([APP], ("otp",), rules.ONE_FACTOR),
        ([PASSWORD, APP], ("mfa", "otp", "pwd"), rules.TWO_FACTORS),
        ([PASSWORD, PAPER], ("mfa", "otp", "pwd"), rules.TWO_FACTORS),
        ([PASSWORD, KEY], ("mfa", "pwd", "swk"), rules.TWO_FACTORS),
        ([CODE, APP], ("mfa", "otp"), rules.TWO_FACTORS),
        ([{**PASSWORD, "method": "socialaccount"}, APP], ("mfa", "otp"), rules.TWO_FACTORS),
        ([ALONE], ("mfa", "swk", "user"), rules.TWO_FACTORS),
        ([{**PASSWORD, "method": "socialaccount", "amr": ["pin"]}], ("pin",), rules.ONE_FACTOR),
    ],
)
def test_what_was_shown_is_said_in_the_words_of_rfc_8176(records, amr, acr):
    proof = rules.proof(records, signed_in_at=NOW)
    assert (proof.amr, proof.acr) == (amr, acr)


def test_the_time_is_that_of_the_last_proof_of_the_session():
    assert rules.proof([], signed_in_at=NOW).auth_time == NOW
    last = rules.proof([PASSWORD, APP], signed_in_at=NOW).auth_time
    assert last == NOW + dt.timedelta(seconds=20)


def test_two_factors_are_enough_for_one_and_an_unknown_context_never_is():
    assert rules.is_enough(rules.TWO_FACTORS, asked=rules.ONE_FACTOR)
    assert rules.is_enough(rules.ONE_FACTOR, asked=rules.ONE_FACTOR)
    assert not rules.is_enough(rules.ONE_FACTOR, asked=rules.TWO_FACTORS)
    assert not rules.is_enough(rules.TWO_FACTORS, asked="eidas3")


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds, code):
    assert rules.app_code(SECRET, seconds // 30) == code


@given(st.integers(min_value=-3, max_value=3), st.integers(min_value=9, max_value=2**28))
def test_a_code_is_good_half_a_minute_early_or_late_and_once(apart, step):
    now = dt.datetime.fromtimestamp(step * 30 + 5, tz=dt.UTC)
    code = rules.app_code(SECRET, step + apart)
    found = rules.step_of_code(SECRET, code, after=-1, now=now)
    near = {rules.app_code(SECRET, s) for s in range(step - 1, step + 2)}
    assert (found is not None) == (code in near)
    if found is not None:
        assert rules.app_code(SECRET, found) == code
        again = rules.step_of_code(SECRET, code, after=step + 1, now=now)
        assert again is None


def test_a_secret_has_160_bits_and_is_never_twice_the_same():
    assert len(rules.new_secret()) == 32
    assert rules.new_secret() != rules.new_secret()


@given(st.integers(min_value=0, max_value=9), st.sampled_from(["", " ", "-", "\u00a0"]))
def test_a_code_on_paper_is_read_as_it_is_written(rank, gap):
    code = rules.new_paper_code()
    shown = rules.written(rank, code)
    assert rules.read_paper_code(shown.upper().replace("-", gap)) == (rank, code)


@pytest.mark.parametrize("typed", ["", "123456", "x-bcdfg-hjkmn", "3-bcdfg-hjkm", "²-bcdfg-hjkmn"])
def test_what_cannot_be_a_code_on_paper_has_no_rank(typed):
    assert rules.read_paper_code(typed)[0] == -1


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Firefox",
            "Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0.0.0 Safari/537.36",
            "Chrome",
            "Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari",
            "iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge",
            "Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
            "Samsung Internet",
            "Android",
        ),
        ("curl/8.5.0", "", ""),
        ("", "", ""),
    ],
)
def test_a_browser_is_called_as_people_call_it(user_agent, browser, system):
    assert sessions.client_of(user_agent) == sessions.Client(browser=browser, system=system)
