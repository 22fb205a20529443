"""The modules of the OpenID conformance suite and the tests of ours that stand for them, as
docs/how-do-we-know-that-sign-in-conforms.md shows them; `python -m parvis.openid.tests.conformance`
writes its tables again.

Names and what each module asks are those of the suite (openid-certification/conformance-suite,
12f2a4d, 20 August 2026). Results are its own words.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
PAGE = _HERE.parents[2] / "docs" / "how-do-we-know-that-sign-in-conforms.md"
PASSED, WARNING, SKIPPED, REVIEW = "PASSED", "WARNING", "SKIPPED", "REVIEW"


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the suite, what it is to say of us, and why it does not say PASSED."""

    name: str
    result: str = PASSED
    why: str = ""

    @property
    def test(self) -> str:
        """Return the name of the test of ours that stands for it."""
        return f"test_{self.name.replace('-', '_')}"


_AGAIN = "The suite asks for a picture of the page that asks for the password again."
_REFUSAL = "The suite asks for a picture of the page that refuses; the browser is sent nowhere."
_ASKS = "Without a hint a person is asked first; the suite asks for a picture of that page."
_GONE = "The suite asks for a picture of the page that says that one is signed out."

PLANS: dict[str, tuple[Module, ...]] = {
    "oidcc-basic-certification-test-plan": (
        Module("oidcc-server"),
        Module("oidcc-response-type-missing"),
        Module("oidcc-idtoken-signature"),
        Module(
            "oidcc-idtoken-unsigned",
            SKIPPED,
            "We sign every ID token: `none` is not in `id_token_signing_alg_values_supported`. "
            "For services that are registered by hand the suite leaves it out.",
        ),
        Module("oidcc-userinfo-get"),
        Module("oidcc-userinfo-post-header"),
        Module("oidcc-userinfo-post-body"),
        Module("oidcc-ensure-request-without-nonce-succeeds-for-code-flow"),
        Module(
            "oidcc-scope-profile",
            WARNING,
            "The City knows no `middle_name`, `profile`, `picture`, `website`, `zoneinfo`, "
            "`updated_at`, `preferred_username`; what it does not know it leaves out.",
        ),
        Module("oidcc-scope-email"),
        Module(
            "oidcc-scope-address",
            SKIPPED,
            "The City tells no postal address: the scope is not in `scopes_supported`.",
        ),
        Module("oidcc-scope-phone"),
        Module("oidcc-scope-all", SKIPPED, "It asks for `address` too, which is not offered."),
        Module("oidcc-alternate-happy-flow"),
        Module("oidcc-display-page"),
        Module("oidcc-display-popup"),
        Module("oidcc-prompt-login", REVIEW, _AGAIN),
        Module("oidcc-prompt-none-not-logged-in"),
        Module("oidcc-prompt-none-logged-in"),
        Module("oidcc-max-age-1", REVIEW, _AGAIN),
        Module("oidcc-max-age-10000"),
        Module("oidcc-ensure-request-with-unknown-parameter-succeeds"),
        Module("oidcc-id-token-hint"),
        Module("oidcc-login-hint"),
        Module("oidcc-ui-locales"),
        Module("oidcc-claims-locales"),
        Module("oidcc-ensure-request-with-acr-values-succeeds"),
        Module("oidcc-codereuse"),
        Module("oidcc-codereuse-30seconds"),
        Module("oidcc-ensure-registered-redirect-uri", REVIEW, _REFUSAL),
        Module("oidcc-ensure-post-request-succeeds"),
        Module("oidcc-server-client-secret-post"),
        Module(
            "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
            SKIPPED,
            "We fetch no request objects, and say `request_uri_not_supported`. "
            "For services that are registered by hand the suite leaves it out.",
        ),
        Module(
            "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
            SKIPPED,
            "We take no request objects, and say `request_not_supported`.",
        ),
        Module("oidcc-claims-essential"),
        Module("oidcc-ensure-request-object-with-redirect-uri", REVIEW, _REFUSAL),
        Module("oidcc-refresh-token"),
        Module("oidcc-ensure-request-with-valid-pkce-succeeds"),
    ),
    "oidcc-config-certification-test-plan": (Module("oidcc-discovery-endpoint-verification"),),
    "oidcc-rp-initiated-logout-certification-test-plan": (
        Module("oidcc-rp-initiated-logout-discovery-endpoint-verification"),
        Module("oidcc-rp-initiated-logout"),
        Module("oidcc-rp-initiated-logout-bad-post-logout-redirect-uri", REVIEW, _REFUSAL),
        Module("oidcc-rp-initiated-logout-modified-id-token-hint", REVIEW, _REFUSAL),
        Module("oidcc-rp-initiated-logout-no-id-token-hint", REVIEW, _ASKS),
        Module("oidcc-rp-initiated-logout-no-params", REVIEW, _GONE),
        Module("oidcc-rp-initiated-logout-no-post-logout-redirect-uri", REVIEW, _GONE),
        Module("oidcc-rp-initiated-logout-no-state"),
        Module("oidcc-rp-initiated-logout-only-state", REVIEW, _GONE),
        Module(
            "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri", REVIEW, _REFUSAL
        ),
        Module("oidcc-rp-initiated-logout-bad-id-token-hint", REVIEW, _REFUSAL),
    ),
    "oidcc-backchannel-rp-initiated-logout-certification-test-plan": (
        Module("oidcc-backchannel-logout-discovery-endpoint-verification"),
        Module("oidcc-backchannel-rp-initiated-logout"),
    ),
}

# What was found wrong with two providers for Django by running them, in that order; here it holds.
CHECKS = (
    "no code without consent, however quietly it is asked for",
    "`prompt=none` with `openid` is answered",
    "the `claims` parameter without `sub` is no error",
    "`auth_time` is told, and is that of the session",
    "two redemptions of one code at one instant: one succeeds",
    "codes in flight lie in the database; none is pushed out",
    "tokens die when their code comes again",
    "a renewed refresh token that comes again ends its family",
    "addresses are compared letter by letter, their queries too",
    "without a registered address nobody is sent away after signing out",
    "no code without a challenge, so no verifier without one",
    "request objects are refused, not ignored",
    "the authorization endpoint takes a form",
    "a token in the address is no token",
)
_ROWS = ("| module | our test | result | why |", "|---|---|---|---|")
_CHECK_ROWS = ("| | what holds | our test |", "|---|---|---|")


def modules() -> Iterator[Module]:
    """Yield every module of every plan."""
    for plan in PLANS.values():
        yield from plan


@cache
def our_tests() -> dict[str, str]:
    """Return the file of each test of the provider, by its name."""
    found: dict[str, str] = {}
    for path in sorted(_HERE.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[node.name] = path.name
    return found


def check_of(number: int) -> str:
    """Return the name of the test that stands for a check, "" where there is none."""
    named = [name for name in our_tests() if name.startswith(f"test_{number}_")]
    return named[0] if len(named) == 1 else ""


def standing_for(test: str) -> Module | None:
    """Return the module a test stands for, or looks at more closely; None for one of no module."""
    alike = [one for one in modules() if test == one.test or test.startswith(f"{one.test}_")]
    return max(alike, key=lambda one: len(one.name), default=None)


def written(page: str) -> str:
    """Return the page with its tables as the tests are now."""
    for plan, named in PLANS.items():
        page = _put(page, plan, (*_ROWS, *(_row(one) for one in named)))
    rows = (
        f"| {number} | {what} | {_link(check_of(number))} |"
        for number, what in enumerate(CHECKS, start=1)
    )
    return _put(page, "checks", (*_CHECK_ROWS, *rows))


def _row(module: Module) -> str:
    return f"| `{module.name}` | {_link(module.test)} | {module.result} | {module.why} |"


def _link(test: str) -> str:
    file = our_tests().get(test, "")
    return f"[`{test}`](../parvis/openid/tests/{file})"


def _put(page: str, name: str, rows: Iterable[str]) -> str:
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, _begin, rest = page.partition(begin)
    _rows, _end, after = rest.partition(end)
    return "".join((before, begin, *(f"{row}\n" for row in rows), end, after))


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
