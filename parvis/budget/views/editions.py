"""An edition for everybody: where it stands in its calendar, what one can do, its areas."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_safe

from parvis.budget.models import Edition
from parvis.budget.queries import deliveries, editions, history, projects, words
from parvis.kernel import clock
from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.ui.wording import number

_MILLION = 1_000_000_00


@login_not_required
@require_safe
def index(request: CityRequest) -> HttpResponse:
    """Show the edition that matters today, the others, and what became of winners."""
    edition = editions.current(clock.now())
    context = {"edition": edition, **_past()} | (_about(edition) if edition else {})
    return render(request, "budget/index.html", context)


@login_not_required
@require_safe
def edition(request: CityRequest, slug: str) -> HttpResponse:
    """Show one edition."""
    found = editions.seen(slug)
    context = {"edition": found, **_past(), **_about(found)}
    return render(request, "budget/index.html", context)


@login_not_required
@require_safe
def rules(_request: CityRequest, slug: str) -> HttpResponse:
    """Send all that is fixed of an edition, the bytes of which its page tells the hash."""
    found = editions.seen(slug)
    if not found.rules:
        raise NotFound("not_fixed", gettext("The rules of this edition are not fixed yet."))
    answer = HttpResponse(found.rules.encode(), content_type="application/json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _about(edition: Edition) -> dict[str, Any]:
    listed = editions.areas(edition)
    return {
        "standing": editions.standing(edition, now=clock.now()),
        "lead": words.lead_of(edition),
        "areas": listed,
        "terms": editions.terms(edition),
        "cents": sum(one.area.envelope_cents for one in listed),
        "counts": projects.counts_by_status(edition),
        "total": sum(projects.counts_by_status(edition).values()),
        "others": [(one, words.title_of(one)) for one in editions.held() if one.pk != edition.pk],
    }


def _past() -> dict[str, Any]:
    every = deliveries.listed(deliveries.Wanted())
    stages = deliveries.by_stage(every)
    return {
        "winners": sum(one.projects for one in stages),
        "winners_millions": number(sum(one.cents for one in stages) // _MILLION),
        "ended": deliveries.ended(every),
        "past_years": sorted({one.year for one in history.totals()}, reverse=True),
    }


urlpatterns = [
    path("", index, name="index"),
    path(_("editions/<slug:slug>/"), edition, name="edition"),
    path(_("editions/<slug:slug>/rules.json"), rules, name="rules"),
]
