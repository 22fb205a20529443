"""Who may: the link of a mail lets its reader stop one topic without signing in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core import signing
from django.utils.translation import gettext

from parvis.kernel.errors import NotFound

_SALT = "relation.unsubscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLink:
    """What an unsubscribe link lets its holder do: choose for one person and one topic."""

    person_id: uuid.UUID
    topic: str


def stop_token(*, person_id: uuid.UUID, topic: str) -> str:
    """Return the token of an unsubscribe link; it never expires, for old mails are read too."""
    return signing.dumps([person_id.hex, topic], salt=_SALT)


def read_stop_token(token: str) -> StopLink:
    """Return what a token allows.

    :raises NotFound: if we did not sign it
    """
    try:
        person, topic = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        message = gettext(
            "This link is not complete. Copy it again from the mail, "
            "or choose your notices in your account."
        )
        raise NotFound("unknown_unsubscribe_link", message) from error
    return StopLink(person_id=uuid.UUID(person), topic=topic)
