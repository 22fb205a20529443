"""What one can ask about how a person may show that it is them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils.http import urlencode

from parvis.account.models import PaperCode
from parvis.kernel.http import CityRequest

# What asks for a second step; codes on paper only stand in for one of them.
SECOND = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A passkey, or the application of a telephone. `name` is what its owner called it."""

    id: uuid.UUID
    name: str
    added_at: dt.datetime
    used_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """Everything a person has to show that it is them, beside the password and the mailbox."""

    passkeys: tuple[Factor, ...]
    app: Factor | None
    codes_left: int
    codes_made_at: dt.datetime | None
    codes_used_at: dt.datetime | None

    @property
    def has_second(self) -> bool:
        """Tell whether a second step is asked when the person signs in."""
        return bool(self.passkeys or self.app)


def factors_of(person_id: uuid.UUID) -> Factors:
    """Return the factors of a person, in two questions."""
    rows = Authenticator.objects.filter(user_id=person_id, type__in=SECOND).order_by("pk")
    found = [(row.type, _factor(row)) for row in rows]
    codes = list(PaperCode.objects.filter(person_id=person_id))
    used = [code.used_at for code in codes if code.used_at]
    return Factors(
        passkeys=tuple(one for kind, one in found if kind == Authenticator.Type.WEBAUTHN),
        app=next((one for kind, one in found if kind == Authenticator.Type.TOTP), None),
        codes_left=len(codes) - len(used),
        codes_made_at=min((code.made_at for code in codes), default=None),
        codes_used_at=max(used, default=None),
    )


def factor(person_id: uuid.UUID, factor_id: uuid.UUID) -> Factor | None:
    """Return one factor of a person, or None if it is not theirs."""
    rows = Authenticator.objects.filter(user_id=person_id, data__public_id=str(factor_id))
    found = rows.first()
    return _factor(found) if found else None


def has_second_factor(person_id: uuid.UUID) -> bool:
    """Tell whether a person has something to show beside the password: a passkey or an
    application."""
    rows = Authenticator.objects.filter(user_id=person_id, type__in=SECOND)
    return bool(rows.exists())


def second_factor_url(request: CityRequest, *, back: str) -> str | None:
    """Return the page that asks a signed-in person for their second factor, then leads `back`, ""
    for nowhere in particular.

    None if the person has none to show: they may add one on the page `account:security`.
    """
    found = factors_of(request.person.id)
    if not found.has_second:
        return None
    page = "mfa_reauthenticate" if found.app else "mfa_reauthenticate_webauthn"
    return f"{reverse(page)}?{urlencode({'next': back})}" if back else reverse(page)


def _factor(row: Authenticator) -> Factor:
    return Factor(
        id=uuid.UUID(row.data["public_id"]),
        name=row.data.get("name", ""),
        added_at=row.created_at,
        used_at=row.last_used_at,
    )
