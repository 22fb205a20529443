"""An address that fails, to see what a resident is told."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path


@login_not_required
def broken(_request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise RuntimeError


urlpatterns = [path("casse/", broken)]
handler500 = "parvis.ui.views.server_error"
