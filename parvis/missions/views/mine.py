"""What one did for missions, and how often one was right: for oneself alone."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from parvis.kernel.http import CityRequest
from parvis.missions.queries import mine


@never_cache
@require_safe
def own(request: CityRequest) -> HttpResponse:
    """Show one's answers, what holds of each thing now, and the missions one proposed."""
    person_id = request.person.id
    context = {
        "given": mine.given(person_id),
        "standing": mine.standing(person_id),
        "proposed": mine.proposed(person_id),
    }
    return render(request, "missions/mine.html", context)


urlpatterns = [path(_("mine/"), own, name="mine")]
