"""Agents' pages: a way back for who has lost everything and came to the counter."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.account.actions import counter as actions
from parvis.account.forms.recovery import CounterForm
from parvis.account.models import Role
from parvis.account.permissions import needs_role, proves_again
from parvis.account.queries import recovery as queries
from parvis.account.rules.roles import ANYWHERE
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest

_ROLES = (Role.AGENT, Role.ADMINISTRATOR)
at_the_counter = needs_role(*_ROLES, territory=ANYWHERE)


@never_cache
@require_safe
@at_the_counter
def recoveries(request: CityRequest) -> HttpResponse:
    """List the recoveries, and find the person who stands at the counter."""
    words, reach = request.GET.get("q", ""), request.person.reach(*_ROLES)
    found = queries.look_for(words, reach)
    actions.note_looks([one.id for one in found], by=request.person.id, now=clock.now())
    listed = queries.at_counter(reach)
    context = {"words": words, "found": found, "recoveries": listed, "reach": reach}
    return render(request, "account/desk/recoveries.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_counter
@proves_again
def open_recovery(request: CityRequest, person_id: uuid.UUID) -> HttpResponse:
    """Write down what the agent has seen, and open a recovery for one person."""
    about = queries.one_found(person_id, request.person.reach(*_ROLES))
    form = CounterForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _opened(request, form, person_id):
        messages.success(request, _("The old addresses are told. The link leaves in 24 hours."))
        return redirect("account:recoveries")
    if about is None:
        raise actions.unknown_person()
    actions.note_looks([about.id], by=request.person.id, now=clock.now())
    context = {"form": form, "about": about}
    status = 400 if form.errors else 200
    return render(request, "account/desk/recover.html", context, status=status)


@never_cache
@require_POST
@at_the_counter
def withdraw(request: CityRequest, recovery_id: uuid.UUID) -> HttpResponse:
    """Withdraw a recovery."""
    if actions.withdraw(recovery_id=recovery_id, by=request.person, now=clock.now()):
        messages.success(request, _("The recovery is withdrawn."))
    return redirect("account:recoveries")


def _opened(request: CityRequest, form: CounterForm, person_id: uuid.UUID) -> bool:
    try:
        actions.open_recovery(form.request(person_id), by=request.person, now=clock.now())
    except Refused as refusal:
        if refusal.code != "address_taken":
            raise
        form.add_error("email", refusal.message)
        return False
    return True
