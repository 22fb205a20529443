"""Pages that every visitor gets alike: drawn once, but for the token of their forms and where they
lead on to."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Hashable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME as NEXT
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from parvis.kernel import clock
from parvis.ui.context import Chrome
from parvis.ui.remembering import day_of, memory
from parvis.ui.weight import weighed

# Letters and figures alone stay as they are in markup and in addresses; nobody can guess these.
_TOKEN, _WAY = secrets.token_hex(16), secrets.token_hex(16)


def visitors_page(
    request: HttpRequest,
    template: str,
    context: Callable[[HttpRequest], dict[str, Any]],
    *values: Hashable,
) -> HttpResponse:
    """Return a page drawn for all visitors at once, each with their own form token and `next`.

    `values` are what it draws besides its frame and `next`, as for `{% remember %}`; `context`
    gives what the template needs for a request. Who is signed in, is told something, or asks for
    more than `next`, gets a drawing of their own.
    """
    onward = _onward(request)
    is_a_visitor = getattr(request, "person", None) is None and not len(get_messages(request))
    if onward is None or not is_a_visitor:
        return render(request, template, context(request))
    day = day_of(clock.now(), settings.TIME_ZONE)
    frame = Chrome(request).for_visitors
    key = (template, request.path, bool(onward), get_language(), day, frame, values)
    drawn = memory.get(key)
    if drawn is None:
        drawn = _drawn(_stand_in(request, leads_on=bool(onward)), template, context)
        memory.put(key, drawn)
    return HttpResponse(_filled(drawn, token=get_token(request), onward=onward))


def _onward(request: HttpRequest) -> str | None:
    """Return the page of ours to go on to, "" for none; None for who says anything else."""
    if not request.META.get("QUERY_STRING"):
        return ""
    asked = list(request.GET.lists())
    if len(asked) != 1 or asked[0][0] != NEXT or len(asked[0][1]) != 1:
        return None
    onward = asked[0][1][0]
    return onward if url_has_allowed_host_and_scheme(onward, allowed_hosts=None) else None


def _stand_in(request: HttpRequest, *, leads_on: bool) -> HttpRequest:
    """Return the same request, where it leads on to left open."""
    asked = f"{NEXT}={_WAY}" if leads_on else ""
    stand_in = copy.copy(request)
    stand_in.META = {**request.META, "QUERY_STRING": asked}
    stand_in.GET = QueryDict(asked)
    return stand_in


def _drawn(
    request: HttpRequest, template: str, context: Callable[[HttpRequest], dict[str, Any]]
) -> SafeString:
    drawn = render_to_string(template, {**context(request), "csrf_token": _TOKEN}, request)
    return SafeString(weighed(drawn))


def _filled(drawn: str, *, token: str, onward: str) -> str:
    in_address = f"?{NEXT}={quote(onward, safe='')}"
    filled = drawn.replace(_TOKEN, token).replace(f"?{NEXT}={_WAY}", in_address)
    return filled.replace(_WAY, escape(onward))
