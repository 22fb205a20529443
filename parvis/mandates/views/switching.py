"""Acting for another and for oneself again; saying yes, no, and no more."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.kernel import acting, acting_sessions, clock
from parvis.kernel.acting import done_for_oneself, is_helped, with_help_too
from parvis.kernel.http import CityRequest
from parvis.mandates.actions import answering
from parvis.mandates.queries import rights
from parvis.mandates.queries.household import no_mandate


@require_POST
@done_for_oneself
def begin(request: CityRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Act for another from now on, on every page, until one acts for oneself again."""
    by_ref = f"{rights.MANDATE}:{mandate_id}"
    standing = acting.standing_by(by_ref, person_id=request.person.id, now=clock.now())
    if standing is None:
        raise no_mandate()
    acting_sessions.claim(request, standing)
    return redirect("portal:home")


@with_help_too
@require_POST
@done_for_oneself
def leave(request: CityRequest) -> HttpResponse:
    """Act for oneself again; a professional who helps signs out instead."""
    if is_helped(request):
        return redirect("account_logout")
    acting_sessions.give_up(request)
    messages.success(request, _("You act for yourself again."))
    return redirect(_back(request))


@require_POST
@done_for_oneself
def answer(request: CityRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Say yes or no to an invitation."""
    if request.POST.get("verb") == "accept":
        answering.accept(mandate_id=mandate_id, by=request.person, now=clock.now())
        messages.success(request, _("You have said yes. Either of you can end it at any moment."))
    else:
        answering.decline(mandate_id=mandate_id, by=request.person, now=clock.now())
        messages.success(request, _("You have said no. Nobody acts for anybody."))
    return redirect(_back(request))


@require_POST
@done_for_oneself
def end(request: CityRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """End a mandate at once, or withdraw what one asked for."""
    answering.end(mandate_id=mandate_id, by=request.person, now=clock.now())
    messages.success(request, _("It is over, from this moment on."))
    return redirect(_back(request))


def _back(request: CityRequest) -> str:
    there = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()})
    return there if there.startswith("/") and is_ours else "mandates:mine"
