"""What parties outside tell, believed only once their signature is good."""

from __future__ import annotations

import json
import time
from pathlib import Path
from threading import Lock
from typing import Any

import httpx
from allauth.socialaccount.providers.base.provider import ProviderException
from django.conf import settings
from jwcrypto import jwe, jwk, jws
from jwcrypto.common import JWException

Claims = dict[str, Any]
# Both sign with these; a shared secret (HS256) or nothing at all signs for nobody.
_SIGNED_WITH = ["ES256", "RS256"]
_ENCRYPTED_WITH = ["ECDH-ES", "RSA-OAEP", "RSA-OAEP-256", "A256GCM"]
_PARTS_OF_JWE = 5
# A party that answered is asked again after a minute, one that did not after a few seconds: a
# thread of the server that waits for them waits for everybody.
_GOOD_FOR = 60.0
_BAD_FOR = 10.0


class Down(ProviderException):
    """A party outside does not answer, or not what it promised to."""


class NotBelieved(ProviderException):
    """What somebody says in the name of a party outside is not signed by it or not meant for us."""


class _Memory:
    """What was fetched of late, by address, for all threads of a process."""

    def __init__(self) -> None:
        self._fetched: dict[str, tuple[float, Claims | None]] = {}
        self._lock = Lock()

    def get(self, url: str, *, anew: bool = False) -> Claims:
        """Return the JSON behind an address.

        :raises Down: if there is none
        """
        known = self._fetched.get(url)
        if known is None or anew or known[0] < time.monotonic():
            said = _fetch(url)
            until = time.monotonic() + (_GOOD_FOR if said is not None else _BAD_FOR)
            with self._lock:
                self._fetched[url] = known = (until, said)
        if known[1] is None:
            raise Down(url)
        return known[1]

    def forget(self) -> None:
        """Ask everybody anew."""
        with self._lock:
            self._fetched.clear()


memory = _Memory()


def _patience() -> float:
    """Return how many seconds a party has to answer."""
    return float(getattr(settings, "SOCIALACCOUNT_REQUESTS_TIMEOUT", 4.0))


def _fetch(url: str) -> Claims | None:
    try:
        answer = httpx.get(url, timeout=_patience())
        said = answer.raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None
    return said if isinstance(said, dict) else None


def discovery(issuer: str) -> Claims:
    """Return where a party has its endpoints.

    :raises Down: if it does not answer, or says it is somebody else
    """
    said = memory.get(f"{issuer}/.well-known/openid-configuration")
    if said.get("issuer") != issuer:
        raise Down(issuer)
    return said


def exchange(issuer: str, sent: dict[str, str]) -> Claims:
    """Return what a party gives for a code.

    :raises Down: if it does not answer
    :raises NotBelieved: if the code is not good
    """
    try:
        answer = httpx.post(
            discovery(issuer)["token_endpoint"],
            data=sent,
            timeout=_patience(),
        )
        said = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Down(issuer) from error
    if answer.is_server_error:
        raise Down(issuer)
    if not isinstance(said, dict) or not said.get("access_token"):
        raise NotBelieved("code")
    return said


def userinfo(issuer: str, access_token: str, *, opens: jwk.JWK | None) -> Claims:
    """Return what a party tells of a person: signed, and encrypted to `opens` where that is agreed.

    :raises Down: if it does not answer
    :raises NotBelieved: if it is not signed by it
    """
    try:
        answer = httpx.get(
            discovery(issuer)["userinfo_endpoint"],
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=_patience(),
        ).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Down(issuer) from error
    if answer.headers.get("content-type", "").split(";")[0] != "application/jwt":
        raise NotBelieved("userinfo is not signed")
    return read(answer.text, issuer=issuer, opens=opens)


def read(token: str, *, issuer: str, opens: jwk.JWK | None) -> Claims:
    """Return the claims of a token that a party signed.

    Where a key of ours is agreed (`opens`), only what is encrypted to it is read.

    :raises NotBelieved: if it is not signed by one of the keys the party publishes
    :raises Down: if the party does not publish any
    """
    try:
        if opens is not None:
            token = _decrypted(token, opens)
        signed = jws.JWS()
        signed.allowed_algs = _SIGNED_WITH
        signed.deserialize(token)
        signed.verify(_key(issuer, signed.jose_header.get("kid")))
        claims = json.loads(signed.payload)
    except (JWException, ValueError, TypeError) as error:
        raise NotBelieved(str(error)) from error
    if not isinstance(claims, dict):
        raise NotBelieved("no claims")
    return claims


def _decrypted(token: str, opens: jwk.JWK) -> str:
    if token.count(".") != _PARTS_OF_JWE - 1:
        raise NotBelieved("not encrypted")
    sealed = jwe.JWE(algs=_ENCRYPTED_WITH)
    sealed.deserialize(token, opens)
    inner: str = sealed.payload.decode()
    return inner


def _key(issuer: str, kid: object) -> jwk.JWK:
    """Return the key of a party with this name; look again once, since keys change.

    :raises NotBelieved: if it has none
    """
    address = discovery(issuer)["jwks_uri"]
    for anew in (False, True):
        known = jwk.JWKSet.from_json(json.dumps(memory.get(address, anew=anew)))
        found = known.get_key(kid) if isinstance(kid, str) else None
        if found is not None:
            return found
    raise NotBelieved("unknown key")


def our_key() -> jwk.JWK | None:
    """Return the private key to which a party encrypts what it tells us, if there is one."""
    path = getattr(settings, "PARVIS_FRANCECONNECT_KEY", "")
    return jwk.JWK.from_json(Path(path).read_text(encoding="utf-8")) if path else None
