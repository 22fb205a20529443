"""Closing an account: every module forgets what the law lets it forget, in one transaction; and the
same taken back, to show beforehand what goes and what stays."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import transaction

from parvis.account import events
from parvis.account.actions import mails, roles, wording
from parvis.account.models import Resident, RoleGrant
from parvis.account.queries import rights
from parvis.account.queries.merging import brought_into
from parvis.account.rules import rights as rules
from parvis.kernel import clock, facts, holdings, reading, register
from parvis.kernel.declarations import Held, Keeps, keeps
from parvis.kernel.errors import Refused


@transaction.atomic
def close_account(*, person_id: uuid.UUID, now: dt.datetime) -> bool:
    """Close an account at once; return whether it was open.

    Each module's `erase` is called; the address is free again, every session ends, the personal
    part of the register is shredded. What the person wrote in public stays, without a name.
    Source: GDPR, article 17, and article 17(3)(d) for the archives of a consultation.

    :raises Refused: with the code of a module that refuses, its name before the sentence; nothing
        is erased then, in no module
    """
    resident = Resident.objects.select_for_update().filter(pk=person_id, closed_at=None).first()
    if resident is None:
        return False
    told = resident.email
    # What stayed behind in accounts that were brought into this one goes with it.
    for one in (*brought_into(person_id), person_id):
        # The account goes last: by its address the others find what they have to forget.
        for keep in sorted(keeps, key=lambda keep: keep.erase is forget_person):
            _erase(keep, one, now=now)
    ref = f"person:{person_id}"
    register.shred(ref, now=now)
    reading.shred(ref, now=now)
    facts.shred_facts(aggregate=ref, now=now)
    register.record(
        register.Entry(action="account.closed", object_ref=ref, actor_ref=ref, recorded_at=now)
    )
    fact_id = facts.announce(events.AccountClosed(person_id=person_id), now=now)
    if told:
        _say_goodbye(told, resident.language, fact_id=fact_id, now=now)
    return True


def _erase(keep: Keeps, person_id: uuid.UUID, *, now: dt.datetime) -> None:
    try:
        keep.erase(person_id, now)
    except Refused as refusal:
        sentence = f"{rights.called(keep)} — {refusal.message}"
        raise Refused(refusal.code, sentence, status=refusal.status) from refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What closing does to the rows of one kind; `until` is None where what stays, stays for
    good."""

    label: str
    left: rules.Left
    what: str
    law: str
    until: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingModule:
    """What closing does to what one module keeps about a person."""

    key: str
    label: str
    kinds: tuple[Leaving, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What would go and what would stay, module by module; `refusal` is the sentence of the module
    that would stop it all, or ""."""

    modules: tuple[LeavingModule, ...]
    refusal: str

    @property
    def stays(self) -> bool:
        """Tell whether anything would stay."""
        return any(kind.left.stays for module in self.modules for kind in module.kinds)


def rehearse_closing(*, person_id: uuid.UUID, now: dt.datetime) -> Rehearsal:
    """Close the account, look at every row that was the person's, and take it all back.

    What it tells is therefore what closing does, and cannot be otherwise.
    """
    held = [(keep, one) for keep in rights.about_people() for one in rights.about_a_person(keep)]
    try:
        with transaction.atomic():
            before = {one.model: holdings.keys(one, person_id) for _keep, one in held}
            close_account(person_id=person_id, now=now)
            left = {one.model: _left(one, person_id, before[one.model]) for _keep, one in held}
            transaction.set_rollback(True)
    except Refused as refusal:
        return Rehearsal(modules=(), refusal=refusal.message)
    modules = {keep.key: keep for keep, _one in held}
    told = (_leaving(keep, left, now=now) for keep in modules.values())
    return Rehearsal(modules=tuple(module for module in told if module.kinds), refusal="")


def _left(held: Held, person_id: uuid.UUID, before: set[Any]) -> rules.Left:
    return rules.what_is_left(
        before=before,
        there=holdings.still_there(held, before),
        after=holdings.keys(held, person_id),
    )


def _leaving(keep: Keeps, left: dict[str, rules.Left], *, now: dt.datetime) -> LeavingModule:
    kinds = [
        _kind(held, left[held.model], now=now)
        for held in rights.about_a_person(keep)
        if left[held.model].erased or left[held.model].stays
    ]
    return LeavingModule(key=keep.key, label=rights.called(keep), kinds=tuple(kinds))


def _kind(held: Held, left: rules.Left, *, now: dt.datetime) -> Leaving:
    stays = held.stays if left.stays else None
    return Leaving(
        label=rights.kinds(held),
        left=left,
        what=str(stays.what) if stays else "",
        law=str(stays.law) if stays else "",
        until=rules.stays_until(clock.city_day(now), stays.days) if stays else None,
    )


def forget_person(person_id: uuid.UUID, now: dt.datetime) -> int:
    """Forget what the account itself knows of a person; return how many rows changed.

    :raises Refused: `last_administrator` if nobody would be left who can give roles
    """
    roles.refuse_to_leave_nobody(person_id, now=now)
    resident = Resident.objects.select_for_update().get(pk=person_id)
    resident.email = None
    resident.usual_name = ""
    resident.civil_name = ""
    resident.residence = resident.work = resident.heart = None
    resident.last_login = None
    resident.closed_at = now
    # A password nobody can type ends every session, wherever it is open.
    resident.set_unusable_password()
    resident.save()
    addresses, _kinds = EmailAddress.objects.filter(user_id=person_id).delete()
    grants, _kinds = RoleGrant.objects.filter(person_id=person_id).delete()
    given = RoleGrant.objects.filter(granted_by_id=person_id).update(granted_by=None)
    taken = RoleGrant.objects.filter(ended_by_id=person_id).update(ended_by=None)
    return 1 + int(addresses) + grants + given + taken


def forget_sessions(*, now: dt.datetime) -> int:
    """Delete the sessions that have run out; return how many."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]


def _say_goodbye(to: str, language: str, *, fact_id: uuid.UUID, now: dt.datetime) -> None:
    mails.post(
        mails.Mail(
            cause=f"account.closed:{fact_id}",
            to=to,
            language=language,
            write=wording.account_closed,
            page="portal:home",
        ),
        now=now,
    )
