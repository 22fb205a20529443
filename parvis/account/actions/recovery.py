"""Ways back into an account by two proofs: a mailed link, a text, a code on paper, a passkey."""

from __future__ import annotations

import datetime as dt
import uuid

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from parvis.account import events
from parvis.account.actions import changing, factors, mails, phones, wording_recovery as wording
from parvis.account.models import CodeUse, CounterRecovery, Phone, PhoneCode, Recovery, Resident
from parvis.account.queries import recovery as queries
from parvis.account.rules import recovery as rules
from parvis.account.rules.recovery import Proof
from parvis.kernel import facts, register, sms
from parvis.kernel.errors import Refused

TASK = "account.send_recovery_text"
QUEUE = "sms"


def begin(*, person_id: uuid.UUID | None, by_mail: bool, now: dt.datetime) -> uuid.UUID:
    """Begin an attempt and return its id; by a mailed link it begins with one proof.

    `person_id` is None for an address without account.
    """
    attempt = Recovery.objects.create(
        person_id=person_id, begun_at=now, mail_at=now if by_mail and person_id else None
    )
    return attempt.public_id


@transaction.atomic
def ask_text(*, recovery_id: uuid.UUID, now: dt.datetime) -> None:
    """Have a job send a code to the phones of the person, if there is one with a phone.

    Here nothing depends on it: one row is touched, one job deferred.

    :raises Refused: `recovery_over`
    """
    attempt = _open(recovery_id, now=now)
    attempt.text_asked_at = now
    attempt.save(update_fields=["text_asked_at"])
    # Django's own connection: the job begins once this transaction is committed.
    manager = JobManager(DjangoConnector())
    configure_task(name=TASK, job_manager=manager, queue=QUEUE).defer(recovery_id=str(recovery_id))


@transaction.atomic
def send_text(*, recovery_id: uuid.UUID, now: dt.datetime) -> int:
    """Send the code that was asked for to each phone of the person; return how many texts."""
    attempt = Recovery.objects.filter(public_id=recovery_id, person__closed_at=None).first()
    if attempt is None or attempt.person_id is None or not sms.is_available():
        return 0
    resident = Resident.objects.select_for_update().get(pk=attempt.person_id)
    numbers = Phone.objects.filter(person=resident).order_by("pk").values_list("number", flat=True)
    use = _use_of_text(attempt)
    if not phones.may_recover(resident.pk, use=use, now=now):
        return 0
    free = [one for one in numbers if phones.may_post(one, use=use, now=now)]
    sent = PhoneCode.objects.filter(person=resident, use=use)
    if sent.filter(sent_at__gte=attempt.text_asked_at).exists():
        # The same job, delivered twice.
        return 0
    for number in free:
        phones.send_code(resident, number, use=use, now=now)
    return len(free)


def _use_of_text(attempt: Recovery) -> CodeUse:
    """Return what a text of an attempt is for: strangers, who show no proof, use up neither the
    texts nor the tries of who has shown one."""
    return CodeUse.SECOND if shown(attempt) else CodeUse.RECOVER


@transaction.atomic
def prove_by_text(*, recovery_id: uuid.UUID, code: str, now: dt.datetime) -> bool:
    """Weigh the code of a text; return whether it is right. A wrong one counts as a try.

    :raises Refused: `recovery_over`
    """
    attempt = _open(recovery_id, now=now)
    # Who has shown another proof may have asked for the text before they did.
    uses = (CodeUse.SECOND, CodeUse.RECOVER) if shown(attempt) else (CodeUse.RECOVER,)
    is_right = any(
        phones.use_code(person_id=attempt.person_id, use=use, typed=code, now=now) for use in uses
    )
    return is_right and _note(attempt, Proof.TEXT, now=now)


@transaction.atomic
def prove_by_code(*, recovery_id: uuid.UUID, code: str, now: dt.datetime) -> bool:
    """Weigh a code of the app or on paper; return whether it is right. On paper it is used up.

    :raises Refused: `recovery_over`; `proof_out_of_turn` before another proof was given
    """
    attempt = _open(recovery_id, now=now)
    if attempt.person_id is None or not rules.may_try(Proof.CODE, shown=shown(attempt)):
        raise Refused("proof_out_of_turn", _("Give the code of the text message first."))
    whose = attempt.person_id
    is_right = factors.use_app_code(person_id=whose, typed=code, now=now) or factors.use_paper_code(
        person_id=whose, typed=code, now=now
    )
    return is_right and _note(attempt, Proof.CODE, now=now)


@transaction.atomic
def note_passkey(*, recovery_id: uuid.UUID, person_id: uuid.UUID | None, now: dt.datetime) -> bool:
    """Note that the passkey of a person answered; return whether it is that of this attempt.

    :raises Refused: `recovery_over`
    """
    attempt = _open(recovery_id, now=now)
    is_theirs = person_id is not None and attempt.person_id == person_id
    return is_theirs and _note(attempt, Proof.PASSKEY, now=now)


def choose_password(
    *, recovery_id: uuid.UUID, password: str, forgets_factors: bool, now: dt.datetime
) -> None:
    """Give the account a new password on two proofs, and forget its lost second steps if asked.

    An attempt does it once. The person is told by mail and on every phone.

    :raises Refused: `recovery_over`, `proofs_missing`
    """
    person_id = queries.person_of(recovery_id, now=now)
    if person_id is None:
        raise recovery_over()
    with transaction.atomic():
        resident = Resident.objects.select_for_update().get(pk=person_id)
        attempt = _open(recovery_id, now=now)
        if not rules.is_enough(shown(attempt)):
            raise Refused("proofs_missing", _("Give another proof first."))
        attempt.done_at = now
        attempt.save(update_fields=["done_at"])
        changing.choose_password(resident, password, now=now)
        if forgets_factors:
            _forget_factors(resident, now=now)
        _announce(resident, now=now)


def forget_factors(person_id: uuid.UUID) -> int:
    """Forget the app, the passkeys and the codes on paper of a person; return how many rows."""
    keys: int = Authenticator.objects.filter(user_id=person_id).delete()[0]
    return keys + factors.forget_paper_codes(person_id)


def _forget_factors(resident: Resident, *, now: dt.datetime) -> None:
    forget_factors(resident.pk)
    if not resident.email:
        return
    mails.post(
        mails.Mail(
            cause=f"account.factors_forgotten:{resident.pk}:{now.isoformat()}",
            to=resident.email,
            language=resident.language,
            write=wording.factors_forgotten,
            page="account:security",
            person_id=resident.pk,
        ),
        now=now,
    )


def _announce(resident: Resident, *, now: dt.datetime) -> None:
    ref = f"person:{resident.pk}"
    register.record(
        register.Entry(action="account.recovered", object_ref=ref, actor_ref=ref, recorded_at=now)
    )
    fact_id = facts.announce(events.AccountRecovered(person_id=resident.pk), now=now)
    with translation.override(resident.language):
        words = wording.text_recovered()
    phones.text_every_phone(
        resident,
        cause=f"account.recovered:{fact_id}",
        words=words,
        useless_at=now + rules.NOTICE,
        now=now,
    )


def shown(attempt: Recovery) -> set[Proof]:
    """Return the proofs an attempt holds."""
    return {proof for proof in Proof if getattr(attempt, f"{proof}_at") is not None}


def _note(attempt: Recovery, proof: Proof, *, now: dt.datetime) -> bool:
    setattr(attempt, f"{proof}_at", now)
    attempt.save(update_fields=[f"{proof}_at"])
    return True


def _open(recovery_id: uuid.UUID, *, now: dt.datetime) -> Recovery:
    rows = queries.open_attempts(now=now).select_for_update(of=("self",))
    found = rows.filter(public_id=recovery_id).first()
    if found is None:
        raise recovery_over()
    return found


def forget_of(person_id: uuid.UUID, _now: dt.datetime) -> int:
    """Forget the ways back a person looked for; what they opened as an agent loses their name."""
    attempts = Recovery.objects.filter(person_id=person_id).delete()[0]
    theirs = CounterRecovery.objects.filter(person_id=person_id).delete()[0]
    opened = CounterRecovery.objects.filter(opened_by_id=person_id).update(opened_by=None)
    return attempts + theirs + opened


def recovery_over() -> Refused:
    """Return the refusal of an attempt that is done, too old, or never began."""
    return Refused(
        "recovery_over",
        _("Too much time has passed, or the password has been chosen already. Begin again."),
        status=410,
        way=(_("Begin again"), reverse("account:recover")),
    )


def forget_old(*, now: dt.datetime) -> int:
    """Delete the attempts that are over; the register keeps what came of them."""
    return Recovery.objects.filter(begun_at__lte=rules.begun_since(now)).delete()[0]
