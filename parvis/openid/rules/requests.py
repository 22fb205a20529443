"""What a service may ask of the authorization endpoint, and how a request that is not right is
refused. Sources: RFC 6749, 7636, 9207, 9700; OpenID Connect Core 1.0, section 3.1.2."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from parvis.openid.rules.assurance import ACR_VALUES, preferred
from parvis.openid.rules.claims import SCOPES

Parameters = Mapping[str, Sequence[str]]

PROMPTS = ("none", "login", "consent", "select_account")
# Ours, added while a person is asked something; no part of the request.
ASKED, CHOSEN, DENIED = "asked", "chosen", "denied"
OURS = frozenset({ASKED, CHOSEN, DENIED})

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_AGE = re.compile(r"[0-9]{1,9}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = {"nonce": 255, "state": 4096, "claims": 8192}
_NOT_OFFERED = {
    "request": ("request_not_supported", "Request objects are not supported."),
    "request_uri": ("request_uri_not_supported", "Request objects are not supported."),
    "registration": ("registration_not_supported", "Services are registered by the city."),
}


class Problem(Exception):
    """Why the service does not get a code: an error code of the specifications, and a sentence for
    its developers."""

    def __init__(self, *, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """A request that is right in itself.

    `scopes` are those we know; `least_acr` is what the sign-in must reach or the request fails
    (asked as an essential claim), `wished_acr` what it should reach if it can; `sub` is the only
    person it may be, "" for anybody.
    """

    scopes: tuple[str, ...]
    challenge: str
    nonce: str = ""
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None
    claims: Mapping[str, Any]
    least_acr: str = ""
    wished_acr: str = ""
    sub: str = ""
    id_token_hint: str = ""


def one(parameters: Parameters, name: str) -> str:
    """Return the value of a parameter, "" without one."""
    values = parameters.get(name) or [""]
    return values[-1]


def broken(parameters: Parameters, names: Iterable[str]) -> str:
    """Return the first of these parameters that is there twice or holds control characters."""
    for name in names:
        values = parameters.get(name, [])
        if len(values) > 1 or any(_CONTROL.search(value) for value in values):
            return name
    return ""


def read(parameters: Parameters) -> AuthorizationRequest:
    """Return the request, whose client and redirect URI have been checked.

    :raises Problem: what the service is answered
    """
    _refuse_broken(parameters)
    _refuse_what_is_not_offered(parameters)
    claims = _claims(one(parameters, "claims"))
    least, wished = _assurance(claims, one(parameters, "acr_values"))
    sub = _named(claims, "sub")
    return AuthorizationRequest(
        scopes=_scopes(one(parameters, "scope")),
        challenge=_challenge(parameters),
        nonce=one(parameters, "nonce"),
        prompt=_prompt(one(parameters, "prompt")),
        max_age=_max_age(one(parameters, "max_age")),
        claims=claims,
        least_acr=least,
        wished_acr=wished,
        sub=str(sub.get("value") or ""),
        id_token_hint=one(parameters, "id_token_hint"),
    )


def _refuse_broken(parameters: Parameters) -> None:
    if broken(parameters, sorted(parameters)):
        raise _invalid("A parameter is repeated or holds control characters.")
    for name, longest in _LONGEST.items():
        if len(one(parameters, name)) > longest:
            message = f"The parameter {name} is longer than {longest} characters."
            raise _invalid(message)


def _refuse_what_is_not_offered(parameters: Parameters) -> None:
    for name, (error, description) in _NOT_OFFERED.items():
        if name in parameters:
            raise Problem(error=error, description=description)
    response_type = one(parameters, "response_type")
    if not response_type:
        raise _invalid("The parameter response_type is missing.")
    if response_type != "code":
        raise Problem(
            error="unsupported_response_type", description="Only response_type=code is offered."
        )
    if one(parameters, "response_mode") not in {"", "query"}:
        raise _invalid("Only response_mode=query is offered.")


def _challenge(parameters: Parameters) -> str:
    challenge = one(parameters, "code_challenge")
    if not challenge:
        raise _invalid("PKCE is required: the parameter code_challenge is missing.")
    if one(parameters, "code_challenge_method") != "S256":
        raise _invalid("Only code_challenge_method=S256 is offered.")
    if not _CHALLENGE.fullmatch(challenge):
        raise _invalid("The parameter code_challenge is not the base64url of a SHA-256.")
    return challenge


def _scopes(text: str) -> tuple[str, ...]:
    # What we do not know is left out, as OpenID Connect Core 1.0, section 3.1.2.1 asks.
    known = tuple(scope for scope in SCOPES if scope in text.split(" "))
    if not known:
        raise Problem(error="invalid_scope", description="None of these scopes is offered.")
    return known


def _prompt(text: str) -> frozenset[str]:
    prompt = frozenset(text.split())
    if prompt - set(PROMPTS):
        raise _invalid("The parameter prompt holds a value that is not offered.")
    if "none" in prompt and len(prompt) > 1:
        raise _invalid("prompt=none goes with no other value.")
    return prompt


def _max_age(text: str) -> int | None:
    if not text:
        return None
    if not _AGE.fullmatch(text):
        raise _invalid("The parameter max_age is not a number of seconds.")
    return int(text)


def _claims(text: str) -> Mapping[str, Any]:
    if not text:
        return {}
    try:
        claims = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _invalid("The parameter claims is not JSON.") from error
    if not isinstance(claims, dict):
        raise _invalid("The parameter claims is not a JSON object.")
    for place in ("userinfo", "id_token"):
        if not isinstance(claims.get(place) or {}, dict):
            message = f"The member {place} of claims is not a JSON object."
            raise _invalid(message)
    return claims


def _named(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return how a claim of the ID token is asked for."""
    asked = (claims.get("id_token") or {}).get(name)
    return asked if isinstance(asked, dict) else {}


def _assurance(claims: Mapping[str, Any], acr_values: str) -> tuple[str, str]:
    """Return the class that must be reached, and the one that is wished for."""
    asked = _named(claims, "acr")
    values = asked.get("values") if isinstance(asked.get("values"), list) else [asked.get("value")]
    known = [value for value in values or [] if value in ACR_VALUES]
    if asked.get("essential") is True and any(values or []):
        if not known:
            raise Problem(
                error="unmet_authentication_requirements",
                description="None of the essential acr values is offered.",
            )
        return min(known, key=ACR_VALUES.index), preferred(known)
    return "", preferred([*known, *acr_values.split()])


def _invalid(description: str) -> Problem:
    return Problem(error="invalid_request", description=description)


def digest(parameters: Parameters) -> str:
    """Return what makes a request the same one again: the SHA-256 of its parameters."""
    pairs = sorted(
        (name, value) for name, values in parameters.items() if name not in OURS for value in values
    )
    return hashlib.sha256(urlencode(pairs).encode()).hexdigest()


def answer(redirect_uri: str, **values: str) -> str:
    """Return the address that carries an answer back to the service, its own query kept."""
    parts = urlsplit(redirect_uri)
    query = parse_qsl(parts.query, keep_blank_values=True)
    query = [(name, value) for name, value in query if name not in values]
    query += [(name, value) for name, value in values.items() if value]
    return urlunsplit(parts._replace(query=urlencode(query)))
