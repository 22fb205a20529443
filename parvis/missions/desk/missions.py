"""Agents open missions or refuse them, and end those that are open."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.missions.actions import proposing
from parvis.missions.actions.refusing import Unfit
from parvis.missions.forms.answering import WhyForm
from parvis.missions.models import Mission
from parvis.missions.permissions import agents_only
from parvis.missions.queries import desk, missions, words


@agents_only
@require_safe
def waiting(request: CityRequest) -> HttpResponse:
    """Show the missions that wait for the City, and those that are open."""
    context = {"proposals": desk.proposals(), "opened": desk.open_missions()}
    return render(request, "missions/desk_missions.html", context)


@agents_only
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: CityRequest, mission_id: uuid.UUID) -> HttpResponse:
    """Show what is proposed; open it, or refuse it with a reason."""
    mission = get_object_or_404(Mission, pk=mission_id)
    form = WhyForm(request.POST or None)
    if form.is_valid() and _is_decided(request, mission, form):
        return redirect("missions:desk")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {
        "mission": mission,
        "form": form,
        "row": missions.row(mission, now=clock.now()),
        "asked": words.asked(mission),
    }
    return render(request, "missions/desk_decide.html", context, status=status)


@agents_only
@require_POST
def close(request: CityRequest, mission_id: uuid.UUID) -> HttpResponse:
    """End an open mission."""
    proposing.close_mission(mission_id=mission_id, by=request.person, now=clock.now())
    messages.success(request, _("The mission is over; what was agreed stays published."))
    return redirect("missions:desk")


def _is_decided(request: CityRequest, mission: Mission, form: WhyForm) -> bool:
    now, why = clock.now(), form.cleaned_data["why"]
    try:
        if request.POST.get("verb") == "refuse":
            proposing.refuse_mission(mission_id=mission.pk, why=why, by=request.person, now=now)
            messages.success(request, _("The mission is refused, and your reason can be read."))
        else:
            proposing.open_mission(mission_id=mission.pk, by=request.person, now=now)
            messages.success(request, _("The mission is open."))
    except Unfit as refusal:
        form.refuse(refusal.field, refusal.message)
        return False
    return True


urlpatterns = [
    path(gettext_lazy("desk/"), waiting, name="desk"),
    path(gettext_lazy("desk/mission/<uuid:mission_id>/"), decide, name="decide"),
    path(gettext_lazy("desk/mission/<uuid:mission_id>/close/"), close, name="close"),
]
