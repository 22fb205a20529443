"""Letting a device in: its code is typed here."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from parvis.kernel import clock
from parvis.kernel.acting import done_for_oneself
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.openid.actions import device as actions
from parvis.openid.actions.logins import Who
from parvis.openid.forms.devices import DeviceCodeForm
from parvis.openid.queries.consents import consent_in_force
from parvis.openid.rules import claims
from parvis.openid.rules.requests import DENIED
from parvis.openid.views.protocol import in_their_language, who

_TRIES = "openid_device_tries"
_MOST_TRIES = 10


@never_cache
@in_their_language
@require_http_methods(["GET", "HEAD", "POST"])
@done_for_oneself
def device(request: CityRequest) -> HttpResponse:
    """Ask for the code of a device, then whether it may sign in, then say what became of it."""
    form = DeviceCodeForm(request.POST or request.GET or None)
    if not form.is_valid():
        status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
        return render(request, "openid/device.html", {"form": form}, status=status)
    waiting = actions.waiting(form.cleaned_data["user_code"], now=clock.now())
    if waiting is None:
        return _unknown(request, form)
    if "decision" in request.POST or DENIED in request.GET:
        return _decided(request, waiting)
    return _confirm(request, waiting)


def _unknown(request: CityRequest, form: DeviceCodeForm) -> HttpResponse:
    """Say that no device waits under this code; who tries many is stopped."""
    tries = request.session.get(_TRIES, 0) + 1
    request.session[_TRIES] = tries
    if tries > _MOST_TRIES:
        sentence = _("Too many codes that no device shows. Sign out and in again to try another.")
        raise Refused("too_many_tries", sentence, status=HTTPStatus.TOO_MANY_REQUESTS)
    form.add_error("user_code", _("No device is waiting under this code. Ask it for another."))
    context = {"form": form}
    return render(request, "openid/device.html", context, status=HTTPStatus.BAD_REQUEST)


def _confirm(request: CityRequest, waiting: actions.Waiting) -> HttpResponse:
    """Ask whether the device may sign in, once the person has agreed to what it asks to know."""
    person = _signed_in(request)
    has_agreed = consent_in_force(
        person_id=person.person_id,
        service=waiting.service,
        scopes=waiting.scopes,
        claims=claims.asked(waiting.scopes, {}),
        since=None,
    )
    if not has_agreed:
        asked = {
            "client_id": waiting.service.client_id,
            "scope": " ".join(waiting.scopes),
            "user_code": waiting.user_code,
        }
        return HttpResponseRedirect(f"{reverse('openid:consent')}?{urlencode(asked)}")
    return render(request, "openid/device.html", {"waiting": waiting})


def _decided(request: CityRequest, waiting: actions.Waiting) -> HttpResponse:
    allowed = request.POST.get("decision") == "allow"
    done = actions.decide(waiting.user_code, _signed_in(request), allowed=allowed, now=clock.now())
    context = {"done": waiting.service, "allowed": allowed and done}
    return render(request, "openid/device.html", context)


def _signed_in(request: CityRequest) -> Who:
    person = who(request)
    if person is None:
        raise LookupError
    return person
