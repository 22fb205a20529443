"""Signing out of everything at once, when a service asks."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.account.public import Onward, session_ref_of, sign_out_to_leave
from parvis.kernel import clock
from parvis.kernel.acting import OWN, done_for_oneself, done_for_others, with_help_too
from parvis.kernel.http import CityRequest
from parvis.openid.actions import leaving, logins
from parvis.openid.queries.logins import service_by_client_id
from parvis.openid.views.protocol import by_get, in_their_language
from parvis.ui.onward import lead_onward

_LEAVING = "openid.leaving"


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
@with_help_too
@done_for_oneself
def leave(request: CityRequest) -> HttpResponse:
    """Sign the person out: they pressed the button."""
    return _leave(request, leaving.receive(request.GET))


@login_not_required
@never_cache
@in_their_language
@require_http_methods(["GET", "HEAD"])
def left(request: CityRequest) -> HttpResponse:
    """Lead on to the service who has been offered to leave FranceConnect or ProConnect too."""
    kept = request.session.pop(_LEAVING, {})
    service = service_by_client_id(kept.get("client_id", ""))
    back = kept.get("back", "")
    return _go_on(request, leaving.Leaving(service=service, back=back, session_ref=""))


def _leave(request: CityRequest, asked: leaving.Leaving) -> HttpResponse:
    outside = ""
    if request.person is not None:
        logins.end_logins(now=clock.now(), session_ref=session_ref_of(request))
        outside = sign_out_to_leave(request, _onward(asked))
        request.person = None
    if not outside:
        return _go_on(request, asked)
    client_id = asked.service.client_id if asked.service else ""
    request.session[_LEAVING] = {"client_id": client_id, "back": asked.back}
    return redirect(outside)


def _onward(asked: leaving.Leaving) -> Onward:
    spoken = urlencode({"ui_locales": get_language() or "fr"})
    name = asked.service.name if asked.service and asked.back else ""
    return Onward(path=f"{reverse('oidc:left')}?{spoken}", name=name)


def _go_on(request: CityRequest, asked: leaving.Leaving) -> HttpResponse:
    if asked.back:
        return lead_onward(request, asked.back, name=asked.service.name if asked.service else "")
    return render(request, "openid/left.html", {"service": asked.service})
