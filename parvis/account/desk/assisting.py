"""Agents' page: act for a person who came to a counter, called or wrote."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from parvis.account.actions import assisting as actions
from parvis.account.forms.agents import HelpForm
from parvis.account.models import Role
from parvis.account.permissions import counted_as, needs_role
from parvis.account.queries import assisting
from parvis.account.rules.roles import ANY_SERVICE, ANYWHERE, ASSISTANCE_LASTS
from parvis.kernel import clock
from parvis.kernel.acting import done_for_oneself
from parvis.kernel.acting_sessions import claim, give_up
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest

agents_only = needs_role(Role.AGENT, service=ANY_SERVICE, territory=ANYWHERE)
_MINUTES = int(ASSISTANCE_LASTS.total_seconds()) // 60


@never_cache
@done_for_oneself
@agents_only
@require_http_methods(["GET", "HEAD", "POST"])
@counted_as("assist")
def assist(request: CityRequest) -> HttpResponse:
    """Ask for whom, how and why; then act for that person until it is ended."""
    form = HelpForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _begin(request, form):
        return redirect("portal:home")
    context = {
        "form": form,
        "given": assisting.given(request.person.id, now=clock.now()),
        "minutes": _MINUTES,
    }
    status = 422 if form.errors else 200
    return render(request, "account/desk/assist.html", context, status=status)


@never_cache
@done_for_oneself
@agents_only
@require_POST
def stop_assisting(request: CityRequest) -> HttpResponse:
    """Act for oneself again."""
    give_up(request)
    actions.end(by=request.person.id, now=clock.now())
    messages.success(request, _("You act for yourself again."))
    return redirect("account:assist")


def _begin(request: CityRequest, form: HelpForm) -> bool:
    try:
        right = actions.begin(form.wanted(), by=request.person, now=clock.now())
    except Refused as refusal:
        about = {"reason_needed": "reason", "unknown_person": "email", "unknown_way": "way"}
        form.add_error(about.get(refusal.code), refusal.message)
        return False
    claim(request, right)
    messages.success(
        request, _("You act for %(name)s: they have been told.") % {"name": right.name}
    )
    return True
