"""The way into the API: who calls, how often, which methods; and how a no is said.

The sentences are those that today's clients already show, in English whatever the reader's browser
speaks.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from parvis.kernel import clock
from parvis.kernel.errors import Forbidden, Refused
from parvis.kernel.http import CityRequest
from parvis.opendata.actions import quotas
from parvis.opendata.actions.quotas import Quota
from parvis.opendata.queries import keys
from parvis.opendata.queries.catalogue import Entry, Gate
from parvis.opendata.rules.odsql.errors import QueryError

View = Callable[..., HttpResponseBase]

METHODS = "GET, HEAD, OPTIONS"
_EXPOSED = (
    "ETag, Link, Content-Disposition, Retry-After, X-Parvis-Version, X-Parvis-Warning,"
    " X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
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

    # Nothing is changed here: a method that would change something gets the API's own answer.
    @csrf_exempt
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
    try:
        key, address = api_key(request), client_address(request)
    except TooManyFieldsSent:
        most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        return error_body(
            "InvalidRESTParameterError",
            f"Too many parameters: at most {most} are read.",
            HTTPStatus.BAD_REQUEST,
        )
    try:
        quota = quotas.count_call(key=key, address=address, now=clock.now())
    except Refused as refusal:
        return refused(refusal)
    response = _used_up(quota) if quota.is_used_up else _answered(view, request, asked)
    if key:
        # What a key opens is nobody else's.
        response["Cache-Control"] = "private, no-cache"
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
    patch_vary_headers(response, ("Authorization",))
    return response


def check_open(request: CityRequest, entry: Entry | Gate) -> None:
    """Refuse the rows of a restricted dataset to a call whose key does not open them.

    :raises Forbidden: `restricted`
    """
    if not keys.may_read_rows(entry, key=api_key(request)):
        message = f"The dataset {entry.dataset_id} is restricted: your API key does not open it."
        raise Forbidden("restricted", message)


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
        return _one_caller(passed[-trusted].strip())
    return _one_caller(str(request.META.get("REMOTE_ADDR", "")))


def _one_caller(address: str) -> str:
    """Return what one caller's addresses have in common: all of a number of the old kind, without
    its port; the first half of one of the new, which every household has 2^64 of."""
    has_port = address.count(":") == 1 or "]" in address
    try:
        number = ipaddress.ip_address(
            (urlsplit(f"//{address}").hostname if has_port else address) or ""
        )
    except ValueError:
        return address
    if isinstance(number, ipaddress.IPv6Address):
        mapped = number.ipv4_mapped
        return str(mapped or ipaddress.ip_network((number, 64), strict=False))
    return str(number)
