"""The first page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.portal.forms import NearForm
from parvis.portal.queries.figures import figures
from parvis.portal.queries.home import openings, paving
from parvis.portal.queries.near import city_map, near
from parvis.territory.public import District, arrondissements


@login_not_required
@require_safe
def home(request: CityRequest) -> HttpResponse:
    """What do you want to do? What is open now; what is near."""
    now = clock.now()
    opened = openings(now=now)
    districts = arrondissements()
    context = {
        "openings": opened,
        "stones": paving(opened, now=now),
        "figures": figures(districts),
    }
    return render(request, "portal/home.html", context | _near(request, districts))


@login_not_required
@require_safe
def nearby(request: CityRequest) -> HttpResponse:
    """Show the part of the first page that depends on an address, alone."""
    return render(request, "portal/_near.html", _near(request, arrondissements()))


def _near(request: CityRequest, districts: list[District]) -> dict[str, object]:
    form = NearForm(request.GET)
    words = form.cleaned_data["adresse"] if form.is_valid() else ""
    residence = request.person.residence if request.person else None
    found = near(words, districts, residence=residence, now=clock.now())
    return {
        "near_form": form,
        "words": words,
        "near": found,
        "map": city_map(districts, found.district if found else None),
    }
