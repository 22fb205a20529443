"""What an administrator does with a text message that went astray."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.kernel import register, sms
from parvis.kernel.errors import Refused


@transaction.atomic
def send_again(*, text_id: uuid.UUID, by: uuid.UUID, now: dt.datetime) -> None:
    """Send an uncertain text again, while it is of use.

    :raises Refused: `text_already_settled`
    """
    if not sms.resend(text_id, now=now):
        raise _settled()
    _record("account.text_sent_again", text_id, by=by, now=now)


@transaction.atomic
def put_aside(*, text_id: uuid.UUID, by: uuid.UUID, now: dt.datetime) -> None:
    """Note that somebody has seen it, and that nothing is left to do.

    :raises Refused: `text_already_settled`
    """
    if not sms.put_aside(text_id, now=now):
        raise _settled()
    _record("account.text_put_aside", text_id, by=by, now=now)


def _settled() -> Refused:
    return Refused(
        "text_already_settled",
        _("This text message is settled, or of no use any more. Reload the list."),
    )


def _record(action: str, text_id: uuid.UUID, *, by: uuid.UUID, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"kernel.text:{text_id}",
            actor_ref=f"person:{by}",
            recorded_at=now,
        )
    )
