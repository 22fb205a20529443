"""The map of the reports, and the list beside it that says the same."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from parvis.streets.forms.map import CITY, OPEN, MapForm
from parvis.streets.queries import map as asking
from parvis.ui import installable

FRAGMENT = "X-Fragment"


@login_not_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the reports of the city or of a viewport; what makes no sense is left out."""
    is_part = request.headers.get(FRAGMENT) == "list"
    template = "streets/map_list.html" if is_part else "streets/map.html"
    response = render(request, template, _context(request))
    patch_vary_headers(response, (FRAGMENT,))
    return response


def _context(request: HttpRequest) -> dict[str, Any]:
    form = MapForm(request.GET, types=asking.types(), districts=asking.districts())
    form.is_valid()
    told = form.cleaned_data
    wanted = asking.wanted(told.get("type", ""), only_open=told.get("state") in (None, "", OPEN))
    around = asking.bounds_around(told.get("arrondissement"))
    bounds = told.get("box") or around
    page = told.get("page") or 1
    listing = asking.listing(asking.ground(bounds or CITY), wanted, page=page)
    return {
        "form": form,
        "listing": listing,
        "counts": _address("streets:map_counts", request.GET, "box", "page", "arrondissement"),
        "lists": _address("streets:map", request.GET, "box", "page"),
        "box": ",".join(f"{side:.5f}" for side in bounds) if bounds else "",
        "before": _page(request.GET, page - 1) if page > 1 else "",
        "after": _page(request.GET, page + 1) if listing.has_more else "",
    }


def _address(name: str, asked: QueryDict, *without: str) -> str:
    kept = asked.copy()
    for one in without:
        kept.pop(one, None)
    return f"{reverse(name)}?{kept.urlencode()}" if kept else reverse(name)


def _page(asked: QueryDict, page: int) -> str:
    kept = asked.copy()
    kept["page"] = str(page)
    return f"?{kept.urlencode()}"


urlpatterns = [
    path(_("map/"), overview, name="map"),
    *installable.patterns(name=_("Reports"), start="streets:report"),
]
