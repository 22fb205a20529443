"""A passkey in software: what a device keeps, and what it answers when a page asks for it."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from parvis.account.actions import factors
from parvis.account.testing import MORNING

_ID = b"a passkey of tests"
_USED_BY_ITS_OWNER = AuthenticatorData.FLAG.USER_PRESENT | AuthenticatorData.FLAG.USER_VERIFIED


class Passkey:
    """A passkey of one person for one site."""

    def __init__(self, site: str = "localhost") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._site = hashlib.sha256(site.encode()).digest()

    def add_to(self, person_id: uuid.UUID) -> None:
        """Let the account of a person know the passkey."""
        public = ES256.from_cryptography_key(self._key.public_key())
        data = AuthenticatorData.create(
            self._site,
            _USED_BY_ITS_OWNER | AuthenticatorData.FLAG.ATTESTED,
            0,
            AttestedCredentialData.create(b"\0" * 16, _ID, public),
        )
        made = {
            "clientDataJSON": websafe_encode(
                b'{"type":"webauthn.create","challenge":"","origin":""}'
            ),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        factors.add_passkey(
            person_id=person_id, name="Clef", credential=self._named(made), now=MORNING
        )

    def answer(
        self,
        asked: dict[str, Any],
        *,
        as_person: uuid.UUID | None = None,
        origin: str = "http://localhost:8000",
    ) -> str:
        """Return what a page sends for what it was asked; `as_person` is whom the key names."""
        said = {
            "type": "webauthn.get",
            "challenge": asked["publicKey"]["challenge"],
            "origin": origin,
        }
        client = json.dumps(said).encode()
        data = AuthenticatorData.create(self._site, _USED_BY_ITS_OWNER, 1)
        signed = data + hashlib.sha256(client).digest()
        shown = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self._key.sign(signed, ec.ECDSA(hashes.SHA256()))),
        }
        if as_person:
            shown["userHandle"] = websafe_encode(as_person.hex.encode())
        return json.dumps(self._named(shown))

    def _named(self, response: dict[str, str]) -> dict[str, Any]:
        named = {"id": websafe_encode(_ID), "rawId": websafe_encode(_ID), "type": "public-key"}
        return {**named, "response": response, "clientExtensionResults": {}}
