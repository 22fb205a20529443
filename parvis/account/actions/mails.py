"""Laying out a mail of the account and posting it with what caused it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from parvis.account.actions.wording import Writer
from parvis.account.rules.opening import WAYS_BACK_END, Share
from parvis.kernel import outbox, pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to one address. `cause` names what it is sent for: one cause makes one mail.

    The address it leads to is `page` with `args`, resolved in the language of the mail.
    """

    cause: str
    to: str
    language: str
    write: Writer
    page: str
    args: Mapping[str, str] = field(default_factory=dict)
    person_id: uuid.UUID | None = None


def post(mail: Mail, *, now: dt.datetime) -> None:
    """Write the mail in the caller's transaction; a job sends it.

    Its links start with PARVIS_SITE_URL: what a browser claims the site is called is not asked.
    """
    with translation.override(mail.language):
        wording = mail.write(reverse(mail.page, kwargs=dict(mail.args)))
        context = {
            "wording": wording,
            "url": settings.PARVIS_SITE_URL.rstrip("/") + wording.path,
            "city": settings.PARVIS_CITY_NAME,
            "language": mail.language,
        }
        text = render_to_string("account/mail/message.txt", context)
        html = render_to_string("account/mail/message.html", context)
    outbox.post(
        outbox.Letter(
            message_key=mail.cause,
            to=mail.to,
            subject=wording.subject,
            text=text,
            html=html,
            person_id=mail.person_id,
        ),
        now=now,
    )


def write_within(share: Share, write: Callable[[], None], *, now: dt.datetime) -> None:
    """Write a mail, which does not leave where it is too many for its share of the mails to an
    address; in the caller's transaction."""
    write_to_leave(write, leaves=has_room(share, now=now))


def has_room(share: Share, *, now: dt.datetime) -> bool:
    """Count one more mail of a share, and tell whether it is one of those that may leave."""
    return pace.count(share.key, lasts=WAYS_BACK_END, now=now) <= share.allowed


def write_to_leave(write: Callable[[], None], *, leaves: bool) -> None:
    """Write a mail in the caller's transaction, and undo it where it does not leave."""
    before = transaction.savepoint()
    write()
    # Undone and not left out, which would be quicker: nobody can tell from the time it takes.
    settle = transaction.savepoint_commit if leaves else transaction.savepoint_rollback
    settle(before)
