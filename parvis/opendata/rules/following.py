"""When followers are told that a dataset changed, and how a webhook is signed, tried and given up.

Messages are those of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), symmetric scheme:
`webhook-id`, `webhook-timestamp` and `webhook-signature`, the HMAC-SHA256 of
`{id}.{timestamp}.{body}`, in Base64 after `v1,`; several signatures stand side by side.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Sequence

MOST_WEBHOOKS = 10
"""Webhooks of one person."""
GIVE_UP_AFTER = 20
"""Tries in a row that failed, whatever the message: two messages that never got through."""
CHECK_AGAIN_AFTER = dt.timedelta(minutes=1)
PREFIX = "whsec_"
CHALLENGE, PUBLISHED = "webhook.challenge", "dataset.published"
GONE = 410
_TAKEN = 2
_WAITS = (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
_LONGEST_WAIT = 24 * 3600
_ID = re.compile(r"[A-Za-z0-9_-]+")


def is_due(*, told_on: dt.date | None, today: dt.date) -> bool:
    """Tell whether followers may be told today: at most once a day of the city, whatever is
    published; what comes later the same day is told together the next morning."""
    return told_on is None or told_on < today


# --- webhooks -------------------------------------------------------------------------------------


def secret_text(key: bytes) -> str:
    """Return a signing key as it is handed to the receiver: Base64 after `whsec_`."""
    return PREFIX + base64.b64encode(key).decode("ascii")


def headers(
    body: bytes, *, message_id: str, now: dt.datetime, keys: Sequence[bytes]
) -> dict[str, str]:
    """Return the headers of a message, signed with each of the keys.

    :raises ValueError: if the id could pass for another part of what is signed
    """
    if not _ID.fullmatch(message_id):
        raise ValueError(message_id)
    stamp = str(int(now.timestamp()))
    signed = b".".join((message_id.encode("ascii"), stamp.encode("ascii"), body))
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _signature(key: bytes, signed: bytes) -> str:
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode('ascii')}"


def wait_after(tries: int, *, asked: int = 0) -> int | None:
    """Return how many seconds to wait after so many failed tries of a message, None to give it up:
    ten tries over three days, the schedule of the specification; `asked` is what the receiver's
    Retry-After wants, at most a day."""
    if not 1 <= tries <= len(_WAITS):
        return None
    return max(_WAITS[tries - 1], min(asked, _LONGEST_WAIT))


def is_given_up(*, failures: int, status: int | None) -> bool:
    """Tell whether a webhook is stopped: after too many failures in a row, or at once if the
    receiver says that it is gone."""
    return status == GONE or failures >= GIVE_UP_AFTER


def is_delivered(status: int) -> bool:
    """Tell whether an answer means that a message was taken: 2xx, nothing else, no redirect."""
    return status // 100 == _TAKEN


def gives_back(answer: str, challenge: str) -> bool:
    """Tell whether an answer holds the challenge: alone, or as `challenge` of a JSON object."""
    text = answer.strip()
    try:
        read = json.loads(text)
    except ValueError:
        read = text
    given = read.get("challenge") if isinstance(read, dict) else read
    return isinstance(given, str) and hmac.compare_digest(given.encode(), challenge.encode())
