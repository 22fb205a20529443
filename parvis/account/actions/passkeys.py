"""The two ceremonies of a passkey (W3C Web Authentication, section 7): made, and shown."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from parvis.account.models import Resident
from parvis.kernel.errors import Refused

T = TypeVar("T")


def creation_options(person_id: uuid.UUID) -> dict[str, Any]:
    """Return what a device is asked to make a passkey with; its challenge waits in the session.

    The passkey opens the account by itself: it is found without an address, and unlocked by a PIN
    or a biometric trait.
    """
    resident = Resident.objects.get(pk=person_id)
    options: dict[str, Any] = webauthn.begin_registration(resident, passwordless=True)
    return options


def request_options(resident: Resident | None) -> dict[str, Any]:
    """Return what a device is asked to show a passkey with; its challenge waits in the session."""
    options: dict[str, Any] = webauthn.begin_authentication(resident)
    return options


def check_made(credential: dict[str, Any]) -> None:
    """Check a passkey that a device has just made.

    :raises Refused: `wrong_passkey` (400) if it does not answer what we asked the device
    """
    made = _weighed(lambda: webauthn.complete_registration(credential))
    if not made.is_user_verified():
        raise _wrong_passkey()


def shown(credential: dict[str, Any], *, by: Resident | None = None) -> Authenticator:
    """Return the passkey that a device has just shown: of one person, or of whom it says.

    :raises Refused: `wrong_passkey` (400) if it is none of theirs, their account is closed, or it
        does not answer what we asked the device
    """
    resident = by or _weighed(lambda: _owner(credential))
    if resident.confirmed_at is None or resident.closed_at is not None:
        raise _wrong_passkey()
    return _weighed(lambda: webauthn.complete_authentication(resident, credential))


def _owner(credential: dict[str, Any]) -> Resident:
    said = webauthn.extract_user_from_response(credential)
    return Resident.objects.get(pk=said.pk)


def _weighed(weigh: Callable[[], T]) -> T:
    try:
        return weigh()
    # The library reads the bytes of a stranger and raises whatever it stumbles over.
    except (
        ValidationError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
    ) as error:
        raise _wrong_passkey() from error


def _wrong_passkey() -> Refused:
    return Refused(
        "wrong_passkey",
        _("This passkey does not open this account. Try again, or choose another way."),
        status=400,
    )
