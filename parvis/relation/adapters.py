"""The demonstration's mail box: mail that would leave the city is kept where it can be read."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from parvis.kernel import clock
from parvis.relation.models import DemoMail


class DemoMailBackend(BaseEmailBackend):
    """A Django mail backend that writes to the demonstration's mail box, each Message-ID once."""

    # The outbox then writes and notes in one transaction: no demonstration mail is ever uncertain.
    stores_in_our_database = True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store each message once per recipient; return how many messages there were."""
        DemoMail.objects.bulk_create(
            [
                _kept(message, recipient)
                for message in email_messages
                for recipient in message.recipients()
            ],
            ignore_conflicts=True,
        )
        return len(email_messages)


def _kept(message: EmailMessage, recipient: str) -> DemoMail:
    written = message.message()
    parts = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    html = next((str(part[0]) for part in parts if part[1] == "text/html"), "")
    return DemoMail(
        message_id=f"{written['Message-ID']} {recipient}"[:250],
        recipient=recipient,
        subject=str(message.subject)[:250],
        text=str(message.body),
        html=html,
        headers={name: str(value) for name, value in message.extra_headers.items()},
        received_at=clock.now(),
    )
