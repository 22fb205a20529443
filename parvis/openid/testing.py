"""Services that are registered, and browsers that sign in to them, for every test."""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from django.test import Client
from django.urls import reverse

from parvis.account.public import Person
from parvis.openid.actions.keys import ensure_key
from parvis.openid.models import Consent, Service, SigningKey
from parvis.openid.queries import keys
from parvis.openid.rules.secrets import new_secret, seal

MORNING = dt.datetime(2015, 6, 25, 8, tzinfo=dt.UTC)
BACK = "https://library.example/back"
LEFT = "https://library.example/left"
VERIFIER = "a-verifier-of-forty-three-characters-or-more-0"
SCOPE = "openid profile email"


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered service and its secret, in clear for this once."""

    service: Service
    secret: str

    @property
    def client_id(self) -> str:
        """Return what it calls itself."""
        return str(self.service.client_id)

    @property
    def basic(self) -> str:
        """Return the header by which it shows who it is."""
        pair = f"{self.client_id}:{self.secret}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"


def a_service(*, public: bool = False, **changes: Any) -> Registered:
    """Register a library: a web site with a secret, which may know names and addresses."""
    secret = "" if public else new_secret()
    fields: dict[str, Any] = {
        "name": "La bibliothèque",
        "operator": "Ville de Paris",
        "purpose_fr": "Prêter des livres.",
        "purpose_en": "Lend books.",
        "sector": "library.example",
        "contact": "library@parvis.example",
        "claims": ["name", "given_name", "family_name", "nickname", "locale", "email"],
        "redirect_uris": BACK,
        "post_logout_redirect_uris": LEFT,
        "client_type": Service.CLIENT_PUBLIC if public else Service.CLIENT_CONFIDENTIAL,
        "authorization_grant_type": Service.GRANT_AUTHORIZATION_CODE,
        "algorithm": Service.RS256_ALGORITHM,
        "client_secret": "" if public else seal(secret),
        "registered_at": MORNING,
    }
    return Registered(Service.objects.create(**{**fields, **changes}), secret)


def agrees(
    person: Person, registered: Registered, *, scope: str = SCOPE, now: dt.datetime = MORNING
) -> Consent:
    """Save that a person agreed to tell a service all that its contract names."""
    service = registered.service
    return Consent.objects.create(
        person_id=person.id,
        service=service,
        scopes=scope.split(),
        claims=service.claims,
        contract=service.contract.version,
        text_version="0" * 64,
        text="…",
        language="fr",
        given_at=now,
    )


def a_key(now: dt.datetime = MORNING) -> SigningKey:
    """Save a key that signs: the same in every test, since making one takes a while."""
    made = _made_once()
    found, _is_new = SigningKey.objects.get_or_create(
        kid=made["kid"],
        defaults={
            "private_sealed": made["sealed"],
            "public_jwk": made["jwk"],
            "created_at": now,
            "signs_from": now,
        },
    )
    return found


@functools.cache
def _made_once() -> dict[str, Any]:
    key = ensure_key(now=MORNING)
    return {"kid": key.kid, "sealed": bytes(key.private_sealed), "jwk": key.public_jwk}


@dataclass
class Visit:
    """A browser on its way to a service, and the service behind it."""

    client: Client
    registered: Registered
    parameters: dict[str, str] = field(default_factory=dict)

    def request(self, **changes: str | None) -> dict[str, str]:
        """Return the parameters of a good request, with changes; None leaves one out."""
        challenge = hashlib.sha256(VERIFIER.encode()).digest()
        good: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.registered.client_id,
            "redirect_uri": BACK,
            "scope": SCOPE,
            "state": "a-state",
            "nonce": "a-nonce",
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **self.parameters,
            **changes,
        }
        return {name: value for name, value in good.items() if value is not None}

    def authorize(self, **changes: str | None) -> Any:
        """Ask for a code."""
        return self.client.get(reverse("oidc:authorize"), self.request(**changes))

    def answer(self, **changes: str | None) -> dict[str, str]:
        """Ask for a code, and return what the service is answered."""
        return answered(self.authorize(**changes))

    def redeem(self, code: str, **changes: str | None) -> Any:
        """Exchange a code for tokens."""
        return self.token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=BACK,
            code_verifier=VERIFIER,
            **changes,
        )

    def token(self, **form: str | None) -> Any:
        """Ask the token endpoint, with the secret of the service in the header if it has one."""
        headers = {}
        if self.registered.secret and "client_secret" not in form:
            headers["Authorization"] = self.registered.basic
        elif "client_id" not in form:
            form["client_id"] = self.registered.client_id
        sent = {name: value for name, value in form.items() if value is not None}
        return Client().post(reverse("oidc:token"), sent, headers=headers)

    def tokens(self, **changes: str | None) -> dict[str, Any]:
        """Sign in and return the tokens."""
        given: dict[str, Any] = self.redeem(self.answer(**changes)["code"]).json()
        return given

    def userinfo(self, access_token: str) -> Any:
        """Ask who the person is."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return Client().get(reverse("oidc:userinfo"), headers=headers)


def answered(response: Any, *, at: str = BACK) -> dict[str, str]:
    """Return what a redirect tells a service.

    :raises AssertionError: if the browser is sent anywhere else
    """
    url = response.get("Location", "")
    if response.status_code != HTTPStatus.FOUND or not url.startswith(f"{at}?"):
        msg = f"{response.status_code} {url or response.content[:200]!r}"
        raise AssertionError(msg)
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}


def claims_of(token: str, *, client_id: str = "") -> dict[str, Any]:
    """Return the claims of a token, its signature checked as a service would."""
    kid = jwt.get_unverified_header(token)["kid"]
    key = jwt.PyJWK(keys.ever_published([kid])[kid], algorithm="RS256")
    options: Any = {"verify_exp": False, "verify_aud": bool(client_id)}
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], audience=client_id or None, options=options
    )
    return claims
