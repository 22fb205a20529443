"""Every module of the conformance suite has a test of ours, every such test a module, and the page
that lists them says what is."""

from __future__ import annotations

from collections import Counter

from parvis.openid.queries.issuing import metadata
from parvis.openid.rules.claims import SCOPES
from parvis.openid.tests import conformance
from parvis.openid.tests.conformance import PASSED, PLANS, REVIEW, SKIPPED, WARNING

# OpenID Connect Core 1.0, section 5.4.
PROFILE = {"name", "family_name", "given_name", "middle_name", "nickname", "preferred_username"}
PROFILE |= {"profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale"}
STANDARD = {
    "profile": PROFILE | {"updated_at"},
    "email": {"email", "email_verified"},
    "address": {"address"},
    "phone": {"phone_number", "phone_number_verified"},
}


def named(name):
    return next(one for one in conformance.modules() if one.name == name)


def test_the_plans_are_as_long_as_those_of_the_suite():
    assert [len(plan) for plan in PLANS.values()] == [38, 1, 11, 2]
    assert len({one.name for one in conformance.modules()}) == 52


def test_every_module_has_a_test_of_ours():
    lacking = [one.name for one in conformance.modules() if one.test not in conformance.our_tests()]
    assert lacking == []


def test_every_test_that_is_named_like_one_has_a_module():
    called = [name for name in conformance.our_tests() if name.startswith("test_oidcc_")]
    assert len(called) >= 52
    assert [name for name in called if conformance.standing_for(name) is None] == []


def test_every_check_has_a_test_of_ours_and_every_numbered_test_is_a_check():
    numbers = range(1, len(conformance.CHECKS) + 1)
    assert [number for number in numbers if not conformance.check_of(number)] == []
    assert not any(name.startswith(f"test_{len(numbers) + 1}_") for name in conformance.our_tests())


def test_what_is_not_passed_is_explained_and_only_that():
    results = Counter(one.result for one in conformance.modules())
    assert set(results) == {PASSED, WARNING, SKIPPED, REVIEW}
    for one in conformance.modules():
        assert bool(one.why) == (one.result != PASSED), one.name


def test_the_scopes_are_skipped_or_warned_of_for_what_the_provider_says():
    for scope, claims in STANDARD.items():
        found = named(f"oidcc-scope-{scope}")
        missing = claims - set(SCOPES.get(scope, ()))
        expected = SKIPPED if scope not in SCOPES else WARNING if missing else PASSED
        assert found.result == expected
        if expected == WARNING:
            assert {claim for claim in claims if f"`{claim}`" in found.why} == missing
    assert named("oidcc-scope-all").result == SKIPPED
    assert not set(STANDARD) <= set(SCOPES)


def test_what_the_suite_skips_is_what_discovery_says_is_not_offered(db):
    told = metadata()
    assert told["scopes_supported"] == list(SCOPES)
    assert "none" not in told["id_token_signing_alg_values_supported"]
    assert told["request_parameter_supported"] is False
    assert told["request_uri_parameter_supported"] is False
    # With it the suite would skip what it is to ask for a picture of.
    assert "request_object_signing_alg_values_supported" not in told


def test_the_page_is_up_to_date():
    """`python -m parvis.openid.tests.conformance` writes it."""
    page = conformance.PAGE.read_text(encoding="utf-8")
    assert conformance.written(page) == page
    for name in (*PLANS, "checks"):
        assert page.count(f"<!-- {name} -->\n|") == page.count(f"<!-- end of {name} -->") == 1
