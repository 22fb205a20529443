"""Idempotency keys: the same POST sent twice is answered twice and done once.

Follows the IETF draft « The Idempotency-Key HTTP Header Field »
(draft-ietf-httpapi-idempotency-key-header): 400 without a key, 422 if the key comes back with
another body; a second call waits for the first.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.kernel.models import AnsweredRequest

MAX_KEY_LENGTH = 200
KEPT = dt.timedelta(days=2)


def once(
    request: HttpRequest,
    *,
    scope: str,
    now: dt.datetime,
    do: Callable[[], HttpResponse],
    body: bytes | None = None,
) -> HttpResponse:
    """Return the answer of `do`, called at most once per `Idempotency-Key` within `scope`.

    `scope` tells callers apart (a person, an API client); `do` runs in the transaction that keeps
    its answer, so that neither exists without the other. Server errors are not kept: the caller may
    retry. `body` is what a door read itself that takes more than a form may hold.

    :raises Refused: `idempotency_key_missing` (400) or `idempotency_key_reused` (422)
    """
    key = request.headers.get("Idempotency-Key", "").strip('" ')
    if not key or len(key) > MAX_KEY_LENGTH:
        message = _("Send an Idempotency-Key header of 1 to 200 characters.")
        raise Refused("idempotency_key_missing", message, status=400)
    fingerprint = _fingerprint(request, request.body if body is None else body)
    with transaction.atomic():
        row, is_first = AnsweredRequest.objects.get_or_create(
            scope=scope, key=key, defaults={"fingerprint": fingerprint, "received_at": now}
        )
        # A second caller waits in get_or_create until the first commits, then reads its answer
        # here.
        if not is_first:
            return _again(row, fingerprint)
        response = do()
        row.status, row.body = response.status_code, response.content.decode()
        row.content_type = response.headers["Content-Type"]
        row.save(update_fields=["status", "body", "content_type"])
    return response


def forget_old(*, now: dt.datetime) -> int:
    """Delete answers older than KEPT; return how many."""
    deleted, _by_model = AnsweredRequest.objects.filter(received_at__lt=now - KEPT).delete()
    return deleted


def _again(row: AnsweredRequest, fingerprint: str) -> HttpResponse:
    if row.fingerprint != fingerprint:
        message = _("This Idempotency-Key was already used for another request.")
        raise Refused("idempotency_key_reused", message, status=422)
    return HttpResponse(row.body, status=row.status or 200, content_type=row.content_type)


def _fingerprint(request: HttpRequest, body: bytes) -> str:
    said = f"{request.method} {request.get_full_path()}\n".encode() + body
    return hashlib.sha256(said).hexdigest()
