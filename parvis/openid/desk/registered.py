"""Administrators register the services of the city, change them, renew their secrets, close
them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.account.public import proves_again
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.openid.actions import registering
from parvis.openid.actions.registering import Registered
from parvis.openid.forms.registering import ServiceForm, as_typed
from parvis.openid.permissions import administrators_only
from parvis.openid.queries import issuing, services, trials

T = TypeVar("T")
_pages = require_http_methods(["GET", "HEAD", "POST"])


@administrators_only
@require_safe
def listed(request: CityRequest) -> HttpResponse:
    """Show every service."""
    lines = services.listed(now=clock.now())
    return render(request, "openid/desk/services.html", {"lines": lines})


@administrators_only
@never_cache
@require_safe
def shown(request: CityRequest, service_id: uuid.UUID) -> HttpResponse:
    """Show one service."""
    context = {"page": services.page(service_id, now=clock.now()), "issuer": issuing.issuer()}
    return render(request, "openid/desk/service.html", context)


@administrators_only
@never_cache
@_pages
@proves_again
def add(request: CityRequest) -> HttpResponse:
    """Register a service, and show its secret once."""
    form = ServiceForm(request.POST or None)
    done = _attempt(form, lambda: _registered(request, form))
    if done is not None:
        return _keys(request, done)
    return render(request, "openid/desk/form.html", {"form": form}, status=_status(form))


@administrators_only
@never_cache
@_pages
@proves_again
def change(request: CityRequest, service_id: uuid.UUID) -> HttpResponse:
    """Change what is known of a service."""
    wish = services.wish_of(services.of_id(service_id))
    form = ServiceForm(request.POST or None, initial=as_typed(wish), is_new=False)
    done = _attempt(form, lambda: _changed(request, service_id, form, wish.kind))
    if done is not None:
        messages.success(request, _asked_again(contract_changed=done))
        return redirect("openid:service", service_id)
    context = {"form": form, "page": services.page(service_id, now=clock.now())}
    return render(request, "openid/desk/form.html", context, status=_status(form))


@administrators_only
@never_cache
@_pages
@proves_again
def secret(request: CityRequest, service_id: uuid.UUID) -> HttpResponse:
    """Say what a new secret breaks, then give it and show it once."""
    if request.method == "POST":
        done = registering.renew_secret(service_id=service_id, by=request.person, now=clock.now())
        return _keys(request, done)
    context = {"page": services.page(service_id, now=clock.now())}
    return render(request, "openid/desk/secret.html", context)


@administrators_only
@never_cache
@_pages
@proves_again
def close(request: CityRequest, service_id: uuid.UUID) -> HttpResponse:
    """Say whom it concerns, then close a service."""
    page = services.page(service_id, now=clock.now())
    if request.method == "POST":
        registering.close_service(service_id=service_id, by=request.person, now=clock.now())
        messages.success(request, _("%(service)s is closed.") % {"service": page.line.name})
        return redirect("openid:services")
    return render(request, "openid/desk/close.html", {"page": page})


@administrators_only
@require_POST
@proves_again
def open_trial(request: CityRequest, service_id: uuid.UUID) -> HttpResponse:
    """Let the test page be answered for a service, as any other address of it."""
    registering.accept_trial(
        service_id=service_id, uri=trials.address(), by=request.person, now=clock.now()
    )
    return redirect("openid:trial", service_id)


def _attempt(form: ServiceForm, act: Callable[[], T]) -> T | None:
    """Do it if the form was sent and nothing is wrong; the form shows what is."""
    if not form.is_valid():
        return None
    try:
        return act()
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _status(form: ServiceForm) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _registered(request: CityRequest, form: ServiceForm) -> Registered:
    return registering.register_service(wish=form.wish(), by=request.person, now=clock.now())


def _changed(request: CityRequest, service_id: uuid.UUID, form: ServiceForm, kind: str) -> bool:
    return registering.change_service(
        service_id=service_id, wish=form.wish(kind=kind), by=request.person, now=clock.now()
    )


def _asked_again(*, contract_changed: bool) -> str:
    if contract_changed:
        return _("It is saved. Everybody who has it connected is asked again at the next visit.")
    return _("It is saved. Nobody is asked anything again.")


def _keys(request: CityRequest, done: Registered) -> HttpResponse:
    """Show the id and the secret of a service, this once."""
    context = {
        "keys": done,
        "page": services.page(done.service_id, now=clock.now()),
        "issuer": issuing.issuer(),
    }
    return render(request, "openid/desk/keys.html", context)
