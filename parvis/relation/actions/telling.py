"""Tell people what happened: on their timeline, and by mail where the notice and they want it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from parvis.account.public import Person, persons
from parvis.kernel import outbox
from parvis.kernel.declarations import Notice, Told
from parvis.kernel.facts import Delivered
from parvis.relation import queries
from parvis.relation.models import TimelineEntry
from parvis.relation.permissions import stop_token


def tell_everyone(notice: Notice, delivered: Delivered, *, now: dt.datetime) -> None:
    """Write a fact on the timeline of everyone it concerns and post their mails; twice is once.

    Persons without an open, confirmed account are told nothing.
    """
    people = persons(notice.who(delivered.fact))
    wanting = queries.who_wants_mail(people, topic=notice.topic) if notice.mail else set()
    letters = [
        letter
        for person in people.values()
        if person.id in wanting and (letter := _letter(notice, delivered, person))
    ]
    mailed = {letter.person_id for letter in letters}
    with transaction.atomic():
        TimelineEntry.objects.bulk_create(
            [
                TimelineEntry(
                    person_id=person.id,
                    fact_id=delivered.fact_id,
                    notice_key=notice.key,
                    topic=notice.topic,
                    mailed=person.id in mailed,
                    happened_at=delivered.announced_at,
                    read_at=None if notice.is_news else now,
                )
                for person in people.values()
            ],
            ignore_conflicts=True,
        )
        for letter in letters:
            outbox.post(letter, now=now)


def _letter(notice: Notice, delivered: Delivered, person: Person) -> outbox.Letter | None:
    with translation.override(person.language):
        told = notice.tell(delivered, person.id)
        if told is None:
            return None
        context = _context(notice, told, person)
        return outbox.Letter(
            message_key=f"notice/{notice.key}/{delivered.fact_id}/{person.id}",
            to=person.email,
            subject=told.title,
            text=render_to_string("relation/email/notice.txt", context),
            html=render_to_string("relation/email/notice.html", context),
            headers={
                "List-Unsubscribe": f"<{context['stop_url']}>",
                # RFC 8058: a mail program may unsubscribe with one POST to the link above.
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            person_id=person.id,
        )


def _context(notice: Notice, told: Told, person: Person) -> dict[str, str]:
    token = stop_token(person_id=person.id, topic=notice.topic)
    return {
        "name": person.usual_name,
        "title": told.title,
        "body": told.body,
        "url": _absolute(told.url) if told.url else "",
        "topic": queries.topic_labels().get(notice.topic, notice.topic),
        "stop_url": _absolute(reverse("relation:unsubscribe", args=[token])),
        "choices_url": _absolute(reverse("relation:preferences")),
        "city": settings.PARVIS_CITY_NAME,
        "language": person.language,
    }


def _absolute(path: str) -> str:
    return f"{settings.PARVIS_SITE_URL.rstrip('/')}{path}"
