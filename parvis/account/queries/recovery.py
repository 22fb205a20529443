"""What one can ask about ways back into an account."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.db.models import Q, QuerySet

from parvis.account.models import CounterRecovery, Outcome, Paper, Phone, Recovery, Resident
from parvis.account.queries import factors, people
from parvis.account.queries.reaching import within
from parvis.account.rules import recovery as rules
from parvis.account.rules.recovery import Proof
from parvis.account.rules.roles import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt by two proofs, as its page shows it.

    Which ways there are is told only once a proof was given: before, `offers` is what any account
    might have.
    """

    id: uuid.UUID
    person_id: uuid.UUID | None
    shown: frozenset[Proof]
    offers: tuple[Proof, ...]
    text_asked_at: dt.datetime | None
    has_factors: bool

    @property
    def is_enough(self) -> bool:
        """Tell whether a new password may be chosen."""
        return rules.is_enough(self.shown)


@dataclass(frozen=True, slots=True)
class Asker:
    """What shows that who asks about an address may be its owner: a device they signed in with
    before (`has_device`), a network where their account is open (`is_at_home`)."""

    has_device: bool
    is_at_home: bool


# One question for a known and an unknown address; the hash is that of `device_hash`.
_ASKER = """
SELECT
    EXISTS (SELECT FROM residents_device device JOIN owner ON owner.id = device.person_id
        WHERE device.token_hash =
            encode(sha256(convert_to(owner.id || ':' || %(token)s, 'UTF8')), 'hex')),
    EXISTS (SELECT FROM residents_opensession open JOIN owner ON owner.id = open.person_id
        WHERE open.address <<= %(place)s::inet)
"""
_OWNER = "WITH owner AS (SELECT id FROM residents_resident WHERE email = %(email)s)"


def asked_by_owner(email: str, *, token: str, place: str) -> Asker:
    """Return what speaks for the owner of an address, in lower case, where a request comes from a
    device with this cookie ("" for none) and from this network."""
    with connection.cursor() as cursor:
        cursor.execute(_OWNER + _ASKER, {"email": email, "token": token, "place": place})
        return Asker(*cursor.fetchone())


def open_attempts(*, now: dt.datetime) -> QuerySet[Recovery]:
    """Return the attempts that can still go on."""
    alive = Q(person=None) | Q(person__closed_at=None)
    return Recovery.objects.filter(alive, begun_at__gt=rules.begun_since(now), done_at=None)


def person_of(recovery_id: uuid.UUID, *, now: dt.datetime) -> uuid.UUID | None:
    """Return whose attempt this is, or None for nobody's or one that is over."""
    found = open_attempts(now=now).filter(public_id=recovery_id).values_list("person_id", flat=True)
    return found.first()


def attempt(recovery_id: uuid.UUID | None, *, now: dt.datetime) -> Attempt | None:
    """Return an attempt that can still go on, or None."""
    row = open_attempts(now=now).filter(public_id=recovery_id).first() if recovery_id else None
    if row is None:
        return None
    shown = frozenset(proof for proof in Proof if getattr(row, f"{proof}_at") is not None)
    offers = _offers(row.person_id) if shown and row.person_id else (Proof.TEXT, Proof.PASSKEY)
    return Attempt(
        id=row.public_id,
        person_id=row.person_id,
        shown=shown,
        offers=tuple(proof for proof in offers if proof not in shown),
        text_asked_at=row.text_asked_at,
        has_factors=bool(shown and row.person_id and factors.has_second_factor(row.person_id)),
    )


def _offers(person_id: uuid.UUID) -> list[Proof]:
    held = factors.factors_of(person_id)
    has = {
        Proof.TEXT: Phone.objects.filter(person_id=person_id).exists(),
        Proof.CODE: bool(held.app or held.codes_left),
        Proof.PASSKEY: bool(held.passkeys),
    }
    return [proof for proof, is_there in has.items() if is_there]


def whose_link(*, uidb36: str, key: str) -> uuid.UUID | None:
    """Return whose link to choose a password this is, if it still works, or None."""
    resident = Resident.objects.filter(pk=uuid.UUID(hex=uidb36), closed_at=None).first()
    works = resident is not None and default_token_generator.check_token(resident, key)
    return resident.pk if resident and works else None


def address_of(person_id: uuid.UUID) -> str:
    """Return the address of an account, "" without one."""
    return Resident.objects.values_list("email", flat=True).get(pk=person_id) or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtCounter:
    """A recovery opened at the counter. `outcome` is "" while it is open, else a word for people.

    `email` is the new address, only for the agents who opened it and the person.
    """

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    email: str
    reason: str
    paper: str
    opened_by: uuid.UUID | None
    opened_at: dt.datetime
    due_at: dt.datetime
    link_sent_at: dt.datetime | None
    outcome: str
    settled_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether it can still be refused."""
        return self.settled_at is None


def hash_of(token: str) -> str:
    """Return what is kept of a random token of 256 bits: as good as the token, and useless."""
    return hashlib.sha256(token.encode()).hexdigest()


def at_counter(reach: Reach, *, limit: int = 50) -> list[AtCounter]:
    """Return the recoveries opened at the counter for people who live within reach, the open ones
    first, then the newest."""
    rows = CounterRecovery.objects.select_related("person").filter(
        within(reach, "person__residence")
    )
    shown = [*rows.filter(settled_at=None).order_by("due_at")[:limit]]
    shown += [*rows.filter(settled_at__isnull=False).order_by("-settled_at")[:limit]]
    return [_at_counter(row) for row in shown]


def open_at_counter_count(reach: Reach) -> int:
    """Return how many recoveries at the counter are open for people who live within reach."""
    return CounterRecovery.objects.filter(
        within(reach, "person__residence"), settled_at=None
    ).count()


def refusable(token: str) -> AtCounter | None:
    """Return what a link to refuse is about, open or not, or None."""
    row = CounterRecovery.objects.select_related("person").filter(refusal_hash=hash_of(token))
    return _at_counter(found) if (found := row.first()) else None


def open_for(person_id: uuid.UUID) -> AtCounter | None:
    """Return the open recovery of a person, or None."""
    rows = CounterRecovery.objects.select_related("person").filter(settled_at=None)
    return _at_counter(found) if (found := rows.filter(person_id=person_id).first()) else None


def by_link(token: str, *, now: dt.datetime) -> AtCounter | None:
    """Return what a link sent to a new address opens, or None if it no longer opens anything."""
    rows = CounterRecovery.objects.select_related("person").filter(settled_at=None)
    found = rows.filter(link_hash=hash_of(token)).first()
    if found is None or found.link_sent_at is None or rules.link_died(found.link_sent_at, now=now):
        return None
    return _at_counter(found)


def _at_counter(row: CounterRecovery) -> AtCounter:
    return AtCounter(
        id=row.public_id,
        person_id=row.person_id,
        name=row.person.usual_name,
        email=row.email,
        reason=row.reason,
        paper=str(Paper(row.paper).label),
        opened_by=row.opened_by_id,
        opened_at=row.opened_at,
        due_at=row.due_at,
        link_sent_at=row.link_sent_at,
        outcome=str(Outcome(row.outcome).label) if row.outcome else "",
        settled_at=row.settled_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Somebody an agent looks for: enough to know them from a paper, no more."""

    id: uuid.UUID
    usual_name: str
    civil_name: str
    email: str
    has_role: bool


def look_for(typed: str, reach: Reach) -> list[Found]:
    """Return the open accounts with this very address, or whose names hold what was typed, of
    people who live within reach."""
    words = typed.strip()
    if len(words) < rules.SEARCH_MIN_LENGTH:
        return []
    by_name = Q(civil_name__icontains=words) | Q(usual_name__icontains=words)
    known = people.open_accounts().filter(within(reach, "residence"))
    rows = known.filter(Q(email=words.lower()) | by_name).order_by("usual_name")
    return [_found(row) for row in rows[: rules.FOUND]]


def one_found(person_id: uuid.UUID, reach: Reach) -> Found | None:
    """Return the person an agent has picked, or None if there is no such open account in reach."""
    row = people.open_accounts().filter(within(reach, "residence"), pk=person_id).first()
    return _found(row) if row else None


def _found(row: Resident) -> Found:
    known = people.to_person(row)
    return Found(
        id=known.id,
        usual_name=known.usual_name,
        civil_name=known.civil_name,
        email=mask_address(known.email),
        has_role=known.is_staff_member,
    )


def mask_address(email: str) -> str:
    """Return an address of which its owner knows the rest."""
    local, _at, domain = email.partition("@")
    return f"{local[:2]}…@{domain}" if local else ""
