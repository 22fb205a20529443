"""Pages about roles that are one's own: the second factor a role asks for, agents who acted for
me."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.account.actions import assisting as actions
from parvis.account.queries import assisting
from parvis.account.queries.factors import second_factor_url
from parvis.kernel import clock
from parvis.kernel.http import CityRequest


@never_cache
@require_safe
def second_factor(request: CityRequest) -> HttpResponse:
    """Say that the desk asks for a second factor, and lead to where it is added or shown; who has
    no role is asked for nothing."""
    if not request.person.is_staff_member:
        return redirect("account:security")
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    context = {"show": second_factor_url(request, back=wanted if is_ours else "")}
    return render(request, "account/second_factor.html", context)


@never_cache
@require_safe
def helped(request: CityRequest) -> HttpResponse:
    """Show which agents acted for the person, when and why."""
    context = {"received": assisting.received(request.person.id, now=clock.now())}
    return render(request, "account/helped.html", context)


@never_cache
@require_POST
def refuse_help(request: CityRequest, assistance_id: uuid.UUID) -> HttpResponse:
    """End, at once, what an agent does for the person."""
    actions.refuse(assistance_id=assistance_id, by=request.person.id, now=clock.now())
    messages.success(request, _("The agent no longer acts for you."))
    return redirect("account:helped")
