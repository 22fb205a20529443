"""What the City tells who reported a case: everybody, the same words, once each."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from parvis.kernel import outbox, register
from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.models import Case, Message, Step
from parvis.streets.queries import access, told
from parvis.streets.queries.life_words import refusal
from parvis.streets.rules import life

LONGEST = 1000


def tell_of_step(case: Case, step: Step, *, now: dt.datetime) -> Message:
    """Tell who reported what happened to a locked case; in the caller's transaction.

    What is said when the City waits for the reporters is a question to them.
    """
    reason = step.reason
    message = Message.objects.create(
        case=case,
        step=step,
        text=step.public_note or (reason.text_fr if reason else step.after.means_fr),
        asks=step.after_id == life.WAITING,
        actor_ref=step.actor_ref,
        sent_at=now,
    )
    _announce(case, message, now)
    return message


@transaction.atomic
def tell(
    *, case_id: uuid.UUID, text: str, actor: str, now: dt.datetime, is_public: bool = True
) -> Message:
    """Send everybody who reported a case a message that changes nothing, and return it.

    :raises NotFound: `no_case`
    :raises Refused: `text_missing`, `text_too_long`
    """
    words = cleaned(text)
    case = Case.objects.select_for_update(of=("self",), no_key=True).filter(pk=case_id).first()
    if case is None:
        raise refusal("no_case")
    message = Message.objects.create(
        case=case, text=words, is_public=is_public, actor_ref=actor, sent_at=now
    )
    register.record(
        register.Entry(
            action="streets.reporters_told",
            object_ref=f"streets.case:{case.id}",
            actor_ref=actor,
            recorded_at=now,
        )
    )
    _announce(case, message, now)
    return message


def cleaned(text: str) -> str:
    """Return a text as it is kept.

    :raises Refused: `text_missing`, `text_too_long`
    """
    words = "\n".join(line.rstrip() for line in text.replace("\x00", "").strip().splitlines())
    if not words:
        raise refusal("text_missing")
    if len(words) > LONGEST:
        raise refusal("text_too_long")
    return words


def write_to_addresses(message_id: uuid.UUID, *, now: dt.datetime) -> int:
    """Write to each reporter who left an address and no account, in their language, with the link
    that only they know; twice is once. Return how many are written to.

    Who is told by their account, under the same address, is not written to a second time.
    """
    letters = [_letter(one) for one in told.letters(message_id)]
    with transaction.atomic():
        for letter in letters:
            outbox.post(letter, now=now)
    return len(letters)


def _letter(to: told.Addressee) -> outbox.Letter:
    with translation.override(to.report.language):
        words = told.words(to.message)
        link = access.link_of(to.report)
        context = {
            "city": settings.PARVIS_CITY_NAME,
            "language": to.report.language,
            "title": words.title,
            "body": words.body,
            "asks": to.message.asks,
            "url": settings.PARVIS_SITE_URL.rstrip("/") + link,
        }
        return outbox.Letter(
            message_key=f"streets.told:{to.message.pk}:{to.report.pk}",
            to=to.report.email,
            subject=words.title,
            text=render_to_string("streets/mail/told.txt", context),
            html=render_to_string("streets/mail/told.html", context),
        )


def _announce(case: Case, message: Message, now: dt.datetime) -> None:
    announce(
        events.ReportersTold(
            case_id=case.id, code=case.code, message_id=message.id, asks=message.asks
        ),
        now=now,
    )
