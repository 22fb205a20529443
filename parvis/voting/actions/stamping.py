"""Having the signed roots of a log dated by somebody else (RFC 3161)."""

from __future__ import annotations

import base64
import logging

import httpx
from django.conf import settings
from rfc3161_client import PKIStatus, TimestampRequestBuilder, decode_timestamp_response

from parvis.voting.models import Root

_SECONDS = 15.0
_TYPE = "application/timestamp-query"
_log = logging.getLogger(__name__)


def stamp_roots() -> int:
    """Ask the time-stamping authority of the city for a token over each root that has none; return
    how many came. An authority that does not answer is asked again later: a root never waits."""
    if not settings.VOTING_TIMESTAMP_URL:
        return 0
    return sum(_stamp(root) for root in Root.objects.filter(timestamp="").order_by("pk"))


def _stamp(root: Root) -> bool:
    try:
        token = _token(root.signed.encode())
    except (httpx.HTTPError, ValueError) as error:
        _log.warning("no time-stamp for the root of %s: %s", root.poll, error)
        return False
    kept = base64.b64encode(token).decode()
    return bool(Root.objects.filter(pk=root.pk, timestamp="").update(timestamp=kept))


def _token(data: bytes) -> bytes:
    """Return the answer of the authority, a DER TimeStampResp.

    :raises ValueError: if it refuses, or answers something else
    """
    asked = TimestampRequestBuilder().data(data).build()
    with httpx.Client(timeout=_SECONDS) as client:
        answer = client.post(
            settings.VOTING_TIMESTAMP_URL,
            content=asked.as_bytes(),
            headers={"Content-Type": _TYPE},
        )
    answer.raise_for_status()
    told = decode_timestamp_response(answer.content)
    if PKIStatus(told.status) not in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS):
        raise ValueError("the time-stamping authority refused")
    imprint = told.tst_info.message_imprint.message
    if imprint != asked.message_imprint.message:
        raise ValueError("the time-stamp is over something else")
    return bytes(answer.content)
