"""What relation keeps about people."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from parvis.account.public import person
from parvis.kernel import outbox
from parvis.kernel.declarations import Held, Keeps, Moves, Reads, Rule, Stays, keeps, moves, reads
from parvis.relation.models import Preference, TimelineEntry

# How long the words of a sent mail stay, for a person who says it never came.
WORDS_STAY_DAYS = 30


def _erase_timeline(person_id: uuid.UUID, _now: dt.datetime) -> int:
    return TimelineEntry.objects.filter(person_id=person_id).delete()[0]


def _erase_choices(person_id: uuid.UUID, _now: dt.datetime) -> int:
    return Preference.objects.filter(person_id=person_id).delete()[0]


def _erase_mails(person_id: uuid.UUID, _now: dt.datetime) -> int:
    known = person(person_id)
    return outbox.forget_person(person_id, email=known.email if known else "")


def _forget_words(before: dt.datetime, _now: dt.datetime) -> int:
    return outbox.forget_words(before=before)


keeps.declare(
    Keeps(
        key="relation.timeline",
        label=_("Your thread with the City"),
        personal=_("Your thread with the City: what happened, when, and whether you read it."),
        retention=_("Kept as long as your account is open; erased with it."),
        held=(
            Held(
                model="relation.TimelineEntry",
                label=_("Lines of your thread"),
                by=("person",),
                others=("fact_id",),
            ),
        ),
        erase=_erase_timeline,
    ),
    Keeps(
        key="relation.choices",
        label=_("Notices by e-mail"),
        personal=_("The notices that you want by e-mail, and those that you stopped."),
        retention=_("Kept as long as your account is open; erased with it."),
        held=(
            Held(
                model="relation.Preference",
                label=_("Notices that you chose or stopped"),
                by=("person",),
            ),
        ),
        erase=_erase_choices,
    ),
    Keeps(
        key="relation.mails",
        label=_("E-mails sent to you"),
        personal=_(
            "The e-mails that the City sent you: address, subject, text, and when they left."
        ),
        retention=_("Address and text are erased 30 days after sending, or with your account."),
        held=(
            Held(
                model="kernel.OutgoingMail",
                label=_("E-mails"),
                by=("person_id",),
                # The same words are in the text.
                secret=("html",),
                # The last mail says that the account is closed; nothing but its address is kept.
                stays=Stays(
                    what=_("The mail that confirms the closing, until it has left."),
                    law=_("GDPR, article 12, paragraph 3: you are told what was done."),
                    days=WORDS_STAY_DAYS,
                ),
            ),
        ),
        rules=(
            Rule(
                key="relation.words",
                what=_("Address and words of e-mails that were sent"),
                days=WORDS_STAY_DAYS,
                forget=_forget_words,
            ),
        ),
        erase=_erase_mails,
    ),
    Keeps(
        key="relation.demo_mails",
        label=_("E-mails of the demonstration"),
        personal=_(
            "In a demonstration only: the e-mails that it would have sent, readable by all."
        ),
        retention=_(
            "Kept until the demonstration is emptied; does not exist in a city in service."
        ),
        held=(Held(model="relation.DemoMail"),),
        about_people=settings.PARVIS_DEMO,
    ),
)
reads.declare(
    Reads(
        key="relation.uncertain_mails",
        what=_("saw the address of a mail to you that may not have left"),
        why=_("to find out whether it arrived"),
    )
)
moves.declare(
    Moves(
        key="relation",
        columns=(("relation.TimelineEntry", "person"), ("relation.Preference", "person")),
    )
)
