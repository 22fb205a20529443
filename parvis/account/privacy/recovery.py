"""What the account keeps about phones and ways back, and what an agent at the counter reads."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from parvis.account.actions import counter, phones, recovery
from parvis.kernel import sms
from parvis.kernel.declarations import Held, Keeps, Reads, Rule, Stays, keeps, reads

# How long the number of a text stays, for a person who says it never came.
_TEXTS_STAY_DAYS = 30
_RECOVERIES_STAY_DAYS = 365


def _forget_texts(before: dt.datetime, now: dt.datetime) -> int:
    return sms.forget_old(before=before, now=now)


def _forget_recoveries(before: dt.datetime, _now: dt.datetime) -> int:
    return counter.forget_settled(before=before)


keeps.declare(
    Keeps(
        key="account.phones",
        label=_("Phones"),
        personal=_("The numbers of your phones, and when a code or a warning was sent to them."),
        retention=_(
            "A number, until you remove it; a code, an hour; a text message loses its words once "
            "it has left and is deleted after 30 days."
        ),
        held=(
            Held(model="residents.Phone", label=_("Phones"), by=("person",)),
            Held(
                model="residents.PhoneCode",
                label=_("Codes sent to phones"),
                by=("person",),
                secret=("fingerprint",),
                others=("public_id",),
            ),
            Held(
                model="kernel.OutgoingText",
                label=_("Text messages"),
                by=("person_id",),
                # A message on its way may hold a code.
                secret=("text",),
                others=("public_id",),
            ),
        ),
        rules=(
            Rule(
                key="account.texts",
                what=_("Text messages that were sent"),
                days=_TEXTS_STAY_DAYS,
                forget=_forget_texts,
            ),
        ),
        erase=phones.forget_phones,
        order=13,
    ),
    Keeps(
        key="account.recoveries",
        label=_("Ways back into your account"),
        personal=_(
            "When you asked for a way back and with which proofs; at the counter, which agent saw "
            "which kind of paper, and why."
        ),
        retention=_("An attempt by two proofs, an hour; one at the counter, a year."),
        held=(
            Held(
                model="residents.Recovery",
                label=_("Attempts by two proofs"),
                by=("person",),
                others=("public_id",),
            ),
            Held(
                model="residents.CounterRecovery",
                label=_("Recoveries at the counter"),
                by=("person",),
                agents=("opened_by",),
                # The address is the person's own, the archive may be the agent's.
                secret=("refusal_hash", "link_hash", "email"),
                others=("public_id",),
                stays=Stays(
                    what=_("For whom you opened a recovery as an agent: it stands in their file."),
                    law=_("Whoever it concerns may know who did it (GDPR, article 15)."),
                    days=_RECOVERIES_STAY_DAYS,
                ),
            ),
        ),
        rules=(
            Rule(
                key="account.recoveries",
                what=_("Recoveries at the counter that are settled"),
                days=_RECOVERIES_STAY_DAYS,
                forget=_forget_recoveries,
            ),
        ),
        erase=recovery.forget_of,
        order=14,
    ),
)
reads.declare(
    Reads(
        key="account.recovery",
        what=_("looked you up at the counter"),
        why=_("Somebody asked for a way back into an account."),
    )
)
