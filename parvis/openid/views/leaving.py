"""Signing out of everything at once, when a service asks."""

from __future__ import annotations

from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.account.public import session_ref_of
from parvis.kernel import clock
from parvis.kernel.acting import OWN, done_for_oneself, done_for_others
from parvis.kernel.http import CityRequest
from parvis.openid.actions import leaving, logins
from parvis.openid.views.protocol import by_get, in_their_language, onward


@login_not_required
@csrf_exempt
@never_cache
@in_their_language
@require_http_methods(["GET", "HEAD", "POST"])
@done_for_others(OWN)
def logout(request: CityRequest) -> HttpResponse:
    """Take a service's request to sign the person out; ask them, unless it shows whom it means."""
    if request.method == "POST":
        return by_get(request)
    asked = leaving.receive(request.GET)
    if request.person is None or asked.is_about(session_ref_of(request)):
        return _leave(request, asked)
    going_on = f"{reverse('oidc:leave')}?{request.GET.urlencode()}"
    context = {"service": asked.service, "going_on": going_on}
    return render(request, "openid/leave.html", context)


@login_not_required
@never_cache
@in_their_language
@require_http_methods(["POST"])
@done_for_oneself
def leave(request: CityRequest) -> HttpResponse:
    """Sign the person out: they pressed the button."""
    return _leave(request, leaving.receive(request.GET))


def _leave(request: CityRequest, asked: leaving.Leaving) -> HttpResponse:
    if request.person is not None:
        ref = session_ref_of(request)
        logins.end_logins(now=clock.now(), session_ref=ref)
        end_session(request)
        request.person = None
    if asked.back:
        return onward(request, asked.back, name=asked.service.name if asked.service else "")
    return render(request, "openid/left.html", {"service": asked.service})
