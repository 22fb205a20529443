"""The projects of an edition: a list, its filters, and a map that says the same."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from parvis.budget.forms.filters import ProjectFilters
from parvis.budget.models import Edition
from parvis.budget.queries import editions, maps, projects
from parvis.kernel import clock
from parvis.kernel.http import CityRequest

_PAGE = 20


@login_not_required
@require_safe
def listing(request: CityRequest, slug: str) -> HttpResponse:
    """Show the projects of an edition that are asked for."""
    edition = editions.seen(slug)
    form = _filters(request, edition)
    wanted = form.wanted()
    page = Paginator(projects.listed(edition, wanted), _PAGE).get_page(request.GET.get("page"))
    counts = f"{reverse('budget:projects_map', args=[slug])}?{request.GET.urlencode()}"
    context = {
        "standing": editions.standing(edition, now=clock.now()),
        "edition": edition,
        "form": form,
        "page": page,
        "rows": projects.rows(page),
        "counts": counts,
    }
    return render(request, "budget/projects.html", context)


@login_not_required
@require_safe
def listing_map(request: CityRequest, slug: str) -> JsonResponse:
    """Answer `?box=west,south,east,north` with the projects asked for, or counts of them.

    :raises Refused: `map_not_understood`
    """
    edition = editions.seen(slug)
    bounds = maps.bounds_asked(request.GET.get("box", ""))
    found = projects.listed(edition, _filters(request, edition).wanted())
    return JsonResponse(maps.drawn(projects.points(found), bounds))


def _filters(request: CityRequest, edition: Edition) -> ProjectFilters:
    numbers = [one.area.arrondissement for one in editions.areas(edition)]
    return ProjectFilters(request.GET, places=numbers)


urlpatterns = [
    path(_("editions/<slug:slug>/projects/"), listing, name="projects"),
    path(_("editions/<slug:slug>/projects/map/"), listing_map, name="projects_map"),
]
