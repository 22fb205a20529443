"""Closing an account: every module forgets what the law lets it forget, in one transaction."""

from __future__ import annotations

import datetime as dt
import uuid

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import transaction

from parvis.account import events
from parvis.account.actions import mails, wording
from parvis.account.models import Resident, RoleGrant
from parvis.kernel import facts, register
from parvis.kernel.declarations import keeps


@transaction.atomic
def close_account(*, person_id: uuid.UUID, now: dt.datetime) -> bool:
    """Close an account at once; return whether it was open.

    Each module's `erase` is called; the address is free again, every session ends, the personal
    part of the register is shredded. What the person wrote in public stays, without a name.
    Source: GDPR, article 17, and article 17(3)(d) for the archives of a consultation.
    """
    resident = Resident.objects.select_for_update().filter(pk=person_id, closed_at=None).first()
    if resident is None:
        return False
    told = resident.email
    # The account goes last: by its address the others find what they have to forget.
    for keep in sorted(keeps, key=lambda keep: keep.erase is forget_person):
        keep.erase(person_id, now)
    ref = f"person:{person_id}"
    register.shred(ref, now=now)
    facts.shred_facts(aggregate=ref, now=now)
    register.record(
        register.Entry(action="account.closed", object_ref=ref, actor_ref=ref, recorded_at=now)
    )
    fact_id = facts.announce(events.AccountClosed(person_id=person_id), now=now)
    if told:
        _say_goodbye(told, resident.language, fact_id=fact_id, now=now)
    return True


def forget_person(person_id: uuid.UUID, now: dt.datetime) -> int:
    """Forget what the account itself knows of a person; return how many rows changed."""
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
    return 1 + int(addresses) + grants


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
