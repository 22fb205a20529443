"""Opening an account: signing up, confirming the address, forgetting what was never confirmed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from parvis.account import events
from parvis.account.actions import mails, old_addresses, wording
from parvis.account.models import Resident
from parvis.account.queries import people
from parvis.account.rules import opening as rules
from parvis.kernel import facts, register
from parvis.kernel.errors import Refused

KEY_LENGTH = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What a person types to sign up. One `attempt` opens one account, however often it is sent."""

    attempt: uuid.UUID
    email: str
    usual_name: str
    password: str
    language: str


@transaction.atomic
def sign_up(wish: SignUp, *, now: dt.datetime) -> None:
    """Write a sign-up down and mail its link to the address.

    Whether the address already has an account makes no difference to what is done, only to what
    the mail says: one password is hashed, the same rows are written, one mail is posted. The first
    sign-up that is confirmed gets the address; the others are forgotten.
    """
    resident = Resident(
        attempt=wish.attempt, usual_name=wish.usual_name, language=wish.language, opened_at=now
    )
    resident.set_password(wish.password)
    try:
        with transaction.atomic():
            resident.save(force_insert=True)
    except IntegrityError:
        # The same form, sent twice: the first one has been heard.
        return
    address = EmailAddress.objects.create(user=resident, email=wish.email.lower(), primary=True)
    facts.announce(events.AccountOpened(person_id=resident.pk), now=now)
    ask_confirmation(address, language=wish.language, now=now)


def ask_confirmation(address: EmailAddress, *, language: str, now: dt.datetime) -> None:
    """Mail the link that confirms an address, or tell its owner; in the caller's transaction."""
    owner = people.owner_of(address.email)
    confirmation = EmailConfirmation.objects.create(
        email_address=address, key=get_random_string(KEY_LENGTH).lower(), created=now, sent=now
    )
    cause = f"account.confirmation:{confirmation.key}"
    to_confirm = wording.confirm_sign_up if address.primary else wording.confirm_new_address
    if_taken = wording.already_known if address.primary else wording.address_taken
    mails.post(
        mails.Mail(
            cause=cause,
            to=address.email,
            language=owner.language if owner else language,
            write=if_taken if owner else to_confirm,
            page=_page_of_owner(address) if owner else "account_confirm_email",
            args={} if owner else {"key": confirmation.key},
            person_id=owner.pk if owner else address.user_id,
        ),
        now=now,
    )


def _page_of_owner(address: EmailAddress) -> str:
    return "account_reset_password" if address.primary else "account:known"


def confirm_address(key: str, *, now: dt.datetime) -> uuid.UUID:
    """Confirm the address behind a link, once; return the person's id.

    A first confirmation opens the account and forgets the other sign-ups with this address; a later
    one replaces the account's address and tells the old one. A link already used changes nothing.

    :raises Refused: `link_too_old` (410) if the link is unknown, too old, or the address taken
    """
    try:
        with transaction.atomic():
            return _confirm(key, now=now)
    except IntegrityError as error:
        # Two links for one address, pressed together: the database let one of them through.
        raise link_too_old() from error


def link_too_old() -> Refused:
    """Return the refusal of a link that confirms nothing any more."""
    return Refused(
        "link_too_old",
        _("This link no longer works. Sign up again, or sign in if you already confirmed."),
        status=410,
    )


def _confirm(key: str, *, now: dt.datetime) -> uuid.UUID:
    link = people.confirmation(key, now=now)
    if link is None:
        raise link_too_old()
    # Whoever confirms this address, or changes or closes one of the accounts that claim it, waits
    # in one order: persons first, then addresses.
    claimants = Resident.objects.select_for_update(of=("self",)).order_by("pk")
    persons = {row.pk: row for row in claimants.filter(emailaddress__email=link.email)}
    claims = EmailAddress.objects.select_for_update().filter(email=link.email).order_by("pk")
    address = next((claim for claim in claims if claim.pk == link.address_id), None)
    if address is None or link.person_id not in persons:
        raise link_too_old()
    if address.verified:
        return link.person_id
    if people.owner_of(link.email):
        raise link_too_old()
    resident = persons[link.person_id]
    if resident.confirmed_at is None:
        _open(resident, address, now=now)
    else:
        _move(resident, address, now=now)
    return resident.pk


def _open(resident: Resident, address: EmailAddress, *, now: dt.datetime) -> None:
    _take(resident, address, confirmed_at=now)
    Resident.objects.filter(
        confirmed_at=None, emailaddress__email=address.email, emailaddress__verified=False
    ).delete()
    ref = f"person:{resident.pk}"
    register.record(
        register.Entry(action="account.confirmed", object_ref=ref, actor_ref=ref, recorded_at=now)
    )
    facts.announce(events.AccountConfirmed(person_id=resident.pk), now=now)


def _move(resident: Resident, address: EmailAddress, *, now: dt.datetime) -> None:
    old = resident.email or ""
    EmailAddress.objects.filter(user=resident).exclude(pk=address.pk).delete()
    _take(resident, address)
    ref = f"person:{resident.pk}"
    register.record(
        register.Entry(
            action="account.email_changed", object_ref=ref, actor_ref=ref, recorded_at=now
        )
    )
    facts.announce(events.EmailChanged(person_id=resident.pk), now=now)
    old_addresses.tell_left(resident, [old], moved_by=address.pk, now=now)


def _take(resident: Resident, address: EmailAddress, **changes: Any) -> None:
    resident.email = address.email
    for name, value in changes.items():
        setattr(resident, name, value)
    resident.save(update_fields=["email", *changes])
    address.verified = True
    address.primary = True
    address.save(update_fields=["verified", "primary"])


@transaction.atomic
def forget_unconfirmed(*, now: dt.datetime) -> int:
    """Forget the sign-ups, and the new addresses of accounts, whose link has gone stale.

    Return how many sign-ups.
    """
    fresh = rules.forgotten_before(now)
    stale = Resident.objects.filter(confirmed_at=None, opened_at__lt=fresh)
    forgotten = stale.delete()[1].get("residents.Resident", 0)
    claims = EmailAddress.objects.filter(verified=False)
    claims.exclude(emailconfirmation__sent__gte=fresh).delete()
    return forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a person tells of themselves; all but the usual name may stay empty."""

    usual_name: str
    civil_name: str = ""
    language: str = "fr"
    residence: int | None = None
    work: int | None = None
    heart: int | None = None


@transaction.atomic
def create_confirmed_account(
    *, email: str, password: str, usual_name: str, now: dt.datetime, **profile: Any
) -> uuid.UUID:
    """Open an account whose address needs no confirmation, and return the person's id.

    `profile` holds other fields of `Profile`. For an operator at the console, a demonstration and
    tests; a resident signs up.

    :raises Refused: `address_taken` if the address already has an account
    """
    if people.owner_of(email):
        raise Refused("address_taken", _("This address already has an account."))
    resident = Resident(email=email.lower(), opened_at=now, confirmed_at=now)
    for name, value in asdict(Profile(usual_name=usual_name, **profile)).items():
        setattr(resident, name, value)
    resident.set_password(password)
    resident.save(force_insert=True)
    EmailAddress.objects.create(user=resident, email=email.lower(), verified=True, primary=True)
    facts.announce(events.AccountConfirmed(person_id=resident.pk), now=now)
    return resident.pk
