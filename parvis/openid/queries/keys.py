"""The keys that sign: which one does now, and which ones the world may check with."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from django.db.models import Q, QuerySet, Subquery

from parvis.kernel import sealing
from parvis.kernel.prepared import Prepared
from parvis.openid.models import SigningKey


class KeyLost(RuntimeError):
    """The secret that sealed a key is gone: `parvis openid rotate-keys --at-once` makes another."""


def seal() -> MultiFernet:
    """Return what seals private keys: the secret of the city, and opens: the older ones too."""
    return sealing.box("openid")


def signing_key(now: dt.datetime) -> SigningKey | None:
    """Return the key that signs at a moment: the last one whose time has come."""
    return _signing.first(now)


def _whose_time_has_come(now: dt.datetime) -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(signs_from__lte=now).order_by("-signs_from", "-pk")


_signing: Prepared[SigningKey] = Prepared(lambda now: _whose_time_has_come(now)[:1], dt.datetime)


def signing_kid(now: dt.datetime) -> Subquery:
    """Return what another question adds to learn the name of the key that signs at a moment."""
    return Subquery(_whose_time_has_come(now).values("kid")[:1])


# Reading a key takes a hundred times as long as signing with it: a process opens each only once.
@functools.lru_cache(maxsize=8)
def private_half(kid: str) -> RSAPrivateKey:
    """Return the private half of the key with this name.

    :raises KeyLost: if no secret of the city opens it
    """
    sealed = SigningKey.objects.values_list("private_sealed", flat=True).get(kid=kid)
    try:
        key = load_der_private_key(seal().decrypt(bytes(sealed)), password=None)
    except InvalidToken as error:
        raise KeyLost(str(KeyLost.__doc__)) from error
    if not isinstance(key, RSAPrivateKey):
        raise KeyLost(str(KeyLost.__doc__))
    return key


def public_keys(now: dt.datetime) -> list[dict[str, Any]]:
    """Return the public halves to publish (JWK, RFC 7517): those that sign, will, or just did."""
    published = Q(published_until=None) | Q(published_until__gt=now)
    return [key.public_jwk for key in SigningKey.objects.filter(published).order_by("-signs_from")]


def ever_published(kids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the public halves of these keys, however old, by name.

    Services send back what we signed long ago as a hint of who they mean.
    """
    return {key.kid: key.public_jwk for key in SigningKey.objects.filter(kid__in=kids)}
