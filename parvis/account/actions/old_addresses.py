"""What the addresses and phones an account had before hear of a move and of the counter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from parvis.account.actions import mails, phones, wording, wording_recovery
from parvis.account.models import CounterRecovery, Resident
from parvis.account.rules import recovery as rules


def addresses_of(resident: Resident) -> list[str]:
    """Return every address a person has shown to be theirs."""
    shown = EmailAddress.objects.filter(user=resident, verified=True)
    return sorted({resident.email or "", *shown.values_list("email", flat=True)} - {""})


def warn(row: CounterRecovery, token: str, *, now: dt.datetime) -> None:
    """Tell every address and phone that somebody came for the account, with the link to refuse."""
    resident = row.person
    for rank, email in enumerate(addresses_of(resident)):
        mails.post(
            mails.Mail(
                cause=f"account.recovery_opened:{row.public_id}:{rank}",
                to=email,
                language=resident.language,
                write=partial(wording_recovery.recovery_opened, due_at=row.due_at),
                page="account:refuse_recovery",
                args={"token": token},
                person_id=resident.pk,
            ),
            now=now,
        )
    with translation.override(resident.language):
        path = reverse("account:refuse_recovery", kwargs={"token": token})
        words = wording_recovery.text_recovery_opened(settings.PARVIS_SITE_URL.rstrip("/") + path)
    phones.text_every_phone(
        resident,
        cause=f"account.recovery_opened:{row.public_id}",
        words=words,
        useless_at=row.due_at,
        now=now,
    )


def tell_left(
    resident: Resident, left: Sequence[str], *, moved_by: object, now: dt.datetime
) -> None:
    """Tell the addresses an account no longer uses, once for what `moved_by` names."""
    for rank, email in enumerate(left):
        mails.post(
            mails.Mail(
                cause=f"account.email_changed:{moved_by}:{rank}",
                to=email,
                language=resident.language,
                write=wording.address_changed,
                page="account:known",
                person_id=resident.pk,
            ),
            now=now,
        )


def text_lost_phones(row: CounterRecovery, numbers: Sequence[str], *, now: dt.datetime) -> None:
    """Tell the phones the account has just lost, should it not be their owner who came."""
    with translation.override(row.person.language):
        words = wording_recovery.text_recovered()
    phones.text_numbers(
        numbers,
        person_id=row.person_id,
        cause=f"account.recovered:{row.public_id}",
        words=words,
        useless_at=now + rules.NOTICE,
        now=now,
    )
