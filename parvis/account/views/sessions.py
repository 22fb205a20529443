"""Pages to see where one is signed in, and to end it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.account.actions import devices, sessions as actions
from parvis.account.queries import sessions
from parvis.kernel import clock
from parvis.kernel.http import CityRequest


@never_cache
@require_safe
def sessions_page(request: CityRequest) -> HttpResponse:
    """Show where the person is signed in, and the devices they came from."""
    here = sessions.session_ref_of(request)
    context = {
        "sessions": sessions.sessions_of(request.person.id, here=here),
        "devices": sessions.devices_of(request.person.id, now=clock.now()),
    }
    return render(request, "account/sessions.html", context)


@require_POST
def end_session(request: CityRequest) -> HttpResponse:
    """End one session of the person."""
    actions.end_session(
        person_id=request.person.id, ref=request.POST.get("session", ""), now=clock.now()
    )
    messages.success(request, _("This session is over."))
    return redirect("account:sessions")


@require_POST
def end_other_sessions(request: CityRequest) -> HttpResponse:
    """End every session of the person but this one."""
    ended = actions.end_other_sessions(
        person_id=request.person.id, keep_ref=sessions.session_ref_of(request), now=clock.now()
    )
    said = ngettext("%(ended)s session is over.", "%(ended)s sessions are over.", ended)
    messages.success(request, said % {"ended": ended})
    return redirect("account:sessions")


@require_POST
def forget_device(request: CityRequest, device_id: uuid.UUID) -> HttpResponse:
    """Forget a device of the person."""
    devices.forget_device(
        person_id=request.person.id,
        device_id=device_id,
        keep_ref=sessions.session_ref_of(request),
        now=clock.now(),
    )
    messages.success(request, _("This device is forgotten."))
    return redirect("account:sessions")
