"""Choose what is mailed, and note what was read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext

from parvis.account.public import person
from parvis.kernel import register
from parvis.kernel.errors import NotFound
from parvis.relation import queries
from parvis.relation.models import Preference, TimelineEntry
from parvis.relation.permissions import StopLink


@transaction.atomic
def choose_mails(*, person_id: uuid.UUID, wanted: Collection[str], now: dt.datetime) -> None:
    """Mail a person exactly the wanted topics among those that can be mailed."""
    for choice in queries.mail_choices(person_id):
        if choice.mail != (choice.key in wanted):
            _choose(person_id, choice.key, mail=not choice.mail, now=now)


@transaction.atomic
def choose_by_link(link: StopLink, *, mail: bool, now: dt.datetime) -> None:
    """Stop a topic, or take it up again, for the person a mail was sent to; twice is once.

    :raises NotFound: if their account is closed
    """
    if person(link.person_id) is None:
        message = gettext("This account is closed: no mail is sent to it any more.")
        raise NotFound("account_closed", message)
    is_wanted = bool(queries.who_wants_mail([link.person_id], topic=link.topic))
    if mail != is_wanted:
        _choose(link.person_id, link.topic, mail=mail, now=now)


def mark_read(
    *, person_id: uuid.UUID, now: dt.datetime, entry_ids: Collection[uuid.UUID] | None = None
) -> int:
    """Note that a person was shown these entries, or their thread so far; return how many were new.

    Without `entry_ids`, what stands further back or has nothing to say any more is old news too.
    """
    shown = TimelineEntry.objects.filter(person_id=person_id, read_at=None, happened_at__lte=now)
    if entry_ids is not None:
        shown = shown.filter(public_id__in=entry_ids)
    return shown.update(read_at=now)


def _choose(person_id: uuid.UUID, topic: str, *, mail: bool, now: dt.datetime) -> None:
    Preference.objects.update_or_create(
        person_id=person_id, topic=topic, defaults={"mail": mail, "chosen_at": now}
    )
    register.record(
        register.Entry(
            action="relation.mail_resumed" if mail else "relation.mail_stopped",
            object_ref=f"person:{person_id}",
            actor_ref=f"person:{person_id}",
            recorded_at=now,
            details={"topic": topic},
        )
    )
