"""The outbox: a mail is written with what caused it, and handed over to the relay at most once."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import smtplib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.generator import BytesGenerator
from email.utils import format_datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import F
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from parvis.kernel import clock
from parvis.kernel.models import MailState, OutgoingMail

TASK = "kernel.send_mail"
QUEUE = "mail"

# Ten tries, 3, 9, 27… seconds apart, like facts: a relay down for a night loses nothing.
_RETRIES = RetryStrategy(max_attempts=10, exponential_wait=3)
_CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_OURS = {"from", "to", "cc", "bcc", "subject", "date", "message-id", "sender"}
_ACCEPTED = 2
_NO_WORDS: dict[str, Any] = {
    "recipient": "",
    "subject": "",
    "text": "",
    "html": "",
    "headers": {},
    "last_error": "",
}


class NotTaken(Exception):
    """The relay said no, before or after it had read the message: it may be tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to one address; `message_key` is stable for one cause and one addressee.

    `person_id` names the person the mail is about: it is deleted with their account. `headers` may
    hold List-Unsubscribe, List-Unsubscribe-Post, Reply-To and the like, never the ones we write.
    """

    message_key: str
    to: str
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    person_id: uuid.UUID | None = None


def post(letter: Letter, *, now: dt.datetime) -> uuid.UUID:
    """Write the mail and defer its sending, both in the caller's transaction; return its public id.

    A second letter with the same message key changes nothing and returns the first one's id.

    :raises RuntimeError: outside a transaction, where the mail could outlive what caused it
    :raises ValueError: if a header's name is not one, or is one of those we write ourselves
    :raises django.core.exceptions.ValidationError: if the address is not one
    """
    if not connection.in_atomic_block:
        msg = f"the mail {letter.message_key} was posted outside a transaction"
        raise RuntimeError(msg)
    validate_email(letter.to)
    mail, is_new = OutgoingMail.objects.get_or_create(
        message_key=letter.message_key,
        defaults={
            "person_id": letter.person_id,
            "recipient": letter.to,
            "subject": one_line(letter.subject)[:250],
            "text": letter.text.replace("\x00", ""),
            "html": letter.html.replace("\x00", ""),
            "headers": _clean_headers(letter.headers),
            "posted_at": now,
            "changed_at": now,
        },
    )
    if is_new:
        _defer(mail.public_id)
    return mail.public_id


def one_line(value: str) -> str:
    """Return a header's value without the control characters that could forge another header."""
    return _CONTROL.sub(" ", value).strip()


def message_id(message_key: str) -> str:
    """Return the Message-ID of a mail: the same at every try, so that a double shows."""
    host = urlsplit(settings.PARVIS_SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(message_key.encode()).hexdigest()[:40]}@{host}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A mail as it stands in the outbox; `state` is one of MailState."""

    id: uuid.UUID
    message_key: str
    person_id: uuid.UUID | None
    recipient: str
    subject: str
    state: str
    posted_at: dt.datetime
    changed_at: dt.datetime
    tries: int
    last_error: str

    @property
    def kind(self) -> str:
        """Return what the mail is for, without a word of it: the key of its notice or cause."""
        first, _slash, rest = self.message_key.partition("/")
        return rest.partition("/")[0] if first == "notice" else first.partition(":")[0]

    @property
    def message_id(self) -> str:
        """Return the name under which the log of the relay knows the mail."""
        return message_id(self.message_key)


def uncertain(*, limit: int = 200) -> list[Posted]:
    """Return the mails of which nobody knows whether they left, oldest first."""
    rows = OutgoingMail.objects.filter(state=MailState.UNCERTAIN).order_by("changed_at")[:limit]
    return [_posted(row) for row in rows]


def uncertain_count() -> int:
    """Return how many mails wait for a person to decide."""
    return OutgoingMail.objects.filter(state=MailState.UNCERTAIN).count()


def posted(mail_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Posted]:
    """Return the mails with these ids, in one query."""
    rows = OutgoingMail.objects.filter(public_id__in=set(mail_ids))
    return {row.public_id: _posted(row) for row in rows}


def posted_about(person_id: uuid.UUID) -> list[Posted]:
    """Return the mails posted about a person, newest first."""
    rows = OutgoingMail.objects.filter(person_id=person_id).order_by("-posted_at")
    return [_posted(row) for row in rows]


@transaction.atomic
def resend(mail_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Send an uncertain mail again, as a person decided; return False if it is not uncertain."""
    again = _settle(mail_id, MailState.WAITING, now=now)
    if again:
        _defer(mail_id)
    return again


@transaction.atomic
def mark_delivered(mail_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Note that an uncertain mail did arrive; return False if it is not uncertain."""
    return _settle(mail_id, MailState.SENT, now=now)


def give_up_on(*, since: dt.datetime, now: dt.datetime) -> int:
    """Make uncertain what has been half handed over since before `since`; return how many."""
    stuck = OutgoingMail.objects.filter(state=MailState.HANDING_OVER, changed_at__lt=since)
    return stuck.update(state=MailState.UNCERTAIN, changed_at=now)


def forget_words(*, before: dt.datetime) -> int:
    """Empty the address and the words of mails sent before a moment; their keys stay."""
    sent = OutgoingMail.objects.filter(state=MailState.SENT, changed_at__lt=before)
    return sent.exclude(recipient="").update(**_NO_WORDS)


def forget_person(person_id: uuid.UUID, *, email: str = "") -> int:
    """Delete the mails about a person, and the words of those already sent to their address."""
    gone, _ = OutgoingMail.objects.filter(person_id=person_id).delete()
    if not email:
        return gone
    sent = OutgoingMail.objects.filter(state=MailState.SENT, recipient__iexact=email)
    return gone + sent.update(**_NO_WORDS)


@app.task(name=TASK, retry=_RETRIES, queue=QUEUE)
def send_mail(mail_id: str) -> None:
    """Hand one mail over to the relay; an exception means that it will be tried again later."""
    hand_over(uuid.UUID(mail_id), now=clock.now())


def hand_over(mail_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Hand one waiting mail over; one found half handed over becomes uncertain.

    :raises NotTaken: if the relay cannot be reached or says no; the mail stays waiting
    """
    mail = OutgoingMail.objects.filter(public_id=mail_id).first()
    # A mail that left with its account is no longer owed.
    if mail is None:
        return
    if mail.state == MailState.HANDING_OVER:
        _move(mail, MailState.HANDING_OVER, MailState.UNCERTAIN, now=now)
    if mail.state != MailState.WAITING:
        return
    backend = get_connection()
    if isinstance(backend, SmtpBackend):
        _by_smtp(mail, backend, now=now)
    elif getattr(backend, "stores_in_our_database", False):
        _by_our_database(mail, backend, now=now)
    else:
        _by_backend(mail, backend, now=now)


def _by_smtp(mail: OutgoingMail, backend: SmtpBackend, *, now: dt.datetime) -> None:
    """Talk to the relay up to RCPT, commit that we hand over, and only then give the message."""
    message = _message(mail)
    try:
        server = _open(backend, mail, sender=message.from_email)
        if _move(mail, MailState.WAITING, MailState.HANDING_OVER, now=now):
            _give(server, mail, _wire(message), now=now)
    except NotTaken as error:
        _note(mail, error, now=now)
        raise
    finally:
        backend.close()


def _open(backend: SmtpBackend, mail: OutgoingMail, *, sender: str) -> smtplib.SMTP:
    try:
        backend.open()
        server = backend.connection
        if server is None:
            raise NotTaken("no connection to the relay")
        server.ehlo_or_helo_if_needed()
        replies = [
            server.mail(sanitize_address(sender, "utf-8")),
            server.rcpt(sanitize_address(mail.recipient, "utf-8")),
        ]
    except (smtplib.SMTPException, OSError) as error:
        raise NotTaken(repr(error)) from error
    for code, reply in replies:
        if code // 100 != _ACCEPTED:
            raise NotTaken(_said(code, reply))
    return server


def _said(code: int, reply: bytes | str) -> str:
    return f"{code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}"


def _wire(message: EmailMultiAlternatives) -> bytes:
    written = BytesIO()
    BytesGenerator(written, mangle_from_=False).flatten(message.message(), linesep="\r\n")
    return written.getvalue()


def _give(server: smtplib.SMTP, mail: OutgoingMail, message: bytes, *, now: dt.datetime) -> None:
    code: int
    reply: bytes | str
    try:
        code, reply = server.data(message)
    except smtplib.SMTPDataError as error:
        # The relay refused the DATA command itself: it never saw the message.
        code, reply = error.smtp_code, error.smtp_error
    except (smtplib.SMTPException, OSError) as error:
        _note(mail, error, now=now)
        _move(mail, MailState.HANDING_OVER, MailState.UNCERTAIN, now=now)
        return
    if code // 100 != _ACCEPTED:
        _move(mail, MailState.HANDING_OVER, MailState.WAITING, now=now)
        raise NotTaken(_said(code, reply))
    _move(mail, MailState.HANDING_OVER, MailState.SENT, now=now)


def _by_our_database(mail: OutgoingMail, backend: BaseEmailBackend, *, now: dt.datetime) -> None:
    """A backend that writes to this database is exact: what it stores and what we note are one."""
    with transaction.atomic():
        if _move(mail, MailState.WAITING, MailState.SENT, now=now):
            backend.send_messages([_message(mail)])


def _by_backend(mail: OutgoingMail, backend: BaseEmailBackend, *, now: dt.datetime) -> None:
    """Any other backend does not tell how far it went: a failure is uncertain."""
    if not _move(mail, MailState.WAITING, MailState.HANDING_OVER, now=now):
        return
    try:
        backend.send_messages([_message(mail)])
    except Exception as error:
        _note(mail, error, now=now)
        _move(mail, MailState.HANDING_OVER, MailState.UNCERTAIN, now=now)
        raise
    _move(mail, MailState.HANDING_OVER, MailState.SENT, now=now)


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    ours = {
        "Message-ID": message_id(mail.message_key),
        "Date": format_datetime(mail.posted_at),
        # RFC 3834: no program answers a program.
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.recipient],
        headers={**mail.headers, **ours},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _move(mail: OutgoingMail, before: str, after: str, *, now: dt.datetime) -> bool:
    """Change the state if it still is what we think; only one of two programs can win."""
    moved = OutgoingMail.objects.filter(pk=mail.pk, state=before).update(
        state=after, changed_at=now
    )
    return moved == 1


def _settle(mail_id: uuid.UUID, after: str, *, now: dt.datetime) -> bool:
    settled = OutgoingMail.objects.filter(public_id=mail_id, state=MailState.UNCERTAIN).update(
        state=after, changed_at=now
    )
    return settled == 1


def _posted(row: OutgoingMail) -> Posted:
    return Posted(
        id=row.public_id,
        message_key=row.message_key,
        person_id=row.person_id,
        recipient=row.recipient,
        subject=row.subject,
        state=row.state,
        posted_at=row.posted_at,
        changed_at=row.changed_at,
        tries=row.tries,
        last_error=row.last_error,
    )


def _note(mail: OutgoingMail, error: Exception, *, now: dt.datetime) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(
        tries=F("tries") + 1, last_error=one_line(str(error) or repr(error))[:500], changed_at=now
    )


def _clean_headers(headers: Mapping[str, str]) -> dict[str, str]:
    for name in headers:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS:
            msg = f"{name!r} is not a header a letter may carry"
            raise ValueError(msg)
    return {name: one_line(value) for name, value in headers.items()}


def _defer(mail_id: uuid.UUID) -> None:
    # In a worker the app's own connector is another connection, outside our transaction: the job
    # could start before the mail exists. This one always is Django's connection.
    manager = JobManager(DjangoConnector())
    configure_task(name=TASK, job_manager=manager, queue=QUEUE, lock=f"mail/{mail_id}").defer(
        mail_id=str(mail_id)
    )
