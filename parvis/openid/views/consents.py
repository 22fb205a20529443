"""A person is asked what a service may know, sees which services they have connected, takes it
back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.acting import done_for_oneself, with_help_too
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.openid.actions import authorizing, consenting
from parvis.openid.models import Service
from parvis.openid.queries import consents, services
from parvis.openid.queries.issuing import way_back
from parvis.openid.rules import claims as rules

# So many services are shown with all that they know; more, by their names first.
_FEW = 5


@with_help_too
@done_for_oneself
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: CityRequest) -> HttpResponse:
    """Show what a service asks to know, and take the answer back to where the service waits."""
    asked, refused = _read(request), None
    if request.method == "POST" and "no" in request.POST:
        return redirect(way_back(request.GET, denied=True))
    if request.method == "POST":
        try:
            _agree(request, asked)
            return redirect(way_back(request.GET, denied=False))
        except Refused as refusal:
            refused = refusal
    context = {"question": _question(request, asked), "host": asked.host, "refused": refused}
    status = refused.status if refused else HTTPStatus.OK
    return render(request, "openid/consent.html", context, status=status)


@never_cache
@require_safe
def connected(request: CityRequest) -> HttpResponse:
    """Show which services a person has connected, what each knows, and what they agreed to
    before."""
    ledger = consents.ledger(request.person.id)
    connected = [one for one in ledger if one.is_in_force]
    context = {
        "connected": connected,
        "few": len(connected) <= _FEW,
        "past": [one for one in ledger if not one.is_in_force],
    }
    return render(request, "openid/connected.html", context)


@done_for_oneself
@require_POST
def withdraw(request: CityRequest, service_id: uuid.UUID) -> HttpResponse:
    """Take back what a person agreed to."""
    name = services.name_of(service_id)
    consenting.withdraw(service_id=service_id, by=request.person, now=clock.now())
    sentence = _("%(service)s is told nothing more, and you are signed out of it.")
    messages.success(request, sentence % {"service": name})
    return redirect("openid:connected")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What an authorization request asks for; the protocol has judged it before."""

    service: Service
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    host: str


def _read(request: CityRequest) -> _Asked:
    service = services.of_client(request.GET.get("client_id", ""))
    scopes = tuple(request.GET.get("scope", "").split())
    claims = rules.asked(scopes, rules.parameter(request.GET.get("claims")))
    back = request.GET.get("redirect_uri", "")
    known = back in str(service.redirect_uris).split()
    host = urlsplit(back).netloc if known else ""
    return _Asked(service=service, scopes=scopes, claims=claims, host=host)


def _question(request: CityRequest, asked: _Asked) -> consents.Question:
    return consents.question(
        person_id=request.person.id,
        service=asked.service,
        scopes=asked.scopes,
        claims=asked.claims,
    )


def _agree(request: CityRequest, asked: _Asked) -> None:
    now = clock.now()
    answer = consenting.Answer(
        scopes=asked.scopes,
        claims=asked.claims,
        version=request.POST.get("version", ""),
        told=frozenset(request.POST.getlist("tell")),
        asked_at=authorizing.first_arrival(dict(request.GET.lists()), now=now),
    )
    consenting.agree(service_id=asked.service.pk, by=request.person, answer=answer, now=now)
