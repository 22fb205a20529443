"""One's own projects, those one follows, and what one is asked."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from parvis.budget.queries import editions, projects
from parvis.kernel import clock
from parvis.kernel.http import CityRequest


@never_cache
@require_safe
def mine(request: CityRequest) -> HttpResponse:
    """Show one's projects, where each stands, and what waits for oneself."""
    person_id, now = request.person.id, clock.now()
    context = {
        "own": projects.own(person_id),
        "followed": projects.followed(person_id),
        "asks": projects.merging_asks(person_id),
        "may_propose": any(editions.standing(one, now=now).may_propose for one in editions.held()),
    }
    return render(request, "budget/mine.html", context)


urlpatterns = [path(_("mine/"), mine, name="mine")]
