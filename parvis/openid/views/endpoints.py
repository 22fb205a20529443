"""What programs ask: discovery, keys, tokens, userinfo, introspection, revocation."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauthlib.oauth2 import OAuth2Error

from parvis.account.public import place_of
from parvis.kernel import clock
from parvis.kernel.acting import OWN, done_for_others
from parvis.kernel.programs import only_programs
from parvis.openid.actions import device, keys, tokens
from parvis.openid.models import Service
from parvis.openid.queries import bearers, clients
from parvis.openid.queries.issuing import address, metadata
from parvis.openid.queries.keys import public_keys
from parvis.openid.queries.logins import allows_origin
from parvis.openid.rules.claims import OPENID, SCOPES

View = Callable[[HttpRequest], HttpResponse]
_library = functools.cache(get_oauthlib_core)
_HOUR = 3600


def for_programs(*methods: str) -> Callable[[View], View]:
    """Make a door for programs: no session, no form token, nothing kept in caches; the pages of
    public services may ask from the origins they registered."""

    answered = [*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])]

    def door(view: View) -> View:
        @only_programs
        @login_not_required
        @csrf_exempt
        @require_http_methods(answered)
        @done_for_others(OWN)
        @wraps(view)
        def opened(request: HttpRequest) -> HttpResponse:
            is_question = request.method == "OPTIONS"
            answer = HttpResponse(status=204) if is_question else _answered(request, view)
            answer["Cache-Control"], answer["Pragma"] = "no-store", "no-cache"
            return _with_cors(request, answer, methods)

        return opened

    return door


def _answered(request: HttpRequest, view: View) -> HttpResponse:
    """Return what a view answers to a form that can be read and says each thing once (RFC 6749,
    section 3.2)."""
    try:
        repeated = any(len(values) > 1 for _name, values in request.POST.lists())
    except (BadRequest, MultiPartParserError, SuspiciousOperation):
        return error("invalid_request", "The body cannot be read as a form.")
    if repeated:
        return error("invalid_request", "A parameter is repeated.")
    return view(request)


def _with_cors(
    request: HttpRequest, answer: HttpResponse, methods: tuple[str, ...]
) -> HttpResponse:
    origin = request.META.get("HTTP_ORIGIN", "")
    answer["Vary"] = "Origin"
    if origin and allows_origin(origin):
        answer["Access-Control-Allow-Origin"] = origin
        answer["Access-Control-Allow-Methods"] = ", ".join(methods)
        answer["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        answer["Access-Control-Expose-Headers"] = "WWW-Authenticate"
    return answer


def error(code: str, description: str, *, status: int = 400) -> JsonResponse:
    """Return an error of OAuth 2.0; 401 says how a client shows who it is."""
    answer = JsonResponse({"error": code, "error_description": description}, status=status)
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = 'Basic realm="openid"'
    return answer


def _public(body: dict[str, Any]) -> JsonResponse:
    answer = JsonResponse(body)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age={_HOUR}"
    return answer


@only_programs
@login_not_required
@require_safe
def discovery(_request: HttpRequest) -> HttpResponse:
    """Tell clients where everything is (OpenID Connect Discovery 1.0; RFC 8414)."""
    return _public(metadata())


@only_programs
@login_not_required
@require_safe
def jwks(_request: HttpRequest) -> HttpResponse:
    """Publish the keys to check our signatures with."""
    now = clock.now()
    keys.ensure_key(now=now)
    return _public({"keys": public_keys(now)})


@for_programs("POST")
def token(request: HttpRequest) -> HttpResponse:
    """Exchange a code, a refresh token, a device's code or a secret for tokens."""
    grant = request.POST.get("grant_type")
    if not grant:
        return error("invalid_request", "The parameter grant_type is missing.")
    if request.META.get("QUERY_STRING"):
        return error("invalid_request", "URL query parameters are not allowed")
    with contextlib.nullcontext() if grant in tokens.IN_ONE_STEP else transaction.atomic():
        body, status = _answer_of_library(request)
    answer = HttpResponse(body, status=status, content_type="application/json")
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = 'Basic realm="openid"'
    return answer


def _answer_of_library(request: HttpRequest) -> tuple[str, int]:
    """Return what the library answers to a request for tokens, as JSON, and its status.

    It is handed the fields as they were read and the headers that it looks at: what joins it to
    Django writes all fields into a form again, and hands over every header.
    """
    headers = {
        "Authorization": _authorization(request),
        "Content-Type": request.META.get("CONTENT_TYPE", ""),
    }
    ask = _library().server.create_token_response
    try:
        _headers, body, status = ask(request.path, "POST", request.POST.dict(), headers)
    except OAuth2Error as problem:
        return problem.json, problem.status_code
    return body, status


@for_programs("GET", "POST")
def userinfo(request: HttpRequest) -> HttpResponse:
    """Tell a service what a person lets it know (OpenID Connect Core 1.0, section 5.3)."""
    now, given = clock.now(), _bearer(request)
    if given is None:
        return _challenge("invalid_request", HTTPStatus.BAD_REQUEST)
    found = bearers.bearer(given, now=now) if given else None
    if found is None:
        return _challenge("invalid_token" if given else "", HTTPStatus.UNAUTHORIZED)
    if OPENID not in found.scopes:
        return _challenge("insufficient_scope", HTTPStatus.FORBIDDEN)
    said = tokens.userinfo(found)
    return JsonResponse(said) if said else _challenge("invalid_token", HTTPStatus.UNAUTHORIZED)


def _bearer(request: HttpRequest) -> str | None:
    """Return the token of a request: in the header, or in a form; never in the address. None for
    one that comes both ways (RFC 6750, section 2)."""
    scheme, _space, given = _authorization(request).partition(" ")
    posted = str(request.POST.get("access_token", ""))
    if scheme.lower() == "bearer":
        return None if posted else given.strip()
    return posted


def _authorization(request: HttpRequest) -> str:
    # `request.headers` would write all headers anew, and what else the server knows with them.
    return str(request.META.get("HTTP_AUTHORIZATION", ""))


def _challenge(code: str, status: int) -> HttpResponse:
    answer = JsonResponse({"error": code} if code else {}, status=status)
    answer["WWW-Authenticate"] = 'Bearer realm="openid"' + (f', error="{code}"' if code else "")
    return answer


def _service(request: HttpRequest, find: Callable[..., Service | None]) -> Service | None:
    return find(
        authorization=_authorization(request),
        client_id=str(request.POST.get("client_id", "")),
        secret=str(request.POST.get("client_secret", "")),
    )


@for_programs("POST")
def introspect(request: HttpRequest) -> HttpResponse:
    """Tell a service what one of its tokens is worth (RFC 7662)."""
    service = _service(request, clients.authenticated)
    if service is None:
        return error("invalid_client", "Show the secret of the service.", status=401)
    given = str(request.POST.get("token", ""))
    if not given:
        return error("invalid_request", "The parameter token is missing.")
    return JsonResponse(tokens.introspection(given, service, now=clock.now()))


@for_programs("POST")
def revoke(request: HttpRequest) -> HttpResponse:
    """Make a token worth nothing, when its service asks (RFC 7009)."""
    service = _service(request, clients.known)
    if service is None:
        return error("invalid_client", "Say which service it is, and show its secret.", status=401)
    given = str(request.POST.get("token", ""))
    if not given:
        return error("invalid_request", "The parameter token is missing.")
    with transaction.atomic():
        tokens.revoke(given, service, now=clock.now())
    return HttpResponse()


@for_programs("POST")
def device_authorization(request: HttpRequest) -> HttpResponse:
    """Give a device a code to poll with, and one to show (RFC 8628, section 3.1)."""
    service = _service(request, clients.known)
    if service is None:
        return error("invalid_client", "Say which service it is, and show its secret.", status=401)
    if service.authorization_grant_type != Service.GRANT_DEVICE_CODE:
        return error("unauthorized_client", "This service was not registered for devices.")
    now = clock.now()
    if not device.may_begin(service, place=place_of(request), now=now):
        return _too_many_devices()
    asked = str(request.POST.get("scope", "")).split()
    scopes = [scope for scope in SCOPES if scope in asked]
    return JsonResponse(_device_answer(device.begin(service, scopes=scopes, now=now)))


def _too_many_devices() -> JsonResponse:
    """Return what is answered to who begins too often: `slow_down` is for polling alone (RFC 8628,
    section 3.5); RFC 6749 has this code for what it cannot do now, RFC 6585 the status."""
    answer = error(
        "temporarily_unavailable",
        "Too many devices have begun from one place within a minute.",
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    answer["Retry-After"] = str(int(device.BEGUN_ENDS.total_seconds()))
    return answer


def _device_answer(codes: device.Codes) -> dict[str, Any]:
    page = address("device")
    return {
        "device_code": codes.device_code,
        "user_code": codes.user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={codes.user_code}",
        "expires_in": int(device.LIFETIME.total_seconds()),
        "interval": int(device.INTERVAL.total_seconds()),
    }
