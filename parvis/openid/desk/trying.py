"""Administrators try a service's sign-in, and see each step with what is in the tokens."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.account.public import proves_again
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.openid.actions import trying
from parvis.openid.forms.trying import TrialForm, scopes_of
from parvis.openid.models import Service
from parvis.openid.permissions import administrators_only
from parvis.openid.queries import services, trials
from parvis.openid.rules import kinds
from parvis.openid.rules.trials import Trial

_REMEMBERED = "openid.trial"


@administrators_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@proves_again
def trial(request: CityRequest, service_id: uuid.UUID) -> HttpResponse:
    """Choose what to try, and begin."""
    service = services.of_id(service_id)
    form = TrialForm(request.POST or None, service=service, initial={"scopes": scopes_of(service)})
    if request.method == "POST" and form.is_valid():
        return _begin(request, service, form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = _context(service) | {"form": form}
    return render(request, "openid/desk/trial.html", context, status=status)


@administrators_only
@never_cache
@require_safe
def tried(request: CityRequest) -> HttpResponse:
    """Take what the browser brings back, once, and show every step."""
    known = _remembered(request)
    service = services.of_id(uuid.UUID(known.service_id))
    with translation.override(known.language):
        steps = trying.finish(known, service, request.GET.dict(), now=clock.now())
        return _report(request, service, steps)


@administrators_only
@never_cache
@require_POST
def device_tried(request: CityRequest) -> HttpResponse:
    """Fetch the tokens of a device that was allowed."""
    known = _remembered(request)
    service = services.of_id(uuid.UUID(known.service_id))
    return _report(request, service, trying.finish_device(known, service, now=clock.now()))


def _begin(request: CityRequest, service: Service, form: TrialForm) -> HttpResponse:
    kind, now = services.kind_of(service), clock.now()
    begun, address = trying.begin(
        service, secret=form.secret_typed, scopes=form.scopes_asked(), asked=form.more()
    )
    if kind == kinds.PROGRAM:
        return _report(request, service, trying.run_program(Trial(**begun), service, now=now))
    if kind == kinds.DEVICE:
        steps, waiting, shown = trying.begin_device(Trial(**begun), service, now=now)
        request.session[_REMEMBERED] = asdict(waiting)
        return _report(request, service, steps, device=shown)
    request.session[_REMEMBERED] = begun
    return redirect(address)


def _remembered(request: CityRequest) -> Trial:
    """Return the trial of this session, which is over with this.

    :raises Refused: `no_trial`, if there is none
    """
    known = trying.of_session(request.session.pop(_REMEMBERED, None))
    if known is None:
        sentence = _("No trial is under way in this window. Begin again from the service's page.")
        raise Refused("no_trial", sentence)
    return known


def _context(service: Service) -> dict[str, Any]:
    kind = kinds.KINDS[services.kind_of(service)]
    return {
        "page": services.page(service.public_id, now=clock.now()),
        "trial_uri": trials.address(),
        "is_open": not kind.comes_back or trials.address() in str(service.redirect_uris).split(),
        "again": reverse("openid:trial", args=[service.public_id]),
    }


def _report(
    request: CityRequest, service: Service, steps: list[trying.Step], **more: Any
) -> HttpResponse:
    context = _context(service) | {"steps": steps, **more}
    return render(request, "openid/desk/tried.html", context)
