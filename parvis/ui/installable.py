"""What a service needs to be kept on a phone's first screen and to open without network."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

_DAY = 86_400
_AWAY = "@@away@@"


def patterns(*, name: Any, start: str) -> list[URLPattern]:
    """Return the addresses `worker`, `away` and `manifest` of a service, to be put at its root.

    `name` is what stands under the icon, lazily translated; `start` the address that opens, such as
    "streets:report". A worker answers for the addresses below its own.
    """
    return [
        path("sw.js", worker, name="worker"),
        path(_("offline/"), away, name="away"),
        path("manifest.webmanifest", manifest, {"name": name, "start": start}, name="manifest"),
    ]


@login_not_required
@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Send the program that answers when the network does not."""
    script = _script().replace(_AWAY, reverse(f"{_here(request)}:away"))
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
def away(request: HttpRequest) -> HttpResponse:
    """Say that one is offline, and that nothing is lost; the worker keeps this page."""
    return render(request, "ui/away.html", {"service": _here(request)})


@login_not_required
@require_safe
@cache_control(public=True, max_age=_DAY)
def manifest(request: HttpRequest, name: Any, start: str) -> JsonResponse:
    """Let a phone keep the service on its first screen."""
    scope = request.path.rpartition("/")[0] + "/"
    picture = static("ui/mark.svg")
    body = {
        "name": str(name),
        "short_name": str(name),
        "start_url": reverse(start),
        "scope": scope,
        "display": "minimal-ui",
        "background_color": "#f5f0e6",
        "theme_color": "#3f5061",
        "icons": [{"src": picture, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return JsonResponse(body, content_type="application/manifest+json", status=HTTPStatus.OK)


def _here(request: HttpRequest) -> str:
    return request.resolver_match.namespace if request.resolver_match else ""


@cache
def _script() -> str:
    found = finders.find("ui/worker.js")
    if not isinstance(found, str):
        message = "ui/worker.js is missing"
        raise FileNotFoundError(message)
    return Path(found).read_text(encoding="utf-8")
