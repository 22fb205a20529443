"""Sealing what only the city's own program may read again, with the secret of the city."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models, transaction
from django.utils.encoding import force_bytes

_AT_ONCE = 200

R = TypeVar("R", bound=models.Model)


def secrets() -> tuple[bytes, ...]:
    """Return the secrets of the city: the present one, then those it still knows things by."""
    return tuple(force_bytes(one) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def box(purpose: str) -> MultiFernet:
    """Return what seals for one purpose with the present secret, and opens what older ones sealed.

    What was sealed for one purpose does not open for another (Fernet under a key of its own: the
    HMAC-SHA256 of the purpose under the secret).
    """
    name = f"parvis.{purpose}.sealing".encode()
    keys = (hmac.digest(secret, name, hashlib.sha256) for secret in secrets())
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def seal(plain: str, purpose: str) -> str:
    """Return a text sealed for one purpose."""
    return box(purpose).encrypt(plain.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """Return a sealed text as it was.

    :raises cryptography.fernet.InvalidToken: if no secret of the city sealed it for this purpose
    """
    return box(purpose).decrypt(sealed.encode()).decode()


def seal_again(sealed: str, purpose: str) -> str:
    """Return a sealed text under the present secret.

    :raises cryptography.fernet.InvalidToken: if no secret of the city sealed it for this purpose
    """
    return box(purpose).rotate(sealed.encode()).decode()


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many rows hang on the present secret now, and how many no secret of the city opens."""

    done: int = 0
    lost: int = 0


def renew(rows: models.QuerySet[R], again: Callable[[R], None], *, column: str) -> Renewed:
    """Write a column of these rows again with the present secret, a few hundred rows at a time.

    `again` sets the column, from the row as nobody else changes it meanwhile; where it finds that
    no secret opens it (`InvalidToken`), the row stays as it is.
    """
    counted: Counter[bool] = Counter()
    last = None
    while keys := _next(rows, after=last):
        with transaction.atomic():
            for row in rows.filter(pk__in=keys).select_for_update().order_by("pk"):
                counted[_renew(row, again, column)] += 1
        last = keys[-1]
    return Renewed(done=counted[True], lost=counted[False])


def _next(rows: models.QuerySet[R], *, after: Any) -> list[Any]:
    rest = rows if after is None else rows.filter(pk__gt=after)
    return list(rest.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])


def _renew(row: R, again: Callable[[R], None], column: str) -> bool:
    try:
        again(row)
    except InvalidToken:
        return False
    row.save(update_fields=[column])
    return True
