"""The way into the API: who calls, how often, which methods; and how a no is said.

The sentences are those that today's clients already show, in English whatever the reader's browser
speaks.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.opendata.actions import quotas
from parvis.opendata.actions.quotas import Quota
from parvis.opendata.rules.odsql.errors import QueryError

View = Callable[..., HttpResponseBase]

METHODS = "GET, HEAD, OPTIONS"
_EXPOSED = (
    "ETag, Link, Content-Disposition, X-Parvis-Version, X-RateLimit-Limit, X-RateLimit-Remaining,"
    " X-RateLimit-Reset"
)
_ALLOWED = "Authorization, Content-Type, If-None-Match, X-Requested-With"
_TOO_MANY = 10_002
"""The number the Explore API gives to a quota that is used up."""
_CODES = {
    HTTPStatus.NOT_FOUND: "NotFoundResource",
    HTTPStatus.UNAUTHORIZED: "ForbiddenAccess",
    HTTPStatus.FORBIDDEN: "ForbiddenAccess",
}


def explore(view: View) -> View:
    """Open a view to everybody under the API's rules: methods, quota, errors, CORS, language."""

    @login_not_required
    @functools.wraps(view)
    def door(request: CityRequest, **asked: str) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return _open(HttpResponse(status=HTTPStatus.NO_CONTENT))
        if request.method not in {"GET", "HEAD"}:
            return _open(_method_not_allowed())
        with translation.override("en"):
            return _open(_within_quota(view, request, asked))

    return door


def _within_quota(view: View, request: CityRequest, asked: dict[str, str]) -> HttpResponseBase:
    key, address = api_key(request), client_address(request)
    try:
        quota = quotas.count_call(key=key, address=address, now=clock.now())
    except Refused as refusal:
        return refused(refusal)
    response = _used_up(quota) if quota.is_used_up else _answered(view, request, asked)
    response["X-RateLimit-Limit"] = str(quota.limit)
    response["X-RateLimit-Remaining"] = str(max(0, quota.remaining))
    response["X-RateLimit-Reset"] = str(quota.resets_at)
    return response


def _answered(view: View, request: CityRequest, asked: dict[str, str]) -> HttpResponseBase:
    try:
        return view(request, **asked)
    except QueryError as error:
        return error_body(error.error_code, error.message, HTTPStatus.BAD_REQUEST)
    except Refused as refusal:
        return refused(refusal)


def refused(refusal: Refused) -> HttpResponse:
    """Return a refusal in the API's words."""
    code = _CODES.get(HTTPStatus(refusal.status), refusal.code)
    return error_body(code, refusal.message, refusal.status)


def error_body(code: str, message: str, status: int) -> HttpResponse:
    """Return an error as the Explore API says it."""
    return as_json({"error_code": code, "message": message}, status=status)


def as_json(content: Any, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """Return JSON as the API writes it: UTF-8, nothing escaped that need not be."""
    return JsonResponse(
        content,
        status=status,
        safe=False,
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
        content_type="application/json; charset=utf-8",
    )


def _used_up(quota: Quota) -> HttpResponse:
    seconds = int((quota.resets_at - clock.now()).total_seconds())
    response = as_json(
        {
            "errorcode": _TOO_MANY,
            "reset_time": quota.resets_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "limit_time_unit": "day",
            "call_limit": quota.limit,
            "error": "Too many requests on the domain. Please contact the domain administrator.",
        },
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    response["Retry-After"] = str(max(1, seconds))
    return response


def _method_not_allowed() -> HttpResponse:
    message = f"Only these methods are supported: {METHODS}."
    response = error_body("MethodNotAllowed", message, HTTPStatus.METHOD_NOT_ALLOWED)
    response["Allow"] = METHODS
    return response


def _open(response: HttpResponseBase) -> HttpResponseBase:
    """Let programs of any origin read the answer, and ask again whether it still holds."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = _ALLOWED
    response["Access-Control-Expose-Headers"] = _EXPOSED
    response["Access-Control-Max-Age"] = "86400"
    response.setdefault("Cache-Control", "public, no-cache")
    return response


def api_key(request: CityRequest) -> str:
    """Return the key a call brings: `Authorization: Apikey …` in any case, or `?apikey=`."""
    scheme, _space, key = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() == "apikey" and key.strip():
        return key.strip()
    return request.GET.get("apikey", "")


def client_address(request: CityRequest) -> str:
    """Return the address a call came from, behind as many proxies as the settings trust."""
    trusted = int(getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0))
    passed = request.headers.get("X-Forwarded-For", "").split(",")
    if trusted and len(passed) >= trusted and passed[-trusted].strip():
        return passed[-trusted].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
