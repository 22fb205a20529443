"""Making, renewing and forgetting the keys that sign."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.db import connection, transaction

from parvis.kernel import register
from parvis.kernel.sealing import Renewed, renew
from parvis.openid.models import SigningKey
from parvis.openid.queries import keys as queries

# Clients keep our keys for an hour at most; what a key signed is checked within ten minutes.
NOTICE = dt.timedelta(days=1)
AFTERWARDS = dt.timedelta(days=1)
# What services send back as a hint is recognised for as long.
FORGOTTEN_AFTER = dt.timedelta(days=400)
_LOCK = 0x6F70656E6964
_BITS, _EXPONENT = 2048, 65537


def ensure_key(*, now: dt.datetime) -> SigningKey:
    """Return the key that signs now; the very first is made when it is needed."""
    return queries.signing_key(now) or _first_key(now)


@transaction.atomic
def _first_key(now: dt.datetime) -> SigningKey:
    _wait_for_others()
    return queries.signing_key(now) or _make(now, signs_from=now)


@transaction.atomic
def rotate_keys(*, now: dt.datetime, at_once: bool = False) -> str:
    """Publish a new key that signs in a day (now, if `at_once`), and return its name.

    The others stay published for a day after it begins: what they signed may still be checked. A
    rotation that is under way already is not doubled, unless `at_once`.
    """
    _wait_for_others()
    coming = SigningKey.objects.filter(signs_from__gt=now).first()
    if coming and not at_once:
        return str(coming.kid)
    begins = now if at_once else now + NOTICE
    made = _make(now, signs_from=begins)
    older = SigningKey.objects.exclude(pk=made.pk).filter(published_until=None)
    older.filter(signs_from__lte=begins).update(published_until=begins + AFTERWARDS)
    # A key whose time had not come would take over from one that was needed at once.
    older.filter(signs_from__gt=begins).delete()
    register.record(
        register.Entry(
            action="openid.keys_rotated",
            object_ref=f"openid.key:{made.kid}",
            channel="program",
            recorded_at=now,
        )
    )
    return str(made.kid)


def seal_again() -> Renewed:
    """Seal the keys with the present secret of the city."""
    seal = queries.seal()

    def again(key: SigningKey) -> None:
        key.private_sealed = seal.rotate(bytes(key.private_sealed))

    return renew(SigningKey.objects.all(), again, column="private_sealed")


def forget_keys(*, now: dt.datetime) -> int:
    """Delete the keys that were last published over a year ago; return how many."""
    old = SigningKey.objects.filter(published_until__lt=now - FORGOTTEN_AFTER)
    return int(old.delete()[0])


def _wait_for_others() -> None:
    """Let one process at a time make keys."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _make(now: dt.datetime, *, signs_from: dt.datetime) -> SigningKey:
    private = generate_private_key(public_exponent=_EXPONENT, key_size=_BITS)
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    jwk = public_jwk(private.public_key())
    return SigningKey.objects.create(
        kid=jwk["kid"],
        private_sealed=queries.seal().encrypt(der),
        public_jwk=jwk,
        created_at=now,
        signs_from=signs_from,
    )


def public_jwk(key: RSAPublicKey) -> dict[str, Any]:
    """Return a public key as JWK, named by its thumbprint (RFC 7638)."""
    numbers = key.public_numbers()
    members = {"e": _base64url(numbers.e), "kty": "RSA", "n": _base64url(numbers.n)}
    thumbprint = hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest()
    kid = base64.urlsafe_b64encode(thumbprint).rstrip(b"=").decode()
    return {**members, "alg": "RS256", "use": "sig", "kid": kid}


def _base64url(number: int) -> str:
    length = (number.bit_length() + 7) // 8
    return base64.urlsafe_b64encode(number.to_bytes(length, "big")).rstrip(b"=").decode()
