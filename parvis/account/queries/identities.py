"""What one can ask about identities from outside."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q

from parvis.account.models import Identity, Invitation, Proposal, Resident, Settled, Vouching
from parvis.account.queries import people
from parvis.account.queries.people import Person
from parvis.account.rules import identities as rules


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityView:
    """An identity as its owner sees it. `name` is who vouches for it, `told` what that party said:
    names, and the six facts of the civil status."""

    id: uuid.UUID
    vouched_by: str
    name: str
    email: str
    linked_at: dt.datetime | None
    last_seen_at: dt.datetime
    told: dict[str, str]


def _view(row: Identity) -> IdentityView:
    return IdentityView(
        id=row.public_id,
        vouched_by=row.vouched_by,
        name=row.get_vouched_by_display(),
        email=row.email,
        linked_at=row.linked_at,
        last_seen_at=row.last_seen_at,
        told=dict(row.told),
    )


def identities_of(person_id: uuid.UUID) -> list[IdentityView]:
    """Return the identities that open a person's account, oldest first."""
    rows = Identity.objects.filter(person_id=person_id).order_by("linked_at", "pk")
    return [_view(row) for row in rows]


def identity(identity_id: uuid.UUID) -> IdentityView | None:
    """Return an identity, or None."""
    row = Identity.objects.filter(public_id=identity_id).first()
    return _view(row) if row else None


def known(iss: str, sub: str, pivots: Iterable[str]) -> list[rules.Known]:
    """Return the identities that are this one or have its civil status, by keyed digest."""
    rows = Identity.objects.filter(
        Q(iss=iss, sub=sub) | Q(pivot__in=set(pivots), person__closed_at=None)
    )
    return [
        rules.Known(
            iss=row.iss, sub=row.sub, person=row.person_id, pivots=frozenset({row.pivot} - {""})
        )
        for row in rows
    ]


def ways_in(person_id: uuid.UUID) -> int:
    """Return how many ways open an account: a password, each identity, each passkey."""
    resident = Resident.objects.get(pk=person_id)
    passkeys = Authenticator.objects.filter(
        user_id=person_id, type=Authenticator.Type.WEBAUTHN
    ).count()
    identities = Identity.objects.filter(person_id=person_id).count()
    return int(resident.has_usable_password()) + identities + passkeys


def owner_by_mail(email: str) -> tuple[Resident | None, bool]:
    """Return whose account uses an address, and whether it is entered from outside only.

    Such an account has no password, and its address is where its owner can be reached, perhaps
    with others: mail alone does not open it. One question, whoever is known.
    """
    opened = Identity.objects.filter(person=OuterRef("pk"))
    found = Resident.objects.filter(email=email.lower()).annotate(has_identity=Exists(opened))
    owner = found.first()
    return owner, bool(owner and owner.has_identity and not owner.has_usable_password())


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """An identity and the account whose owner has its civil status; one person, perhaps.

    `newcomer` is the account the identity opens by now, None while it opens none.
    """

    id: uuid.UUID
    identity: IdentityView
    owner: Person | None
    newcomer: Person | None
    made_at: dt.datetime
    asked_at: dt.datetime | None
    state: str


def _proposals(rows: Iterable[Proposal]) -> list[ProposalView]:
    found = list(rows)
    ids = {row.person_id for row in found} | {row.identity.person_id for row in found} - {None}
    owners = people.persons(one for one in ids if one)
    return [
        ProposalView(
            id=row.public_id,
            identity=_view(row.identity),
            owner=owners.get(row.person_id),
            newcomer=owners.get(row.identity.person_id) if row.identity.person_id else None,
            made_at=row.made_at,
            asked_at=row.asked_at,
            state=row.state,
        )
        for row in found
    ]


def proposals_of(identity_id: uuid.UUID) -> list[ProposalView]:
    """Return what is proposed for an identity and not settled."""
    rows = Proposal.objects.filter(identity__public_id=identity_id, state=Settled.OPEN)
    return _proposals(rows.select_related("identity").order_by("pk"))


def waiting_proposals(*, limit: int = 100) -> list[ProposalView]:
    """Return the proposals that wait for an agent, oldest first."""
    rows = Proposal.objects.filter(state=Settled.OPEN, asked_at__isnull=False)
    return _proposals(rows.select_related("identity").order_by("asked_at")[:limit])


def proposal(proposal_id: uuid.UUID) -> ProposalView | None:
    """Return one proposal, or None."""
    rows = Proposal.objects.filter(public_id=proposal_id).select_related("identity")
    return next(iter(_proposals(rows)), None)


def waiting_count() -> int:
    """Return how many proposals wait for an agent."""
    return Proposal.objects.filter(state=Settled.OPEN, asked_at__isnull=False).count()


def hash_of(token: str) -> str:
    """Return what is kept of a token of 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation(token: str, *, now: dt.datetime) -> uuid.UUID | None:
    """Return whom an invitation is for while it is good, or None."""
    fresh = Invitation.objects.filter(
        digest=hash_of(token), used_at=None, invited_at__gte=rules.invited_before(now)
    )
    row = fresh.first()
    return row.person_id if row else None


def name_of(vouched_by: str) -> str:
    """Return what people call who vouches."""
    return str(Vouching(vouched_by).label)
