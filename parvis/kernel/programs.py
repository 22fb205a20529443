"""The doors where only programs knock: answered before anything that pages need."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, get_urlconf, resolve

from parvis.kernel.errors import Refused
from parvis.kernel.http import refusal_response

_MARK = "is_for_programs"
Answers = Callable[[HttpRequest], Any]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def only_programs(view: View) -> View:
    """Mark a view that wants no session, no language, no form token and no page around its answer.

    It sees a request with its address, headers and body, and nothing that our other layers add.
    """
    setattr(view, _MARK, True)
    return view


class ProgramDoors:
    """Leads who asks at an address of `PARVIS_PROGRAMS` straight to its view, if that is marked.

    Stands behind what protects every answer, before what pages need.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._straight: Answers = convert_exception_to_response(_answer)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a program, or pass the request on."""
        if not request.path_info.startswith(settings.PARVIS_PROGRAMS) or not _leads_in(request):
            return self._get_response(request)
        answer: HttpResponseBase = self._straight(request)
        return answer


def _leads_in(request: HttpRequest) -> bool:
    match = _behind(request.path_info, get_urlconf() or settings.ROOT_URLCONF)
    request.resolver_match = match
    return match is not None


@lru_cache(maxsize=256)
def _behind(path: str, urls: str) -> ResolverMatch | None:
    """Return the marked view at an address, None if there is none. The few addresses of programs
    are found by the same search each time: it is made once."""
    try:
        match = resolve(path, urls)
    except Resolver404:
        return None
    return match if getattr(match.func, _MARK, False) else None


def _answer(request: HttpRequest) -> HttpResponseBase:
    match = request.resolver_match
    if match is None:
        raise Resolver404
    try:
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Refused as refusal:
        return refusal_response(request, refusal)
    return answer
