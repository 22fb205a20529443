"""The papers of the site: legal notice, accessibility, personal data, site map, display."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parvis.kernel.acting import done_for_oneself, with_help_too
from parvis.kernel.http import came_from
from parvis.portal.forms import DisplayForm
from parvis.portal.queries import papers

_YEAR = 365 * 86_400


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Declare what was checked, what was not, and what to do when something resists."""
    context = {"publisher": papers.publisher(), "established": papers.ESTABLISHED}
    return render(request, "portal/accessibility.html", context)


@login_not_required
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Say who publishes and hosts this site, and under which licences."""
    return render(request, "portal/legal.html", {"publisher": papers.publisher()})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept about people, module by module, why and for how long."""
    context = {"publisher": papers.publisher(), "kept": papers.kept()}
    return render(request, "portal/privacy.html", context)


@login_not_required
@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """List every way in."""
    return render(request, "portal/site_map.html", {"groups": papers.site_map()})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@with_help_too
@done_for_oneself
def display(request: HttpRequest) -> HttpResponse:
    """Choose light or dark, without a script; the choice is kept in one cookie."""
    if request.method != "POST":
        start = {"theme": request.COOKIES.get("theme", "auto"), "suite": came_from(request)}
        return render(request, "portal/display.html", {"form": DisplayForm(initial=start)})
    form = DisplayForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/display.html", {"form": form}, status=422)
    messages.success(request, _("Your display is set."))
    return _dressed(request, form.cleaned_data["theme"], form.cleaned_data["suite"])


def _dressed(request: HttpRequest, theme: str, suite: str) -> HttpResponse:
    ours = url_has_allowed_host_and_scheme(suite, allowed_hosts=None)
    response = redirect(suite if ours and suite.startswith("/") else reverse("portal:display"))
    if theme == "auto":
        response.delete_cookie("theme", samesite="Lax")
    else:
        response.set_cookie(
            "theme",
            theme,
            max_age=_YEAR,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
    return response
