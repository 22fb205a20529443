"""Signing in by a code in a mail: asking for it, typing it."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from parvis.account.actions import factor_wording as wording, mails
from parvis.account.actions.wording_identities import enter_from_outside
from parvis.account.models import MailedCode
from parvis.account.queries.identities import owner_by_mail
from parvis.account.rules import factors as rules
from parvis.account.rules.opening import Share
from parvis.kernel.errors import Refused


@transaction.atomic
def mail_code(*, email: str, language: str, share: Share, now: dt.datetime) -> uuid.UUID:
    """Mail a code to sign in with, or tell an address without account that it has none.

    Return the id under which the code may be typed. All cases ask one question, hash one code,
    write the same rows, lay out one mail; one that is too many for its share does not leave. An
    account that is entered from outside only gets no code, and is told so.
    """
    owner, is_outside = owner_by_mail(email)
    asked = MailedCode(person=None if is_outside else owner, asked_at=now)
    code = rules.new_mailed_code()
    asked.code_hash = _hash(asked.pk, code)
    asked.save(force_insert=True)
    mail = mails.Mail(
        cause=f"account.mailed_code:{asked.pk}",
        to=email,
        language=owner.language if owner else language,
        write=_about_code(code, is_known=owner is not None, is_outside=is_outside),
        page=_page_of_code(is_known=owner is not None, is_outside=is_outside),
        person_id=owner.pk if owner else None,
    )
    mails.write_within(share, partial(mails.post, mail, now=now), now=now)
    return asked.pk


def _about_code(code: str, *, is_known: bool, is_outside: bool) -> wording.Writer:
    if is_outside:
        return enter_from_outside
    return partial(wording.mailed_code, code=code) if is_known else wording.no_account_here


def _page_of_code(*, is_known: bool, is_outside: bool) -> str:
    if is_outside:
        return "account_login"
    return "account:type_code" if is_known else "account_signup"


@transaction.atomic
def try_code(code_id: uuid.UUID, typed: str, *, now: dt.datetime) -> uuid.UUID | None:
    """Return the person whose code was typed, or None if it is a wrong one. A code is good once.

    :raises Refused: `code_too_old` (410) if it was used, tried five times, or asked for more than
        ten minutes ago
    """
    alive = MailedCode.objects.filter(
        pk=code_id,
        used_at=None,
        asked_at__gt=now - rules.MAILED_CODE_LIVES,
        tries__lt=rules.MAILED_CODE_TRIES,
    )
    # Counted before it is looked at: of many tries at one instant five are heard.
    if not alive.update(tries=F("tries") + 1):
        raise code_too_old()
    asked = MailedCode.objects.get(pk=code_id)
    is_right = constant_time_compare(asked.code_hash, _hash(code_id, rules.plain_code(typed)))
    if not is_right or asked.person_id is None:
        return None
    if not MailedCode.objects.filter(pk=code_id, used_at=None).update(used_at=now):
        raise code_too_old()
    return asked.person_id


def code_too_old() -> Refused:
    """Return the refusal of a code that opens nothing any more."""
    return Refused(
        "code_too_old",
        _("This code no longer works. Ask for another one: it takes a minute."),
        status=410,
    )


def forget_codes(*, before: dt.datetime) -> int:
    """Delete the codes asked for before a moment; return how many."""
    return MailedCode.objects.filter(asked_at__lt=before).delete()[0]


def forget_codes_of(person_id: uuid.UUID) -> int:
    """Delete the codes mailed to a person; return how many."""
    return MailedCode.objects.filter(person_id=person_id).delete()[0]


def _hash(code_id: uuid.UUID, code: str) -> str:
    return salted_hmac(
        "parvis.account.mailed_code", f"{code_id}:{code}", algorithm="sha256"
    ).hexdigest()
