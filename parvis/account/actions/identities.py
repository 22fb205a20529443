"""Seeing an identity from outside, opening an account with it, attaching it, taking it off."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from parvis.account import events
from parvis.account.actions import mails, wording_identities as wording
from parvis.account.actions.wording import Writer
from parvis.account.models import Identity, Proposal, Resident, Settled, Vouching
from parvis.account.queries import identities as queries, people
from parvis.account.rules import identities as rules, opening
from parvis.kernel import facts, names, register
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.ids import new_public_id
from parvis.kernel.sealing import Renewed, renew, secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a party outside said and signed: `claims` are those of userinfo."""

    vouched_by: str
    iss: str
    sub: str
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An identity that was seen; `person_id` is whose account it opens, or None."""

    identity_id: uuid.UUID
    person_id: uuid.UUID | None


@transaction.atomic
def see(told: Told, *, now: dt.datetime) -> Seen:
    """Write down what a party outside says of an identity, and propose accounts of its like.

    The account is found by issuer and subject alone. What the party says anew replaces what it said
    before: an address that changed over there changes nothing here but where it is written.
    """
    pivot = rules.Pivot.of(told.claims)
    is_proconnect = told.vouched_by == Vouching.PROCONNECT
    shown = _names(told.claims) | (asdict(pivot) if pivot and not is_proconnect else {})
    said = {
        "email": _address(told.claims.get("email")),
        "pivot": pivot.digest(secrets()[0]) if pivot else "",
        "told": shown,
        "last_seen_at": now,
    }
    row, _is_new = Identity.objects.update_or_create(
        iss=told.iss,
        sub=told.sub,
        defaults=said,
        create_defaults={**said, "vouched_by": told.vouched_by, "first_seen_at": now},
    )
    _propose(row, pivot, now=now)
    return Seen(identity_id=row.public_id, person_id=row.person_id)


def compare_again() -> Renewed:
    """Write the keyed digests of civil statuses again with the present secret of the city.

    Where the facts themselves are not kept (ProConnect), the digest goes: no other will ever be
    equal to it. The next sign-in brings it back.
    """

    def again(row: Identity) -> None:
        pivot = rules.Pivot.of(row.told)
        row.pivot = pivot.digest(secrets()[0]) if pivot else ""

    return renew(Identity.objects.exclude(pivot=""), again, column="pivot")


def _names(claims: Mapping[str, Any]) -> dict[str, str]:
    known = ("given_name", "family_name", "usual_name", "preferred_username", "siret")
    return {name: str(claims[name])[:200] for name in known if isinstance(claims.get(name), str)}


def _address(claimed: object) -> str:
    """Return an address one can write to, in lower case, or an empty string."""
    address = claimed.strip().lower() if isinstance(claimed, str) else ""
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= opening.ADDRESS_MAX_LENGTH else ""


def _propose(row: Identity, pivot: rules.Pivot | None, *, now: dt.datetime) -> None:
    """Note that accounts have an identity of the same civil status under another subject."""
    if pivot is None:
        return
    pivots = frozenset(pivot.digest(secret) for secret in secrets())
    found = rules.match(
        iss=row.iss, sub=row.sub, pivots=pivots, known=queries.known(row.iss, row.sub, pivots)
    )
    for person_id in found.proposed:
        Proposal.objects.get_or_create(
            identity=row, person_id=person_id, state=Settled.OPEN, defaults={"made_at": now}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How the owner of an identity wants to be called and, where they choose it, reached."""

    usual_name: str
    language: str
    email: str = ""


def open_account(identity_id: uuid.UUID, wish: Wish, *, now: dt.datetime) -> uuid.UUID:
    """Open an account that this identity enters; return the person's id.

    Without an address of the person's own choice, which they have shown to be theirs, it is the one
    the party vouches for. It has no password: mail alone does not open it.

    :raises Refused: `address_taken` if an account uses the address, `address_needed` if there is
        none, `identity_taken` if the identity opens an account already
    :raises NotFound: if there is no such identity
    """
    try:
        with transaction.atomic():
            return _open(_locked(identity_id), wish, now=now)
    except IntegrityError as error:
        # Two who took the same address at one moment: the database let one of them through.
        raise _address_taken() from error


def _open(row: Identity, wish: Wish, *, now: dt.datetime) -> uuid.UUID:
    email = (wish.email or row.email).lower()
    if not email:
        raise Refused("address_needed", _("Tell us an address at which the City can write to you."))
    if people.owner_of(email):
        raise _address_taken()
    resident = Resident(
        email=email,
        usual_name=wish.usual_name,
        civil_name=_civil_name(row),
        language=wish.language,
        opened_at=now,
        confirmed_at=now,
    )
    resident.set_unusable_password()
    resident.save(force_insert=True)
    EmailAddress.objects.create(user=resident, email=email, verified=True, primary=True)
    facts.announce(events.AccountConfirmed(person_id=resident.pk), now=now)
    _link(row, resident, now=now)
    return resident.pk


def _civil_name(row: Identity) -> str:
    name = f"{row.told.get('given_name', '')} {row.told.get('family_name', '')}".strip()
    return names.clean_name(name)[: opening.CIVIL_NAME_MAX_LENGTH]


def _address_taken() -> Refused:
    return Refused(
        "address_taken",
        _("An account already uses this address. Sign in to it, or choose another address."),
    )


@transaction.atomic
def attach(
    identity_id: uuid.UUID,
    *,
    person_id: uuid.UUID,
    now: dt.datetime,
    by: uuid.UUID | None = None,
) -> bool:
    """Let an identity open an account from now on; return whether it did not before.

    The caller has seen that both are one person's. `by` is the agent who says so, None for the
    person. The account's owner is told.

    :raises Refused: `identity_taken` if it opens another account
    :raises NotFound: if there is no such identity, or no such open account
    """
    row = _locked(identity_id)
    if row.person_id == person_id:
        return False
    resident = Resident.objects.select_for_update().filter(pk=person_id, closed_at=None).first()
    if resident is None or resident.confirmed_at is None:
        raise NotFound("unknown_person", _("Nobody has an open account under this id."))
    _link(row, resident, now=now, by=by)
    return True


def _locked(identity_id: uuid.UUID) -> Identity:
    row = Identity.objects.select_for_update().filter(public_id=identity_id).first()
    if row is None:
        raise NotFound("unknown_identity", _("This identity is not known any more. Start again."))
    return row


def _link(
    row: Identity, resident: Resident, *, now: dt.datetime, by: uuid.UUID | None = None
) -> None:
    if row.person_id:
        raise Refused("identity_taken", _("This identity already opens another account."))
    row.person = resident
    row.linked_at = now
    row.save(update_fields=["person", "linked_at"])
    Proposal.objects.filter(identity=row, person=resident, state=Settled.OPEN).update(
        state=Settled.CONFIRMED, settled_at=now, settled_by=by or resident.pk
    )
    _record("account.identity_attached", resident.pk, row, by=by, now=now)
    facts.announce(
        events.IdentityAttached(person_id=resident.pk, vouched_by=row.vouched_by), now=now
    )
    _tell(resident, wording.attached(row.get_vouched_by_display()), now=now)


@transaction.atomic
def detach(identity_id: uuid.UUID, *, person_id: uuid.UUID, now: dt.datetime) -> None:
    """Take an identity off an account, at its owner's wish.

    :raises Refused: `last_way_in` if nothing else opens the account
    :raises NotFound: if it is not theirs
    """
    row = _locked(identity_id)
    if row.person_id != person_id:
        raise NotFound("unknown_identity", _("This identity is not known any more. Start again."))
    resident = Resident.objects.select_for_update().get(pk=person_id)
    if not rules.may_leave(ways_in=queries.ways_in(person_id)):
        raise Refused(
            "last_way_in",
            _("This is the only way into your account. Choose a password first, or close it."),
        )
    row.person = row.linked_at = None
    row.save(update_fields=["person", "linked_at"])
    _record("account.identity_detached", person_id, row, by=None, now=now)
    facts.announce(events.IdentityDetached(person_id=person_id, vouched_by=row.vouched_by), now=now)
    _tell(resident, wording.detached(row.get_vouched_by_display()), now=now)


def _record(
    action: str, person_id: uuid.UUID, row: Identity, *, by: uuid.UUID | None, now: dt.datetime
) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"person:{person_id}",
            actor_ref=f"person:{by or person_id}",
            details={"vouched_by": row.vouched_by},
            recorded_at=now,
        )
    )


def _tell(resident: Resident, write: Writer, *, now: dt.datetime) -> None:
    mails.post(
        mails.Mail(
            cause=f"account.identity:{new_public_id()}",
            to=resident.email or "",
            language=resident.language,
            write=write,
            page="account:identities",
            person_id=resident.pk,
        ),
        now=now,
    )


def forget_unlinked(before: dt.datetime, _now: dt.datetime) -> int:
    """Forget the identities last seen before a moment that open nothing and wait for nobody."""
    waiting = Proposal.objects.filter(state=Settled.OPEN, asked_at__isnull=False)
    idle = Identity.objects.filter(person=None, last_seen_at__lt=before)
    return idle.exclude(proposals__in=waiting).delete()[0]


def forget_identities(person_id: uuid.UUID, _now: dt.datetime) -> int:
    """Forget who vouched for a person whose account closes."""
    return Identity.objects.filter(person_id=person_id).delete()[0]
