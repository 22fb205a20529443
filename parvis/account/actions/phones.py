"""What one can do with a phone: show that it is one's own, add it, remove it."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from parvis.account import events
from parvis.account.actions import mails, wording_recovery as wording
from parvis.account.actions.wording import Writer
from parvis.account.models import CodeUse, Phone, PhoneCode, Resident
from parvis.account.rules import phones as rules
from parvis.kernel import facts, register, sms
from parvis.kernel.errors import NotFound, Refused

TASK, QUEUE = "account.send_phone_code", "sms"
_SALT = "parvis.account.phone_code"
_NOBODYS = uuid.UUID(int=0)
# Counted and read in one step, in the order of all: what a code of somebody costs more than none
# is one row.
_TRY = """
WITH live AS (
    SELECT id FROM residents_phonecode
    WHERE person_id = %(person)s AND use = %(use)s AND used_at IS NULL AND sent_at > %(since)s
        AND tries < %(tries)s AND (%(number)s = '' OR number = %(number)s)
    ORDER BY id FOR UPDATE
)
UPDATE residents_phonecode AS code SET tries = tries + 1 FROM live WHERE code.id = live.id
RETURNING code.id, code.public_id, code.fingerprint
"""


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
    """Have a job send a code to a number the person wants to add.

    What other people have to do with that number makes no difference here, to the answer or to the
    work it takes: whether another account has it, or it got as many codes as it may. The same wish
    within half a minute is one wish.

    :raises Refused: `no_text_messages`, `same_phone`, `too_many_phones`, `too_many_codes` (429) for
        what this person asked for, whatever the number
    """
    resident = Resident.objects.select_for_update().get(pk=person_id, closed_at=None)
    _refuse_phone(person_id, number)
    since = rules.counted_since(now)
    own = PhoneCode.objects.filter(person=resident, use=CodeUse.ADD, sent_at__gt=since)
    if rules.is_just_sent(_sent(own.filter(number=number)), now=now):
        return
    if not rules.may_send(_sent(own), now=now):
        raise Refused(
            "too_many_codes",
            _("A code has just left. Wait half a minute; after five codes, an hour."),
            status=429,
        )
    asked = PhoneCode.objects.create(
        person=resident, number=number, use=CodeUse.ADD, fingerprint="", sent_at=now
    )
    # Django's own connection: the job begins once this transaction is committed.
    manager = JobManager(DjangoConnector())
    job = configure_task(name=TASK, job_manager=manager, queue=QUEUE, lock=_one_by_one(number))
    job.defer(code_id=str(asked.public_id))


@transaction.atomic
def post_asked(*, code_id: uuid.UUID, now: dt.datetime) -> bool:
    """Post the code that was asked for, unless its number got as many as it may; return whether it
    left. A job that is delivered twice posts it once."""
    waiting = PhoneCode.objects.select_for_update(of=("self",)).select_related("person")
    row = waiting.filter(
        public_id=code_id, posted_at=None, person__closed_at=None, sent_at__gt=rules.live_since(now)
    ).first()
    if row is None or not sms.is_available():
        return False
    if not may_post(row.number, use=row.use, now=row.sent_at):
        return False
    is_taken = Phone.objects.filter(number=row.number).exclude(person=row.person).exists()
    _post(row, is_taken=is_taken, now=now)
    return True


def _one_by_one(number: str) -> str:
    """Return the lock of the jobs of a number: each counts what the one before it posted."""
    return f"sms/code/{salted_hmac(_SALT, number, algorithm='sha256').hexdigest()}"


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


def may_post(number: str, *, use: str, now: dt.datetime) -> bool:
    """Tell whether a code may leave for a number: few in an hour, whoever asks for them.

    Who has shown a proof before is counted apart: strangers, who have not, take none of theirs.
    """
    # Whoever opens many accounts does not ring one telephone all night.
    since = rules.counted_since(now)
    left = PhoneCode.objects.filter(number=number, posted_at__isnull=False, sent_at__gt=since)
    is_apart = use == CodeUse.SECOND
    alike = left.filter(use=use) if is_apart else left.exclude(use=CodeUse.SECOND)
    return rules.may_send(_sent(alike), now=now)


def may_recover(person_id: uuid.UUID, *, use: str, now: dt.datetime) -> bool:
    """Tell whether codes may leave for who has forgotten the password: few in an hour, before
    another proof was shown (`CodeUse.RECOVER`) and after (`SECOND`)."""
    since = rules.counted_since(now)
    rows = PhoneCode.objects.filter(person_id=person_id, use=use, sent_at__gt=since)
    return rules.may_send(_sent(rows), now=now)


def _sent(codes: QuerySet[PhoneCode]) -> list[dt.datetime]:
    return list(codes.values_list("sent_at", flat=True))


def send_code(resident: Resident, number: str, *, use: str, now: dt.datetime) -> None:
    """Write a code down as a hash and post it to the number; in the caller's transaction."""
    _post(PhoneCode(person=resident, number=number, use=use, sent_at=now), now=now)


def _post(row: PhoneCode, *, now: dt.datetime, is_taken: bool = False) -> None:
    """Draw a code and post it. A number of another account is told so instead: nobody knows the
    code that was written down."""
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}}"
    row.fingerprint, row.posted_at = _fingerprint(row.public_id, code), now
    row.save()
    with translation.override(row.person.language):
        words = wording.text_taken() if is_taken else wording.text_code(code)
    sms.post(
        sms.Text(
            message_key=f"account.phone_code:{row.public_id}",
            to=row.number,
            text=words,
            useless_at=row.sent_at + rules.CODE_LIFE,
            person_id=row.person_id,
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
    asked: dict[str, Any] = {"person": person_id, "use": use, "number": number}
    asked |= {"since": rules.live_since(now), "tries": rules.CODE_TRIES}
    with connection.cursor() as cursor:
        cursor.execute(_TRY, asked)
        held = cursor.fetchall()
    code = rules.read_code(typed)
    # For nobody one is weighed as well, which no code fits.
    right = [
        pk
        for pk, public_id, fingerprint in held or [(0, _NOBODYS, "")]
        if constant_time_compare(fingerprint, _fingerprint(public_id, code))
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


def numbers_of(person_id: uuid.UUID) -> list[str]:
    """Return the numbers of the phones of a person."""
    rows = Phone.objects.filter(person_id=person_id).order_by("pk")
    return list(rows.values_list("number", flat=True))


def text_every_phone(
    resident: Resident, *, cause: str, words: str, useless_at: dt.datetime, now: dt.datetime
) -> int:
    """Post one text to each phone of a person, in the caller's transaction; return how many."""
    numbers = numbers_of(resident.pk)
    return text_numbers(
        numbers, person_id=resident.pk, cause=cause, words=words, useless_at=useless_at, now=now
    )


def text_numbers(
    numbers: Sequence[str],
    *,
    person_id: uuid.UUID,
    cause: str,
    words: str,
    useless_at: dt.datetime,
    now: dt.datetime,
) -> int:
    """Post one text about a person to each number, in the caller's transaction; return how many."""
    if not sms.is_available():
        return 0
    for rank, number in enumerate(numbers):
        sms.post(
            sms.Text(
                message_key=f"{cause}:{rank}",
                to=number,
                text=words,
                useless_at=useless_at,
                person_id=person_id,
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
