"""Missions for everybody: what is open, what one is about, how far it got, what came of it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.missions.models import MissionKind, MissionState
from parvis.missions.permissions import associations_of, is_agent, mission_seen
from parvis.missions.queries import missions, words
from parvis.ui import installable


@login_not_required
@require_safe
def index(request: CityRequest) -> HttpResponse:
    """Show the missions that are open, then those that are over."""
    now = clock.now()
    opened, over = missions.shown(now=now)
    person = request.person
    proposes = bool(person) and (is_agent(person) or bool(associations_of(person, now=now)))
    context = {"opened": opened, "over": over, "proposes": proposes}
    return render(request, "missions/index.html", context)


@login_not_required
@require_safe
def mission(request: CityRequest, slug: str) -> HttpResponse:
    """Show one mission: what for, how far it got in each quartier, what came of it."""
    shown = mission_seen(slug, request.person)
    context = {
        "mission": shown,
        "row": missions.row(shown, now=clock.now()),
        "by": missions.by(shown),
        "parts": missions.parts(shown),
        "asked": words.asked(shown),
        "is_inventory": shown.kind == MissionKind.INVENTORY,
        "waits": shown.state == MissionState.PROPOSED,
        "counts": reverse("missions:counts", args=[shown.slug]),
    }
    return render(request, "missions/mission.html", context)


urlpatterns = [
    path("", index, name="index"),
    *installable.patterns(name=_("Missions"), start="missions:index"),
]
last = [path("<slug:slug>/", mission, name="mission")]
