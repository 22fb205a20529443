"""Rows that programs push, at the addresses and in the words that today's programs know.

The realtime push of Opendatasoft: `POST …/push/?pushkey=…` with a JSON object or a list of them,
`POST …/delete/` with the same to take rows out again. What is wrong is told in English, with the
row, the field, the value, and what is expected.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from parvis.kernel import clock, idempotency
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.opendata.actions import push_keys, pushing
from parvis.opendata.actions.live import Recorded
from parvis.opendata.api.door import api_key, as_json
from parvis.opendata.rules.feeds import pushed
from parvis.opendata.rules.feeds.pushed import BadRow, NotRows, TooManyRows

View = Callable[..., HttpResponse]
_VALUE, _LARGE = 200, 1 << 63


def _door(*methods: str) -> Callable[[View], View]:
    """Open a view to programs that hold a key: these methods only, refusals as JSON."""

    def opened(view: View) -> View:
        @csrf_exempt
        @login_not_required
        @functools.wraps(view)
        def door(request: CityRequest, **asked: str) -> HttpResponse:
            with translation.override("en"):
                answer = _told(view, request, asked) if request.method in methods else None
            if answer is None:
                answer = _no("method_not_allowed", f"Use {' or '.join(methods)}.", 405)
                answer["Allow"] = ", ".join(methods)
            answer["Cache-Control"] = "no-store"
            return answer

        return door

    return opened


def _told(view: View, request: CityRequest, asked: dict[str, str]) -> HttpResponse:
    try:
        return view(request, **asked)
    except Refused as refusal:
        return _no(refusal.code, refusal.message, refusal.status)
    except BadRow as fault:
        return _bad_row(fault)
    except NotRows as fault:
        return _no("not_rows", str(fault), HTTPStatus.BAD_REQUEST)
    except TooManyRows:
        return _no("too_many_rows", _LIMIT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@_door("POST")
def push(request: CityRequest, dataset_id: str, resource: str) -> HttpResponse:
    """Take rows into a live dataset: all of them, or none."""
    del resource
    return _of_rows(request, dataset_id, pushing.push)


@_door("POST")
def delete(request: CityRequest, dataset_id: str, resource: str) -> HttpResponse:
    """Take rows out of a live dataset: all of them, or none."""
    del resource
    return _of_rows(request, dataset_id, pushing.withdraw)


@_door("GET", "POST", "DELETE")
def delete_record(
    request: CityRequest, dataset_id: str, resource: str, record_id: str
) -> HttpResponse:
    """Take one row out by its name; the programs this is made for do so by GET."""
    del resource
    now = clock.now()
    push_keys.admit(secret=_secret(request), dataset_id=dataset_id, now=now)
    recorded = pushing.withdraw_record(dataset_id=dataset_id, record_id=record_id, now=now)
    return _done(recorded)


def _of_rows(request: CityRequest, dataset_id: str, do: Callable[..., Recorded]) -> HttpResponse:
    """Check the key, then the body; do it once per `Idempotency-Key` where one is sent."""
    now = clock.now()
    key = push_keys.admit(secret=_secret(request), dataset_id=dataset_id, now=now)
    body = _body(request)

    def answer() -> HttpResponse:
        return _done(do(dataset_id=dataset_id, rows=pushed.read(body), now=now))

    if "Idempotency-Key" not in request.headers:
        return answer()
    scope = f"opendata.push:{key}"
    return idempotency.once(request, scope=scope, now=now, do=answer, body=body)


def _secret(request: CityRequest) -> str:
    return request.GET.get("pushkey", "") or api_key(request)


def _body(request: CityRequest) -> bytes:
    """Return the body, larger than a form's may be.

    :raises Refused: `body_too_large`
    """
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > pushed.BYTES:
        raise Refused("body_too_large", _LIMIT, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    is_small = length.isdigit() and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    # Django keeps a small body for whoever reads it again, and refuses to read a large one.
    return request.body if is_small else request.read()


_LIMIT = f"One request may bring {pushed.BYTES:,} bytes and {pushed.ROWS:,} rows: send several."


def _done(recorded: Recorded) -> HttpResponse:
    return as_json({"status": "OK", **dataclasses.asdict(recorded)})


def _bad_row(fault: BadRow) -> HttpResponse:
    told = {
        "row": fault.row,
        "field": fault.field,
        "value": _shown(fault.value),
        "expected": fault.expected,
    }
    return _no("bad_value", str(fault)[:500], HTTPStatus.UNPROCESSABLE_ENTITY, **told)


def _shown(value: Any) -> Any:
    """Return a value that JSON can say, not longer than one reads."""
    is_plain = value is None or isinstance(value, bool)
    is_number = isinstance(value, int | float) and abs(value) < _LARGE
    text = str(value)[:_VALUE].encode("utf-8", "replace").decode()
    return value if is_plain or is_number else text


def _no(code: str, message: str, status: int, **told: Any) -> HttpResponse:
    # The sentence twice: some programs know it as the error, some as the message.
    body = {"status": "error", "error_code": code, "error": message, "message": message, **told}
    return as_json(body, status=status)
