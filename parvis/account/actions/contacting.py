"""Showing that an address is one's own, where FranceConnect's is another account's."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

from django.core import signing
from django.db import transaction

from parvis.account.actions import mails, wording, wording_identities
from parvis.account.actions.identities import Wish
from parvis.account.queries import people
from parvis.account.rules import opening as rules
from parvis.kernel.ids import new_public_id

_SALT = "parvis.account.contacting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which identity is to open an account, and how its owner wants to be called and reached."""

    identity_id: uuid.UUID
    wish: Wish


@transaction.atomic
def ask(identity_id: uuid.UUID, wish: Wish, *, now: dt.datetime) -> None:
    """Mail a link to an address; whether an account uses it changes only what the mail says."""
    owner = people.owner_of(wish.email)
    token = signing.dumps({"identity_id": str(identity_id), **asdict(wish)}, salt=_SALT)
    mails.post(
        mails.Mail(
            cause=f"account.contact:{new_public_id()}",
            to=wish.email,
            language=owner.language if owner else wish.language,
            write=wording.already_known if owner else wording_identities.confirm_contact,
            page="account_reset_password" if owner else "account:contact",
            args={} if owner else {"token": token},
            person_id=owner.pk if owner else None,
        ),
        now=now,
    )


def read(token: str) -> Asked:
    """Return what a link is about.

    :raises django.core.signing.BadSignature: if it is not ours, or too old
    """
    age = dt.timedelta(days=rules.CONFIRMATION_DAYS)
    said = signing.loads(token, salt=_SALT, max_age=age)
    return Asked(identity_id=uuid.UUID(said.pop("identity_id")), wish=Wish(**said))
