"""Signing in by a code in a mail: asking for it, typing it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
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
from parvis.kernel import pace
from parvis.kernel.errors import Refused

_SHARED = "parvis.account.shared_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What goes out for one who asks: the code as it is typed, and whether it is the one shared by
    all who ask for this address; `leaves` tells whether any mail does."""

    code: str
    is_shared: bool
    leaves: bool


@transaction.atomic
def mail_code(*, email: str, language: str, share: Share, now: dt.datetime) -> uuid.UUID:
    """Mail a code to sign in with, or tell an address without account that it has none.

    Return the id under which the code may be typed. All cases ask one question, hash one code,
    write the same rows, lay out one mail; one that is too many for its share does not leave. An
    account that is entered from outside only gets no code, and is told so.

    Once the share is used up, one code serves whoever asked for the address: it is mailed to its
    owner, if there is one, once in ten minutes. Strangers who go on asking keep nobody out.
    """
    owner, is_outside = owner_by_mail(email)
    asked = MailedCode(person=None if is_outside else owner, asked_at=now)
    sent = _what_leaves(asked, share, now=now)
    asked.code_hash = _hash(asked.pk, sent.code)
    asked.save(force_insert=True)
    mail = mails.Mail(
        cause=f"account.mailed_code:{asked.pk}",
        to=email,
        language=owner.language if owner else language,
        write=_about_code(sent, is_known=owner is not None, is_outside=is_outside),
        page=_page_of_code(is_known=owner is not None, is_outside=is_outside),
        person_id=owner.pk if owner else None,
    )
    mails.write_to_leave(partial(mails.post, mail, now=now), leaves=sent.leaves)
    return asked.pk


def _what_leaves(asked: MailedCode, share: Share, *, now: dt.datetime) -> _Sent:
    span = rules.span_of(now)
    is_shared = not mails.has_room(share, now=now)
    own, shared = rules.new_mailed_code(), _shared_code(asked, span)
    # Counted where nothing is shared too: who watches finds the same steps at the owner's home.
    door = f"{share.key}:{'shared' if is_shared else 'own'}:{span}"
    is_first = pace.count(door, lasts=rules.MAILED_CODE_LIVES, now=now) == 1
    return _Sent(
        code=shared if is_shared else own,
        is_shared=is_shared,
        leaves=not is_shared or (is_first and asked.person is not None),
    )


def _about_code(sent: _Sent, *, is_known: bool, is_outside: bool) -> wording.Writer:
    if is_outside:
        return enter_from_outside
    about = wording.shared_code if sent.is_shared else wording.mailed_code
    return partial(about, code=sent.code) if is_known else wording.no_account_here


def _page_of_code(*, is_known: bool, is_outside: bool) -> str:
    if is_outside:
        return "account_login"
    return "account:type_code" if is_known else "account_signup"


@transaction.atomic
def try_code(code_id: uuid.UUID, typed: str, *, now: dt.datetime) -> uuid.UUID | None:
    """Return the person whose code was typed, or None if it is a wrong one. A code is good once.

    A browser takes its own code, and the one that serves all who asked for its address.

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
    plain = rules.plain_code(typed)
    is_own = constant_time_compare(asked.code_hash, _hash(code_id, plain))
    is_shared = _is_shared(asked, plain, now=now)
    if not (is_own or is_shared) or asked.person_id is None:
        return None
    if not MailedCode.objects.filter(pk=code_id, used_at=None).update(used_at=now):
        raise code_too_old()
    if is_shared and _uses(asked, plain, now=now) > 1:
        raise code_too_old()
    return asked.person_id


def _is_shared(asked: MailedCode, plain: str, *, now: dt.datetime) -> bool:
    span = rules.span_of(now)
    alive = [_shared_code(asked, one) for one in (span, span - 1)]
    return any(constant_time_compare(plain, one) for one in alive)


def _shared_code(asked: MailedCode, span: int) -> str:
    """Return the code that serves all who ask for one address in a span of time: made anew from
    the secret of the city, it is kept nowhere."""
    about = f"{asked.person_id or asked.pk}:{span}"
    return rules.shared_code(salted_hmac(_SHARED, about, algorithm="sha256").digest())


def _uses(asked: MailedCode, plain: str, *, now: dt.datetime) -> int:
    used = salted_hmac(f"{_SHARED}:used", f"{asked.person_id}:{plain}", algorithm="sha256")
    return pace.count(f"{_SHARED}:{used.hexdigest()}", lasts=2 * rules.MAILED_CODE_LIVES, now=now)


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
