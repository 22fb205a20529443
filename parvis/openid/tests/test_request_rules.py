"""The rules of requests, whatever is sent."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings, strategies as st

from parvis.openid.rules import logout, requests
from parvis.openid.rules.assurance import MULTI_FACTOR, SINGLE_FACTOR, preferred, reaches
from parvis.openid.rules.secrets import fits, new_secret, seal
from parvis.openid.rules.steps import Situation, Step, next_step

NOW = dt.datetime(2015, 6, 25, 8, tzinfo=dt.UTC)
NAMES = [
    "response_type",
    "scope",
    "prompt",
    "max_age",
    "claims",
    "acr_values",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "state",
    "request",
    "response_mode",
]
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["code", "openid", "S256", "none", "login", "0", "{}", "[]", "A" * 43]),
)
ERRORS = {
    "invalid_request",
    "invalid_scope",
    "unsupported_response_type",
    "request_not_supported",
    "unmet_authentication_requirements",
}


def outcome(ask):
    """Return what is answered: a value, or the problem."""
    try:
        return ask()
    except requests.Problem as problem:
        return problem


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(VALUES, min_size=1, max_size=2)))
def test_any_request_is_read_or_refused_in_the_words_of_the_specifications(parameters):
    read = outcome(lambda: requests.read(parameters))
    if isinstance(read, requests.Problem):
        assert read.error in ERRORS
        assert read.description.isascii()
    else:
        assert len(read.challenge) == 43
        assert read.scopes


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_an_answer_keeps_the_query_of_the_address_and_adds_no_other(state, code):
    uri = requests.answer("https://a.example/back?x=1&code=old", state=state, code=code)
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "a.example", "/back")
    query = parse_qs(parts.query, keep_blank_values=True)
    expected = {"x": ["1"]} | ({"state": [state]} if state else {})
    assert query == expected | ({"code": [code]} if code else {})


def test_a_digest_is_of_what_the_service_sent_and_of_nothing_of_ours():
    one = {"client_id": ["a"], "scope": ["openid"]}
    assert requests.digest(one) == requests.digest({**one, "asked": ["x"], "chosen": ["1"]})
    assert requests.digest(one) != requests.digest({**one, "prompt": ["login"]})


@pytest.mark.parametrize(
    ("acr", "wanted", "enough"),
    [
        (SINGLE_FACTOR, "", True),
        (SINGLE_FACTOR, SINGLE_FACTOR, True),
        (SINGLE_FACTOR, MULTI_FACTOR, False),
        (MULTI_FACTOR, SINGLE_FACTOR, True),
        (MULTI_FACTOR, "urn:unknown", False),
    ],
)
def test_a_stronger_sign_in_is_enough_for_a_weaker_wish(acr, wanted, enough):
    assert reaches(acr, wanted) is enough


def test_the_first_class_we_know_is_preferred():
    assert preferred(["urn:x", MULTI_FACTOR, SINGLE_FACTOR]) == MULTI_FACTOR
    assert preferred(["urn:x"]) == ""


def test_a_secret_fits_its_seal_and_nothing_fits_an_empty_one():
    secret = new_secret()
    assert len(secret) == 128
    assert fits(secret, seal(secret))
    assert not fits("x", seal(secret))
    assert not fits("", "")


@settings(max_examples=100, deadline=None)
@given(
    prompt=st.sets(st.sampled_from(["login", "consent", "select_account"])),
    age=st.one_of(st.none(), st.integers(0, 100_000)),
    signed_in=st.one_of(st.none(), st.integers(-100_000, 0)),
    consents=st.booleans(),
    chosen=st.booleans(),
)
def test_nobody_gets_through_who_has_not_done_what_was_asked(
    prompt, age, signed_in, consents, chosen
):
    request = requests.AuthorizationRequest(
        scopes=("openid",),
        challenge="A" * 43,
        claims={},
        prompt=frozenset(prompt),
        max_age=age,
    )
    situation = Situation(
        now=NOW,
        asked_at=NOW,
        auth_time=None if signed_in is None else NOW + dt.timedelta(seconds=signed_in),
        acr=SINGLE_FACTOR,
        has_chosen=chosen,
        has_second_factor=lambda: False,
        consents=lambda since: consents and since is None,
    )
    step = next_step(request, situation)
    if step is Step.DONE:
        assert signed_in is not None
        assert consents
        assert "consent" not in prompt
        assert signed_in == 0 or "login" not in prompt
        assert signed_in == 0 or age is None or -signed_in <= age
        assert signed_in == 0 or chosen or "select_account" not in prompt
    silent = requests.AuthorizationRequest(
        scopes=("openid",), challenge="A" * 43, claims={}, prompt=frozenset({"none"}), max_age=age
    )
    quiet = outcome(lambda: next_step(silent, situation))
    if quiet is not Step.DONE:
        assert quiet.error in {"login_required", "consent_required"}


def test_a_service_is_told_for_a_day_and_no_longer():
    tries, at = 0, NOW
    while (after := logout.next_try(tries + 1, now=at)) is not None:
        tries, at = tries + 1, after
    assert at - NOW == dt.timedelta(days=1)
