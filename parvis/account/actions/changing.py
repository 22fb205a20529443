"""Changing what an account is made of: its profile, its address, its password."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial

from allauth.account.models import EmailAddress
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account import events
from parvis.account.actions import devices, mails, sessions, wording
from parvis.account.actions.opening import Profile, ask_confirmation
from parvis.account.actions.wording_identities import enter_from_outside
from parvis.account.models import Recovery, Resident
from parvis.account.queries import people
from parvis.account.queries.identities import owner_by_mail
from parvis.account.rules import opening as rules
from parvis.kernel import facts, register
from parvis.kernel.errors import Refused
from parvis.kernel.ids import new_public_id


@transaction.atomic
def change_profile(*, person_id: uuid.UUID, profile: Profile, now: dt.datetime) -> list[str]:
    """Write the profile and return the names of the fields that changed."""
    resident = Resident.objects.select_for_update().get(pk=person_id, closed_at=None)
    changed = [
        name for name in profile.__slots__ if getattr(resident, name) != getattr(profile, name)
    ]
    if not changed:
        return changed
    for name in changed:
        setattr(resident, name, getattr(profile, name))
    resident.save(update_fields=changed)
    _record("account.profile_changed", person_id, details={"fields": changed}, now=now)
    return changed


@transaction.atomic
def ask_new_address(*, person_id: uuid.UUID, email: str, now: dt.datetime) -> None:
    """Mail a link to the address a person wants; the account keeps its present one until then.

    Whether another account uses the address makes no difference but to what the mail says. The
    same wish sent twice within `rules.PATIENCE` is one wish.

    :raises Refused: `same_address` if it already is the person's address
    """
    resident = Resident.objects.select_for_update().get(pk=person_id, closed_at=None)
    wanted = email.lower()
    if wanted == resident.email:
        raise Refused("same_address", _("Your account already uses this address."), status=400)
    waiting = EmailAddress.objects.filter(user=resident, verified=False)
    waiting.exclude(email=wanted).delete()
    address, is_new = EmailAddress.objects.get_or_create(user=resident, email=wanted)
    if is_new or not people.has_link_since(address.pk, since=now - rules.PATIENCE):
        ask_confirmation(address, language=resident.language, now=now)


@transaction.atomic
def ask_new_password(*, email: str, language: str, share: rules.Share, now: dt.datetime) -> None:
    """Mail a link to choose a new password, or tell an address without account that it has none.

    All cases ask one question, sign one token, lay out one mail; one that is too many for its
    share of the address's mails is written like the others and does not leave. An account that has
    no password and is entered from outside is not opened by mail alone: its owner is told which way
    it opens.
    """
    mails.write_within(share, partial(_mail_way_back, email, language, now=now), now=now)


def _mail_way_back(email: str, language: str, *, now: dt.datetime) -> None:
    owner, is_outside = owner_by_mail(email)
    link = owner is not None and not is_outside
    asker = owner or Resident(email=email)
    token = default_token_generator.make_token(asker)
    mails.post(
        mails.Mail(
            cause=f"account.new_password:{new_public_id()}",
            to=email,
            language=owner.language if owner else language,
            write=_about_password(is_known=owner is not None, is_outside=is_outside),
            page=_page_of_password(is_known=owner is not None, is_outside=is_outside),
            args={"uidb36": asker.pk.hex, "key": token} if link else {},
            person_id=owner.pk if owner else None,
        ),
        now=now,
    )


def _about_password(*, is_known: bool, is_outside: bool) -> wording.Writer:
    if is_outside:
        return enter_from_outside
    return wording.new_password if is_known else wording.no_account


def _page_of_password(*, is_known: bool, is_outside: bool) -> str:
    if is_outside:
        return "account_login"
    return "account_reset_password_from_key" if is_known else "account_signup"


@transaction.atomic
def choose_password(
    resident: Resident, password: str, *, now: dt.datetime, keep_ref: str = ""
) -> None:
    """Give an account a new password: sessions end but the one it is changed from, no device is
    trusted any more, links to choose one die, its owner is told."""
    resident.set_password(password)
    resident.save(update_fields=["password"])
    sessions.end_sessions(person_id=resident.pk, keep_ref=keep_ref, now=now)
    devices.distrust_all(resident.pk)
    # Other attempts to find a way back are over.
    Recovery.objects.filter(person=resident, done_at=None).delete()
    _record("account.password_changed", resident.pk, details={}, now=now)
    fact_id = facts.announce(events.PasswordChanged(person_id=resident.pk), now=now)
    if resident.email:
        mails.post(
            mails.Mail(
                cause=f"account.password_changed:{fact_id}",
                to=resident.email,
                language=resident.language,
                write=wording.password_changed,
                page="account_reset_password",
                person_id=resident.pk,
            ),
            now=now,
        )


def _record(
    action: str, person_id: uuid.UUID, *, details: dict[str, list[str]], now: dt.datetime
) -> None:
    ref = f"person:{person_id}"
    register.record(
        register.Entry(
            action=action, object_ref=ref, actor_ref=ref, details=details, recorded_at=now
        )
    )
