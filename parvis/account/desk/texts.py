"""Administrators' page: text messages that did not leave, or of which nobody knows."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.account.actions import texts as actions
from parvis.account.models import Role
from parvis.account.permissions import needs_role
from parvis.account.queries import phones as queries
from parvis.kernel import clock
from parvis.kernel.http import CityRequest


@never_cache
@require_safe
@needs_role(Role.ADMINISTRATOR)
def texts(request: CityRequest) -> HttpResponse:
    """List the text messages that went astray: their words are shown to nobody."""
    return render(request, "account/desk/texts.html", {"texts": queries.astray(now=clock.now())})


@never_cache
@require_POST
@needs_role(Role.ADMINISTRATOR)
def settle_text(request: CityRequest, text_id: uuid.UUID) -> HttpResponse:
    """Send one text again, or put it aside."""
    settle = actions.send_again if "again" in request.POST else actions.put_aside
    settle(text_id=text_id, by=request.person.id, now=clock.now())
    messages.success(request, _("It is done."))
    return redirect("account:texts")
