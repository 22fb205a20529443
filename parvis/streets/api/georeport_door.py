"""The way into GeoReport: methods, format, language, errors as the standard words them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions.checking import MOST_PHOTOS
from parvis.streets.api.georeport_xml import document
from parvis.streets.api.keys import MINUTE, count_reading
from parvis.streets.forms import georeport as forms
from parvis.streets.rules.georeport import Unreadable

LONGEST_BODY = (MOST_PHOTOS + 1) * 20_000_000
_SAID = {
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS,
}
"""What is answered with its own status; the rest is 400 (GeoReport v2, Errors)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered, whatever the format: the name of the whole in XML, and what it holds."""

    root: str
    content: Any
    status: int = HTTPStatus.OK
    has_more: bool = False


View = Callable[..., Answer]


def georeport(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """Open a view to programs: these methods only, read by any origin, errors in the format that is
    asked for."""

    def opened(view: View) -> Callable[..., HttpResponse]:
        # Nobody's session is believed here: who writes shows a key.
        @csrf_exempt
        @login_not_required
        @functools.wraps(view)
        def door(request: CityRequest, format_name: str = "", **asked: str) -> HttpResponse:
            if request.method == "OPTIONS":
                return _open(HttpResponse(status=HTTPStatus.NO_CONTENT), methods)
            with translation.override(_language(request)):
                answer = _answered(view, request, methods, asked)
                response = _written(request, answer, format_name)
            return _open(response, methods)

        return door

    return opened


def refused(refusal: Refused) -> Answer:
    """Return a refusal as GeoReport words it; `reason` is our own stable code."""
    status = refusal.status if refusal.status in _SAID else int(HTTPStatus.BAD_REQUEST)
    error = {"code": status, "reason": refusal.code, "description": refusal.message}
    return Answer(root="errors", content=[error], status=status)


def _answered(
    view: View, request: CityRequest, methods: tuple[str, ...], asked: dict[str, str]
) -> Answer:
    try:
        _check(request, methods)
        return view(request, **asked)
    except Refused as refusal:
        return refused(refusal)
    except Unreadable as fault:
        return refused(forms.refusal(fault))
    except (TooManyFieldsSent, TooManyFilesSent, MultiPartParserError) as fault:
        del fault
        message = _("This request cannot be read: it is damaged, or has too many arguments.")
        return refused(Refused("request_unreadable", message, status=HTTPStatus.BAD_REQUEST))
    except RequestDataTooBig:
        return refused(_too_large())


def _check(request: CityRequest, methods: tuple[str, ...]) -> None:
    """Refuse what is not for this address, unread.

    :raises Refused: `method_not_allowed`, `body_too_large`, `too_many_calls`
    :raises NotFound: `no_jurisdiction`
    :raises Unreadable: `text_unreadable`
    """
    if request.method not in _allowed(methods):
        message = _("Use %(methods)s here.") % {"methods": ", ".join(methods)}
        raise Refused("method_not_allowed", message, status=HTTPStatus.METHOD_NOT_ALLOWED)
    length = request.headers.get("Content-Length") or "0"
    if not length.isdigit() or int(length) > LONGEST_BODY:
        raise _too_large()
    forms.check_text(request.GET)
    if request.method == "POST":
        forms.check_text(request.POST)
    else:
        count_reading(request)
    _check_jurisdiction(request)


def _allowed(methods: tuple[str, ...]) -> set[str]:
    return {*methods, "HEAD"} if "GET" in methods else set(methods)


def _check_jurisdiction(request: CityRequest) -> None:
    """One city answers here: its name may be left out, and another's is not found."""
    said = (request.POST.get("jurisdiction_id") or request.GET.get("jurisdiction_id", "")).strip()
    if said and said.lower().removeprefix("www.") not in jurisdictions():
        message = _("This server answers for %(known)s only.")
        known = {"known": ", ".join(jurisdictions())}
        raise NotFound("no_jurisdiction", message % known)


def jurisdictions() -> list[str]:
    """Return by which ids this city may be called: its name, and the host of its site."""
    host = (urlsplit(settings.PARVIS_SITE_URL).hostname or "").removeprefix("www.")
    return list(
        dict.fromkeys(filter(None, [settings.PARVIS_CITY, f"{settings.PARVIS_CITY}.fr", host]))
    )


def _too_large() -> Refused:
    message = _("This request is too large: four photos of 20 MB at most.")
    return Refused("body_too_large", message, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _language(request: CityRequest) -> str:
    """Return the language that is asked for as `locale` (an extension), the city's first if none
    is."""
    try:
        asked = request.GET.get("locale", "")[:2].lower()
    except TooManyFieldsSent:
        asked = ""
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _written(request: CityRequest, answer: Answer, format_name: str) -> HttpResponse:
    if format_name == "json":
        response: HttpResponse = JsonResponse(
            answer.content,
            status=answer.status,
            safe=False,
            json_dumps_params={"ensure_ascii": False},
            content_type="application/json; charset=utf-8",
        )
    else:
        written = document(answer.root, answer.content)
        response = HttpResponse(
            written, status=answer.status, content_type="text/xml; charset=utf-8"
        )
    response["Content-Language"] = translation.get_language()
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = str(MINUTE)
    if answer.has_more:
        response["Link"] = f'<{_next_page(request)}>; rel="next"'
    return response


def _next_page(request: CityRequest) -> str:
    given = request.GET.copy()
    given["page"] = str(int(given.get("page", "").strip() or 1) + 1)
    given.pop("api_key", None)
    return request.build_absolute_uri(f"{request.path}?{given.urlencode()}")


def _open(response: HttpResponse, methods: tuple[str, ...]) -> HttpResponse:
    """Let the pages of any origin read; to write one needs a key, which no page should hold."""
    allowed = ", ".join([*methods, "HEAD", "OPTIONS"] if "GET" in methods else methods)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Expose-Headers"] = "Link, Retry-After"
    response["Access-Control-Max-Age"] = "86400"
    response.setdefault("Cache-Control", "no-cache")
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response["Allow"] = allowed
    return response
