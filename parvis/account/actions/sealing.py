"""Sealing what must be read again, such as the secret of an application: never kept in clear."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from parvis.account.models import Merge
from parvis.kernel import sealing
from parvis.kernel.sealing import Renewed

_PURPOSE = "account"


def seal(plain: str) -> str:
    """Return a text sealed with the city's present secret key."""
    return sealing.seal(plain, _PURPOSE)


def unseal(sealed: str) -> str:
    """Return a sealed text as it was, also where an older key of the city sealed it.

    :raises cryptography.fernet.InvalidToken: if none of the city's keys sealed it
    """
    return sealing.unseal(sealed, _PURPOSE)


def seal_applications_again() -> Renewed:
    """Seal what the applications that show codes share with the city, with its present secret."""

    def again(one: Authenticator) -> None:
        one.data["secret"] = sealing.seal_again(one.data["secret"], _PURPOSE)

    applications = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    return sealing.renew(applications, again, column="data")


def seal_merges_again() -> Renewed:
    """Seal what is needed to take merged accounts apart, with the city's present secret."""

    def again(one: Merge) -> None:
        one.kept = sealing.seal_again(one.kept, _PURPOSE)

    return sealing.renew(Merge.objects.exclude(kept=""), again, column="kept")
