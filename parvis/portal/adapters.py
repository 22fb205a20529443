"""The sign on the door while the city is being repaired."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from parvis.ui.views import unavailable

_SOON = "600"


def is_closed() -> bool:
    """Tell whether the city is closed: by setting, or by a file that stands beside its data."""
    file = str(getattr(settings, "PARVIS_MAINTENANCE_FILE", ""))
    return bool(getattr(settings, "PARVIS_MAINTENANCE", False)) or bool(
        file and Path(file).exists()
    )


class Maintenance:
    """Answers every page with 503 while the city is closed; monitors still get their answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, or say that the city is closed for a moment."""
        if not is_closed() or request.path in ("/sante/", "/en/health/"):
            return self._get_response(request)
        language = translation.get_language_from_path(request.path) or settings.LANGUAGE_CODE
        with translation.override(language):
            response: HttpResponse = unavailable(request)
        response["Retry-After"] = _SOON
        return response
