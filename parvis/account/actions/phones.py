"""What one can do with a phone: show that it is one's own, add it, remove it."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from parvis.account import events
from parvis.account.actions import mails, wording_recovery as wording
from parvis.account.actions.wording import Writer
from parvis.account.models import CodeUse, Phone, PhoneCode, Resident
from parvis.account.rules import phones as rules
from parvis.kernel import facts, register, sms
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.ids import new_public_id

_SALT = "parvis.account.phone_code"


def read_number(typed: str) -> str:
    """Return a number as E.164 writes it.

    :raises Refused: `not_a_number`, `no_texts`
    """
    try:
        return rules.read_number(typed, region=getattr(settings, "PARVIS_PHONE_REGION", "FR"))
    except ValueError as error:
        sentences = {
            "not_a_number": _("This is not a phone number. Type it with its ten digits."),
            "no_texts": _("This number cannot receive text messages. Give that of a mobile phone."),
        }
        raise Refused(str(error), sentences[str(error)], status=400) from error


@transaction.atomic
def ask_code(*, person_id: uuid.UUID, number: str, now: dt.datetime) -> None:
    """Send a code to a number the person wants to add.

    Whether another account has the number makes no difference but to what the text says. The same
    wish within half a minute is one wish.

    :raises Refused: `no_text_messages`, `same_phone`, `too_many_phones`, `too_many_codes` (429)
    """
    resident = Resident.objects.select_for_update().get(pk=person_id, closed_at=None)
    _refuse_phone(person_id, number)
    if rules.is_just_sent(_sent(PhoneCode.objects.filter(person=resident, number=number)), now=now):
        return
    if not may_send(number, person_id=person_id, now=now):
        raise Refused(
            "too_many_codes",
            _("A code has just left. Wait half a minute; after five codes, an hour."),
            status=429,
        )
    is_taken = Phone.objects.filter(number=number).exclude(person=resident).exists()
    send_code(resident, number, use=CodeUse.ADD, is_taken=is_taken, now=now)


def _refuse_phone(person_id: uuid.UUID, number: str) -> None:
    if not sms.is_available():
        raise Refused("no_text_messages", _("The City does not send text messages for now."))
    mine = set(Phone.objects.filter(person_id=person_id).values_list("number", flat=True))
    if number in mine:
        raise Refused("same_phone", _("This phone is already yours."), status=400)
    if len(mine) >= rules.PHONES_PER_PERSON:
        raise Refused(
            "too_many_phones",
            _("You have %(count)s phones already. Remove one first.") % {"count": len(mine)},
        )


def may_send(number: str, *, person_id: uuid.UUID, now: dt.datetime) -> bool:
    """Tell whether a code may leave: few in an hour, for a person and for a number."""
    # Whoever opens many accounts does not ring one telephone all night.
    codes = PhoneCode.objects.filter(Q(person_id=person_id) | Q(number=number))
    return rules.may_send(_sent(codes.filter(sent_at__gt=rules.counted_since(now))), now=now)


def _sent(codes: QuerySet[PhoneCode]) -> list[dt.datetime]:
    return list(codes.values_list("sent_at", flat=True))


def send_code(
    resident: Resident, number: str, *, use: str, now: dt.datetime, is_taken: bool = False
) -> None:
    """Write a code down as a hash and post it to the number; in the caller's transaction.

    A number of another account is told so instead: nobody knows the code that was written down.
    """
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}}"
    public_id = new_public_id()
    PhoneCode.objects.create(
        public_id=public_id,
        person=resident,
        number=number,
        use=use,
        fingerprint=_fingerprint(public_id, code),
        sent_at=now,
    )
    with translation.override(resident.language):
        words = wording.text_taken() if is_taken else wording.text_code(code)
    sms.post(
        sms.Text(
            message_key=f"account.phone_code:{public_id}",
            to=number,
            text=words,
            useless_at=now + rules.CODE_LIFE,
            person_id=resident.pk,
        ),
        now=now,
    )


def _fingerprint(public_id: uuid.UUID, code: str) -> str:
    # A million codes are soon tried: the hash is keyed by what the database does not hold.
    return salted_hmac(_SALT, f"{public_id}:{code}", algorithm="sha256").hexdigest()


def use_code(
    *, person_id: uuid.UUID | None, use: str, typed: str, now: dt.datetime, number: str = ""
) -> bool:
    """Weigh a code against those sent to a person, once; return whether it is one of them.

    Each try counts, right or wrong: the caller commits it. For nobody (None) the answer is no, and
    the same questions are asked.
    """
    live = PhoneCode.objects.filter(
        person_id=person_id,
        use=use,
        used_at=None,
        sent_at__gt=rules.live_since(now),
        tries__lt=rules.CODE_TRIES,
    )
    if number:
        live = live.filter(number=number)
    held = list(live.select_for_update().order_by("pk"))
    live.update(tries=F("tries") + 1)
    code = rules.read_code(typed)
    right = [
        row.pk
        for row in held
        if constant_time_compare(row.fingerprint, _fingerprint(row.public_id, code))
    ]
    if not right:
        return False
    # The others sent for the same thing have had their day.
    PhoneCode.objects.filter(person_id=person_id, use=use, used_at=None).update(used_at=now)
    return True


def add_phone(*, person_id: uuid.UUID, number: str, code: str, now: dt.datetime) -> None:
    """Add the number whose code the person typed, and tell them by mail.

    :raises Refused: `wrong_code` if it is wrong, too old, tried too often, or the number taken
    """
    if not _add(person_id=person_id, number=number, code=code, now=now):
        raise wrong_code()


def wrong_code() -> Refused:
    """Return the refusal of a code that is not, or no longer, good."""
    return Refused(
        "wrong_code",
        _("This code is not, or no longer, the right one. Type it again, or ask for another."),
        status=400,
    )


@transaction.atomic
def _add(*, person_id: uuid.UUID, number: str, code: str, now: dt.datetime) -> bool:
    # The try counts although nothing is added: that is why no refusal is raised in here.
    resident = Resident.objects.select_for_update().get(pk=person_id, closed_at=None)
    if not use_code(person_id=person_id, use=CodeUse.ADD, typed=code, now=now, number=number):
        return False
    if Phone.objects.filter(person=resident).count() >= rules.PHONES_PER_PERSON:
        return False
    try:
        with transaction.atomic():
            Phone.objects.create(person=resident, number=number, verified_at=now)
    except IntegrityError:
        # Another account showed the same number at the same moment.
        return False
    _record("account.phone_added", resident.pk, now=now)
    fact_id = facts.announce(events.PhoneAdded(person_id=resident.pk), now=now)
    _tell(
        resident,
        f"account.phone_added:{fact_id}",
        partial(wording.phone_added, number=number),
        now=now,
    )
    return True


@transaction.atomic
def note_shown(*, person_id: uuid.UUID, number: str, now: dt.datetime) -> bool:
    """Add a number without a code, for a demonstration and tests; return whether it is new."""
    return Phone.objects.get_or_create(
        number=number, defaults={"person_id": person_id, "verified_at": now}
    )[1]


@transaction.atomic
def remove_phone(*, person_id: uuid.UUID, phone_id: uuid.UUID, now: dt.datetime) -> None:
    """Remove a phone of a person, and tell them by mail.

    :raises NotFound: if it is not theirs, or no longer
    """
    resident = Resident.objects.select_for_update().get(pk=person_id, closed_at=None)
    phone = Phone.objects.filter(person=resident, public_id=phone_id).first()
    if phone is None:
        raise NotFound("unknown_phone", _("This phone is no longer linked to your account."))
    number = phone.number
    phone.delete()
    PhoneCode.objects.filter(person=resident, number=number, used_at=None).update(used_at=now)
    _record("account.phone_removed", resident.pk, now=now)
    fact_id = facts.announce(events.PhoneRemoved(person_id=resident.pk), now=now)
    _tell(
        resident,
        f"account.phone_removed:{fact_id}",
        partial(wording.phone_removed, number=number),
        now=now,
    )


def text_every_phone(
    resident: Resident, *, cause: str, words: str, useless_at: dt.datetime, now: dt.datetime
) -> int:
    """Post one text to each phone of a person, in the caller's transaction; return how many."""
    if not sms.is_available():
        return 0
    numbers = Phone.objects.filter(person=resident).order_by("pk").values_list("number", flat=True)
    for rank, number in enumerate(numbers):
        sms.post(
            sms.Text(
                message_key=f"{cause}:{rank}",
                to=number,
                text=words,
                useless_at=useless_at,
                person_id=resident.pk,
            ),
            now=now,
        )
    return len(numbers)


def forget_old_codes(*, now: dt.datetime) -> int:
    """Delete the codes that are good for nothing and count for nothing any more."""
    return PhoneCode.objects.filter(sent_at__lt=rules.counted_since(now)).delete()[0]


def forget_phones(person_id: uuid.UUID, _now: dt.datetime) -> int:
    """Forget the phones of a person and what was sent to them; return how many rows."""
    codes = PhoneCode.objects.filter(person_id=person_id).delete()[0]
    phones = Phone.objects.filter(person_id=person_id).delete()[0]
    return codes + phones + sms.forget_person(person_id)


def _record(action: str, person_id: uuid.UUID, *, now: dt.datetime) -> None:
    ref = f"person:{person_id}"
    register.record(register.Entry(action=action, object_ref=ref, actor_ref=ref, recorded_at=now))


def _tell(resident: Resident, cause: str, write: Writer, *, now: dt.datetime) -> None:
    # An account of FranceConnect may have no address yet.
    if not resident.email:
        return
    mails.post(
        mails.Mail(
            cause=cause,
            to=resident.email,
            language=resident.language,
            write=write,
            page="account:phones",
            person_id=resident.pk,
        ),
        now=now,
    )
