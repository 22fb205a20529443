"""A way back into an account at the counter: an agent opens it, the old addresses may refuse."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from parvis.account import events
from parvis.account.actions import (
    changing,
    devices,
    mails,
    old_addresses,
    phones,
    wording_recovery,
)
from parvis.account.actions.recovery import forget_factors
from parvis.account.models import CounterRecovery, Outcome, Resident, Role
from parvis.account.queries import people, recovery as queries
from parvis.account.queries.people import Person
from parvis.account.rules import recovery as rules
from parvis.kernel import facts, reading, register
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.kernel.prepared import Prepared

_TOKEN_BYTES = 32
_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What an agent writes down of a person at the counter; `paper` is a kind, never a number."""

    person_id: uuid.UUID
    email: str
    reason: str
    paper: str


@transaction.atomic
def open_recovery(request: Request, *, by: Person, now: dt.datetime) -> uuid.UUID:
    """Open a recovery, tell every old address and phone, and return its id.

    :raises NotFound: `unknown_person`
    :raises Forbidden: `outside_territory`, `own_recovery`, `staff_by_administrator`
    :raises Refused: `recovery_is_open` if one is, `address_taken`
    """
    resident = _person(request.person_id)
    _refuse_agent(resident, by)
    email = request.email.lower()
    owner = people.owner_of(email)
    if owner is not None and owner.pk != resident.pk:
        raise address_taken()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    try:
        with transaction.atomic():
            row = CounterRecovery.objects.create(
                person=resident,
                opened_by_id=by.id,
                reason=request.reason,
                paper=request.paper,
                email=email,
                opened_at=now,
                due_at=rules.due_at(now),
                refusal_hash=queries.hash_of(token),
            )
    except IntegrityError as error:
        # Two agents, or one agent twice: the database let one of them through.
        raise Refused(
            "recovery_is_open",
            _("A recovery is open for this person already. It is in the list, with its date."),
        ) from error
    _record(row, "account.recovery_opened", by=by.id, personal={"reason": row.reason}, now=now)
    facts.announce(events.RecoveryOpened(person_id=resident.pk), now=now)
    old_addresses.warn(row, token, now=now)
    return row.public_id


def _person(person_id: uuid.UUID) -> Resident:
    open_accounts = Resident.objects.filter(confirmed_at__isnull=False, closed_at=None)
    resident = open_accounts.select_for_update().filter(pk=person_id).first()
    if resident is None:
        raise unknown_person()
    return resident


def unknown_person() -> NotFound:
    """Return the refusal of somebody who has no open account."""
    return NotFound("unknown_person", _("This person has no open account."))


def note_looks(person_ids: Iterable[uuid.UUID], *, by: uuid.UUID, now: dt.datetime) -> None:
    """Write in the reading log whom an agent was shown while looking for a person."""
    reading.note(
        *(
            reading.Reading(
                reader_ref=f"person:{by}", person_ref=f"person:{person_id}", what="account.recovery"
            )
            for person_id in person_ids
        ),
        now=now,
    )


def _require_reach(by: Person, resident: Resident) -> None:
    """Refuse who is no agent where a person lives: a whole account is put into their hands."""
    if not by.reach(Role.AGENT, Role.ADMINISTRATOR).covers(resident.residence):
        message = _("Your role does not reach the arrondissement where this person lives.")
        raise Forbidden("outside_territory", message)


def _refuse_agent(resident: Resident, by: Person) -> None:
    _require_reach(by, resident)
    if by.id == resident.pk:
        raise Forbidden("own_recovery", _("Somebody else has to open this for you."))
    about = people.person(resident.pk)
    administers = by.holds(Role.ADMINISTRATOR, territory=resident.residence)
    if about and about.is_staff_member and not administers:
        raise Forbidden(
            "staff_by_administrator",
            _("This person works for the City: an administrator opens this for them."),
        )


def address_taken() -> Refused:
    """Return the refusal of an address that is another account's."""
    return Refused(
        "address_taken",
        _("Another account uses this address. The person has to give another one."),
    )


@transaction.atomic
def refuse_by_link(token: str, *, now: dt.datetime) -> bool:
    """Refuse a recovery by the link of a warning; return whether it was open."""
    about = queries.refusable(token)
    if about is None:
        raise NotFound("unknown_link", _("This link is not complete. Copy it again from the mail."))
    return _stop(about.person_id, Outcome.REFUSED, now=now, only=about.id)


@transaction.atomic
def refuse_signed_in(*, person_id: uuid.UUID, now: dt.datetime) -> bool:
    """Refuse the open recovery of who is signed in; return whether there was one."""
    return _stop(person_id, Outcome.REFUSED, now=now)


def stop_at_sign_in(*, person_id: uuid.UUID, now: dt.datetime) -> bool:
    """Stop the open recovery of a person who signs in: they have lost nothing."""
    # Nearly everybody has none: nothing is locked for them.
    if _open_recovery.first(person_id) is None:
        return False
    with transaction.atomic():
        return _stop(person_id, Outcome.SIGNED_IN, now=now)


_open_recovery: Prepared[CounterRecovery] = Prepared(
    lambda person_id: CounterRecovery.objects.filter(person_id=person_id, settled_at=None)[:1],
    uuid.UUID,
)


@transaction.atomic
def withdraw(*, recovery_id: uuid.UUID, by: Person, now: dt.datetime) -> bool:
    """Withdraw a recovery, as an agent decides; return whether it was open.

    :raises NotFound: `unknown_recovery`
    :raises Forbidden: `outside_territory`
    """
    rows = CounterRecovery.objects.select_related("person").filter(public_id=recovery_id)
    row = rows.first()
    if row is None:
        raise NotFound("unknown_recovery", _("There is no such recovery."))
    _require_reach(by, row.person)
    return _stop(row.person_id, Outcome.WITHDRAWN, now=now, only=recovery_id, by=by.id)


def _stop(
    person_id: uuid.UUID,
    outcome: Outcome,
    *,
    now: dt.datetime,
    only: uuid.UUID | None = None,
    by: uuid.UUID | None = None,
) -> bool:
    """Settle the open recovery of a person, tell the address that waited for it, and say why."""
    row = _locked(person_id)
    if row is None or (only is not None and row.public_id != only):
        return False
    _settle_as(row, outcome, now=now)
    _record(row, "account.recovery_stopped", by=by, now=now, how=outcome.value)
    facts.announce(events.RecoveryStopped(person_id=person_id, how=outcome.value), now=now)
    mails.post(
        mails.Mail(
            cause=f"account.recovery_stopped:{row.public_id}",
            to=row.email,
            language=row.person.language,
            write=wording_recovery.recovery_stopped,
            page="portal:home",
        ),
        now=now,
    )
    return True


def _locked(person_id: uuid.UUID) -> CounterRecovery | None:
    rows = CounterRecovery.objects.select_for_update(of=("self",)).select_related("person")
    return rows.filter(person_id=person_id, settled_at=None).first()


def _settle_as(row: CounterRecovery, outcome: Outcome, *, now: dt.datetime) -> None:
    row.outcome = outcome
    row.settled_at = now
    row.save(update_fields=["outcome", "settled_at"])


def send_due_links(*, now: dt.datetime) -> int:
    """Send the link of each recovery nobody refused within a day; return how many left.

    Each is its own transaction: two workers, or a kill, send each link once.
    """
    return sum(_send_link(person_id, now=now) for person_id in _due(now))


def _due(now: dt.datetime) -> Iterable[uuid.UUID]:
    waiting = CounterRecovery.objects.filter(
        person__closed_at=None, settled_at=None, link_sent_at=None, due_at__lte=now
    )
    return list(waiting.order_by("due_at").values_list("person_id", flat=True)[:_AT_ONCE])


@transaction.atomic
def _send_link(person_id: uuid.UUID, *, now: dt.datetime) -> bool:
    row = _locked(person_id)
    if row is None or row.link_sent_at is not None or row.due_at > now:
        return False
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row.link_hash = queries.hash_of(token)
    row.link_sent_at = now
    row.save(update_fields=["link_hash", "link_sent_at"])
    _record(row, "account.recovery_link_sent", by=None, now=now)
    mails.post(
        mails.Mail(
            cause=f"account.recovery_link:{row.public_id}",
            to=row.email,
            language=row.person.language,
            write=wording_recovery.recovery_link,
            page="account:recover_at_counter",
            args={"token": token},
            person_id=person_id,
        ),
        now=now,
    )
    return True


def expire_links(*, now: dt.datetime) -> int:
    """Settle the recoveries whose link was not used within a day; return how many."""
    old = CounterRecovery.objects.filter(settled_at=None, link_sent_at__lte=now - rules.LINK_LIFE)
    return old.update(outcome=Outcome.EXPIRED, settled_at=now)


def forget_settled(*, before: dt.datetime) -> int:
    """Delete the recoveries settled before a moment; the register keeps that they were."""
    return CounterRecovery.objects.filter(settled_at__lt=before).delete()[0]


def recover(*, token: str, password: str, now: dt.datetime) -> uuid.UUID:
    """Give a person their account back, once: new address, new password; lost proofs are gone.

    :raises Refused: `link_too_old` (410), `address_taken`
    """
    about = queries.by_link(token, now=now)
    if about is None:
        raise link_too_old()
    try:
        with transaction.atomic():
            _recover(about, password, now=now)
    except IntegrityError as error:
        raise address_taken() from error
    return about.person_id


def link_too_old() -> Refused:
    """Return the refusal of a link that opens nothing any more."""
    return Refused(
        "link_too_old",
        _("This link no longer works: it was used, refused, or is more than a day old."),
        status=410,
    )


def _recover(about: queries.AtCounter, password: str, *, now: dt.datetime) -> None:
    resident = _person(about.person_id)
    row = _locked(resident.pk)
    if row is None or row.public_id != about.id:
        raise link_too_old()
    owner = people.owner_of(row.email)
    if owner is not None and owner.pk != resident.pk:
        raise address_taken()
    _settle_as(row, Outcome.RECOVERED, now=now)
    numbers = phones.numbers_of(resident.pk)
    # What the person says they lost, somebody else may have found.
    phones.forget_phones(resident.pk, now)
    forget_factors(resident.pk)
    devices.distrust_all(resident.pk)
    _move(resident, row, now=now)
    changing.choose_password(resident, password, now=now)
    old_addresses.text_lost_phones(row, numbers, now=now)
    _record(row, "account.recovered_at_counter", by=resident.pk, now=now)
    facts.announce(events.AccountRecovered(person_id=resident.pk), now=now)


def _move(resident: Resident, row: CounterRecovery, *, now: dt.datetime) -> None:
    """Give the account the one address at which its link was read, and tell the old ones."""
    left = [email for email in old_addresses.addresses_of(resident) if email != row.email]
    EmailAddress.objects.filter(user=resident).exclude(email=row.email).delete()
    EmailAddress.objects.update_or_create(
        user=resident, email=row.email, defaults={"verified": True, "primary": True}
    )
    if resident.email != row.email:
        resident.email = row.email
        resident.save(update_fields=["email"])
        facts.announce(events.EmailChanged(person_id=resident.pk), now=now)
    old_addresses.tell_left(resident, left, moved_by=row.public_id, now=now)


def _record(
    row: CounterRecovery,
    action: str,
    *,
    by: uuid.UUID | None,
    now: dt.datetime,
    personal: dict[str, str] | None = None,
    how: str = "",
) -> None:
    details = {"paper": row.paper} | ({"how": how} if how else {})
    register.record(
        register.Entry(
            action=action,
            object_ref=f"person:{row.person_id}",
            actor_ref=f"person:{by}" if by else "",
            channel="counter" if by else "program",
            details=details,
            personal=personal or {},
            recorded_at=now,
        )
    )
