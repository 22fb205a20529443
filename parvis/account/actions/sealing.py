"""Sealing what must be read again, such as the secret of an application: never kept in clear."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

_PURPOSE = b"parvis.account.sealing"


def seal(plain: str) -> str:
    """Return a text sealed with the city's present secret key."""
    return _seals().encrypt(plain.encode()).decode()


def unseal(sealed: str) -> str:
    """Return a sealed text as it was, also where an older key of the city sealed it.

    :raises cryptography.fernet.InvalidToken: if none of the city's keys sealed it
    """
    return _seals().decrypt(sealed.encode()).decode()


def _seals() -> MultiFernet:
    keys = [force_bytes(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hmac.digest(key, _PURPOSE, hashlib.sha256)))
            for key in keys
        ]
    )
