"""A city of one page each: what the frame links to, without the modules that answer there."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from parvis.kernel.errors import Refused
from parvis.ui import views

PAGES = (
    "search",
    "mine",
    "desk",
    "accessibility",
    "legal",
    "privacy",
    "display",
    "demo",
    "site_map",
    "manifest",
)


@login_not_required
def plain(request: HttpRequest) -> HttpResponse:
    """Answer with the frame and nothing in it."""
    return render(request, "ui/base.html")


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise RuntimeError(request.path)


@login_not_required
def refused(request: HttpRequest) -> HttpResponse:
    """Say no, and give back what was typed."""
    refusal = Refused("ideas.closed", "La concertation est close depuis hier, minuit.")
    context = {"refusal": refusal, "given_back": "Plus d'arbres\nrue <b>Keller</b>"}
    return render(request, "ui/refusal.html", context, status=refusal.status)


@login_not_required
def refused_at_length(request: HttpRequest) -> HttpResponse:
    """Say no in three sentences."""
    message = "Trop d'essais. Attendez cinq minutes. Ou demandez un code <b>."
    refusal = Refused("too_many", message)
    return render(request, "ui/refusal.html", {"refusal": refusal}, status=refusal.status)


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:
    """Show the page of a city under repair."""
    return views.unavailable(request)


@login_not_required
def unreadable(request: HttpRequest) -> HttpResponse:
    """Show the page of a request that makes no sense."""
    return views.bad_request(request)


@login_not_required
def shut(request: HttpRequest) -> HttpResponse:
    """Show the page of a closed door."""
    return views.forbidden(request)


@login_not_required
def stale(request: HttpRequest) -> HttpResponse:
    """Show the page of a form that was open too long."""
    return views.csrf_failure(request)


portal = [path("", plain, name="home"), *(path(f"{page}/", plain, name=page) for page in PAGES)]
urlpatterns = i18n_patterns(
    path("ui/", include("parvis.ui.urls")),
    path("broken/", broken),
    path("refused/", refused),
    path("refused-at-length/", refused_at_length),
    path("closed/", closed),
    path("unreadable/", unreadable),
    path("shut/", shut),
    path("stale/", stale),
    path("account/", include("allauth.account.urls")),
    path("", include((portal, "portal"))),
    prefix_default_language=False,
)
handler400 = "parvis.ui.views.bad_request"
handler403 = "parvis.ui.views.forbidden"
handler404 = "parvis.ui.views.not_found"
handler500 = "parvis.ui.views.server_error"
