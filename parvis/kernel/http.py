"""Requests as our views know them, and how a refusal becomes a page or a JSON answer."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from parvis.kernel.acting import Acting
from parvis.kernel.errors import Refused

_SOON = "5"  # seconds


class CityRequest(HttpRequest):
    """A request after our middleware: `person` is who asks (None if signed out), `acting` by which
    right they act for another (None for themselves), `htmx` how."""

    person: Any
    acting: Acting | None
    htmx: HtmxDetails


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the caller asked for JSON rather than a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def refusal_response(
    request: HttpRequest, refusal: Refused, *, given_back: str = ""
) -> HttpResponse:
    """Return the refusal as a page, or as JSON to who asked for JSON, with its status and code."""
    answer: HttpResponse
    if wants_json(request):
        body = {"code": refusal.code, "message": refusal.message}
        answer = JsonResponse(body, status=refusal.status)
    else:
        context = {"refusal": refusal, "given_back": given_back}
        answer = render(request, "ui/refusal.html", context, status=refusal.status)
    if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer["Retry-After"] = _SOON
    return answer


class RefusalMiddleware:
    """Any refusal a view lets through becomes a clear answer, with the text that was typed given
    back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; give a page to who came by a way this address does not have."""
        response = self._get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            message = _("This address only answers a form. Go back to the page and use its button.")
            refusal = Refused("method_not_allowed", message, status=response.status_code)
            page = refusal_response(request, refusal)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other exception to Django."""
        if not isinstance(exception, Refused):
            return None
        return refusal_response(request, exception, given_back=what_was_typed(request.POST))


class ReadableBodyMiddleware:
    """A form whose bytes are not the text they claim to be is refused, never read as other words.

    Django reads such bytes as ISO-8859-1; people would find « Ã© » where they typed « é ».
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse a broken form with what could be read of it given back; pass others on."""
        if request.content_type != "application/x-www-form-urlencoded" or _is_heavy(request):
            return self._get_response(request)
        try:
            request.body.decode(request.encoding or "utf-8")
        except (UnicodeDecodeError, LookupError):
            message = _("Some characters of your text are damaged. Type them again, please.")
            refusal = Refused("broken_characters", message, status=HTTPStatus.UNPROCESSABLE_ENTITY)
            read = QueryDict(request.body.decode("utf-8", "replace"))
            return refusal_response(request, refusal, given_back=what_was_typed(read))
        return self._get_response(request)


# What forms call the fields in which people write sentences.
_WRITTEN = {"title", "body", "text", "message", "reason", "no_change_reason", "description"}


def _is_heavy(request: HttpRequest) -> bool:
    """Leave to Django what it refuses unread."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdigit() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def what_was_typed(fields: QueryDict) -> str:
    """Return what a person wrote in a form, in the order of its fields."""
    return "\n\n".join(str(value) for name, value in fields.items() if name in _WRITTEN)


def came_from(request: HttpRequest) -> str:
    """Return the page of ours the reader comes from, as a path; "" if it is none of ours."""
    origin = f"{request.scheme}://{request.get_host()}"
    named = request.headers.get("Referer", "")
    return named.removeprefix(origin) if named.startswith(f"{origin}/") else ""
