"""An OpenID provider on the loopback, as FranceConnect and ProConnect both are; each adds what it
alone asks for.

Written from what the two publish of their protocols: what they demand, refuse, sign and encrypt.
"""

from __future__ import annotations

import base64
import html
import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from jwcrypto import jwe, jwk, jws

from config.fakes.serving import Answer, Heard, as_json, error, page, redirect

Claims = dict[str, Any]
PREFIX = "/api/v2"
CLIENT_ID = "parvis-demonstration"
CLIENT_KEY = "not-a-secret-on-the-loopback"
_CODE_SECONDS = 30
_TOKEN_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody the provider knows: a stable `sub`, and what it tells of them."""

    sub: str
    label: str
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customs:
    """What one provider demands and does that the other does not."""

    title: str
    acr: tuple[str, ...]
    shortest_state: int
    shortest_nonce: int
    error: str
    scopes: Mapping[str, tuple[str, ...]]
    known: frozenset[str]
    prompts: frozenset[str]
    needs_acr: bool = True
    # Whether amr is told only to who asked for it by the claims parameter, and when somebody signed
    # in only so or to who had them sign in.
    told_on_request: bool = False
    # What else is told only to who asked for it so.
    on_request: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class _Sign:
    """A code or an access token, and what it was given for."""

    person: Person
    asked: dict[str, str]
    signed_in_at: int
    until: float


@dataclass(slots=True, kw_only=True)
class Provider:
    """One provider: its customs, the people it knows, its keys, and the visits under way.

    `encrypts_to` is the client's public key: identity and userinfo then travel encrypted (JWE).
    `spoil(kind, claims)` may falsify what is signed ("id_token", "userinfo"), `key` who signs it:
    that is how a test plays a forger.
    """

    customs: Customs
    people: Mapping[str, Person]
    issuer: str = ""
    redirect_uris: tuple[str, ...] = ()
    after_logout: tuple[str, ...] = ()
    encrypts_to: jwk.JWK | None = None
    spoil: Callable[[str, Claims], Claims] = lambda _kind, claims: claims
    key: jwk.JWK = field(default_factory=lambda: new_key())
    published: jwk.JWK | None = None
    ended: list[str] = field(default_factory=list)
    _codes: dict[str, _Sign] = field(default_factory=dict)
    _tokens: dict[str, _Sign] = field(default_factory=dict)
    _sessions: dict[str, tuple[str, int]] = field(default_factory=dict)

    def move_to(self, address: str) -> None:
        """Be the issuer at this address."""
        self.issuer = f"{address}{PREFIX}"

    def answer(self, heard: Heard) -> Answer:
        """Answer one request."""
        sent, session = heard.sent, self._session_of(heard.cookies)
        endpoints: dict[tuple[str, str], Callable[[], Answer]] = {
            ("GET", "/.well-known/openid-configuration"): self._discovery,
            ("GET", "/jwks"): self._keys,
            ("GET", "/authorize"): lambda: self._authorize(sent, session),
            ("POST", "/authorize"): lambda: self._authorize(sent, session),
            ("GET", "/choose"): lambda: self._choose(sent),
            ("POST", "/token"): lambda: self._token(sent),
            ("GET", "/userinfo"): lambda: self._userinfo(heard.authorization),
            ("GET", "/session/end"): lambda: self._end(sent, session),
        }
        if heard.path == "/":
            return page(self.customs.title, "<p>A party outside the city, played.</p>")
        endpoint = endpoints.get((heard.method, heard.path.removeprefix(PREFIX)))
        if endpoint is None or not heard.path.startswith(PREFIX):
            return page("404", "<p>Nothing here.</p>", status=HTTPStatus.NOT_FOUND)
        return endpoint()

    def _discovery(self) -> Answer:
        base = self.issuer
        return as_json(
            {
                "issuer": base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/userinfo",
                "jwks_uri": f"{base}/jwks",
                "end_session_endpoint": f"{base}/session/end",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["pairwise"],
                "acr_values_supported": list(self.customs.acr),
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "userinfo_signing_alg_values_supported": ["ES256"],
                "scopes_supported": list(self.customs.scopes),
            }
        )

    def _keys(self) -> Answer:
        told = json.loads((self.published or self.key).export_public())
        return as_json({"keys": [told | {"use": "sig", "alg": "ES256"}]})

    def _authorize(self, asked: dict[str, str], session: str) -> Answer:
        why = self._why_refused(asked)
        if why:
            return error(self.customs.error, why)
        known = self._sessions.get(session)
        prompt = asked.get("prompt", "").split()
        if known and "login" not in prompt and known[1] + 1800 > time.time():
            return self._give_code(asked, *known)
        if "none" in prompt:
            return _back(asked, {"error": "login_required"}, self.issuer)
        return self._ask_who(asked)

    def _why_refused(self, asked: dict[str, str]) -> str:
        """Return what is wrong with a request, or an empty string."""
        customs = self.customs
        needed = ["client_id", "nonce", "redirect_uri", "response_type", "scope", "state"]
        needed += ["acr_values"] if customs.needs_acr else []
        missing = [name for name in needed if not asked.get(name)]
        unknown = sorted(asked.keys() - customs.known)
        checks = (
            (bool(missing), f"missing: {', '.join(missing)}"),
            (bool(unknown), f"unknown: {', '.join(unknown)}"),
            (asked.get("client_id") != CLIENT_ID, "client_id"),
            (asked.get("redirect_uri") not in self.redirect_uris, "redirect_uri"),
            (asked.get("response_type") != "code", "response_type"),
            ("openid" not in asked.get("scope", "").split(), "scope"),
            (not set(asked.get("scope", "").split()) <= set(customs.scopes), "scope"),
            (len(asked.get("state", "")) < customs.shortest_state, "state is too short"),
            (len(asked.get("nonce", "")) < customs.shortest_nonce, "nonce is too short"),
            (not set(asked.get("acr_values", "").split()) <= set(customs.acr), "acr_values"),
            (not set(asked.get("prompt", "login").split()) <= customs.prompts, "prompt"),
            (not asked.get("prompt", "login").split(), "prompt"),
        )
        return next((said for is_wrong, said in checks if is_wrong), "")

    def _ask_who(self, asked: dict[str, str]) -> Answer:
        links = "".join(
            f'<li><a id="{name}" href="{PREFIX}/choose?{_query(asked, who=name)}">'
            f"{html.escape(person.label)}</a></li>"
            for name, person in self.people.items()
        )
        leave = f'<p><a id="leave" href="{PREFIX}/choose?{_query(asked)}">Give up</a></p>'
        return page(self.customs.title, f"<p>Who are you?</p><ul>{links}</ul>{leave}")

    def _choose(self, sent: dict[str, str]) -> Answer:
        asked = dict(sent)
        who = asked.pop("who", "")
        if self._why_refused(asked):
            return error(self.customs.error, self._why_refused(asked))
        if who not in self.people:
            return _back(asked, {"error": "access_denied"}, self.issuer)
        session = secrets.token_urlsafe(24)
        self._sessions[session] = (who, int(time.time()))
        given = self._give_code(asked, who, int(time.time()))
        # One cookie per port would be one for all: browsers do not tell the ports apart.
        cookie = f"{self._cookie()}={session}; Path={PREFIX}; HttpOnly; SameSite=Lax"
        return given._replace(headers=(*given.headers, ("Set-Cookie", cookie)))

    def _cookie(self) -> str:
        return f"fake_{urlsplit(self.issuer).port}"

    def _session_of(self, cookies: str) -> str:
        jar = SimpleCookie(cookies)
        return jar[self._cookie()].value if self._cookie() in jar else ""

    def _give_code(self, asked: dict[str, str], who: str, signed_in_at: int) -> Answer:
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Sign(
            person=self.people[who],
            asked=asked,
            signed_in_at=signed_in_at,
            until=time.time() + _CODE_SECONDS,
        )
        return _back(asked, {"code": code}, self.issuer)

    def _token(self, sent: dict[str, str]) -> Answer:
        is_client = (sent.get("client_id"), sent.get("client_secret")) == (CLIENT_ID, CLIENT_KEY)
        if not is_client:
            return as_json({"error": "invalid_client"}, status=HTTPStatus.UNAUTHORIZED)
        sign = self._codes.pop(sent.get("code", ""), None)
        is_good = (
            sign is not None
            and sent.get("grant_type") == "authorization_code"
            and sign.until > time.time()
            and sent.get("redirect_uri") == sign.asked["redirect_uri"]
        )
        if sign is None or not is_good:
            return as_json({"error": "invalid_grant"}, status=HTTPStatus.BAD_REQUEST)
        token = secrets.token_urlsafe(32)
        sign.until = time.time() + _TOKEN_SECONDS
        self._tokens[token] = sign
        return as_json(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": _TOKEN_SECONDS,
                "id_token": self._sealed("id_token", self._identity(sign)),
            }
        )

    def _identity(self, sign: _Sign) -> Claims:
        now = int(time.time())
        told: Claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": sign.person.sub,
            "iat": now,
            "exp": now + _TOKEN_SECONDS,
            "nonce": sign.asked["nonce"],
            "acr": (sign.asked.get("acr_values") or self.customs.acr[0]).split()[0],
        }
        if not self.customs.told_on_request or "amr" in _wanted(sign, "id_token"):
            told["amr"] = sign.person.claims.get("amr", ["pwd"])
        if not self.customs.told_on_request or _is_timed(sign):
            told["auth_time"] = sign.signed_in_at
        return told | self._asked_by_name(sign, "id_token")

    def _asked_by_name(self, sign: _Sign, where: str) -> Claims:
        names = self.customs.on_request & _wanted(sign, where)
        return {name: said for name, said in sign.person.claims.items() if name in names}

    def _userinfo(self, authorization: str) -> Answer:
        sign = self._tokens.get(authorization.removeprefix("Bearer "))
        if sign is None or sign.until < time.time():
            return as_json({"error": "invalid_token"}, status=HTTPStatus.UNAUTHORIZED)
        asked = sign.asked["scope"].split()
        names = {name for scope in asked for name in self.customs.scopes[scope]}
        told = {name: said for name, said in sign.person.claims.items() if name in names}
        told |= self._asked_by_name(sign, "userinfo")
        told |= {"sub": sign.person.sub, "iss": self.issuer, "aud": CLIENT_ID}
        return Answer(HTTPStatus.OK, self._sealed("userinfo", told), "application/jwt")

    def _sealed(self, kind: str, claims: Claims) -> str:
        """Return the claims signed, and encrypted to the client where that is agreed."""
        signed = sign_claims(self.spoil(kind, claims), self.key)
        if self.encrypts_to is None:
            return signed
        header = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "cty": "JWT"}
        header["kid"] = self.encrypts_to.thumbprint()
        sealed = jwe.JWE(signed.encode(), json.dumps(header))
        sealed.add_recipient(self.encrypts_to)
        compact: str = sealed.serialize(compact=True)
        return compact

    def _end(self, sent: dict[str, str], session: str) -> Answer:
        target = sent.get("post_logout_redirect_uri", "")
        if not sent.get("id_token_hint") or target not in self.after_logout:
            return error(self.customs.error, "id_token_hint, post_logout_redirect_uri")
        self.ended.append(sent["id_token_hint"])
        self._sessions.pop(session, None)
        return redirect(f"{target}?{urlencode({'state': sent.get('state', '')})}")


def new_key() -> jwk.JWK:
    """Return a new signing key."""
    return jwk.JWK.generate(kty="EC", crv="P-256", kid=secrets.token_hex(8))


def sign_claims(claims: Claims, key: jwk.JWK) -> str:
    """Return the claims as a signed token."""
    token = jws.JWS(json.dumps(claims).encode())
    header = {"alg": "ES256", "kid": key.get("kid"), "typ": "JWT"}
    token.add_signature(key, None, json.dumps(header), None)
    compact: str = token.serialize(compact=True)
    return compact


def read_unverified(token: str) -> Claims:
    """Return what a signed token says, believing it."""
    part = token.split(".")[1]
    claims: Claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def of_the_city(path: str) -> str:
    """Return an address of the city that the demonstration runs."""
    return os.environ.get("PARVIS_SITE_URL", "http://localhost:8000").rstrip("/") + path


def _wanted(sign: _Sign, where: str) -> frozenset[str]:
    """Return the claims asked for by name (OpenID Connect Core 1.0, section 5.5)."""
    return frozenset(json.loads(sign.asked.get("claims", "{}")).get(where, {}))


def _is_timed(sign: _Sign) -> bool:
    """Tell whether the identity must say when the person signed in (section 2)."""
    is_named = "auth_time" in _wanted(sign, "id_token")
    return is_named or "login" in sign.asked.get("prompt", "").split()


def _query(asked: Mapping[str, str], **more: str) -> str:
    return html.escape(urlencode({**asked, **more}))


def _back(asked: Mapping[str, str], said: Mapping[str, str], issuer: str) -> Answer:
    told = {**said, "state": asked["state"], "iss": issuer}
    return redirect(f"{asked['redirect_uri']}?{urlencode(told)}")
