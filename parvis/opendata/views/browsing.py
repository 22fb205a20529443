"""The catalogue: search it, narrow it, walk through it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render

from parvis.kernel.http import CityRequest
from parvis.opendata.queries.pages import browsing
from parvis.opendata.views.asking import open_page


@open_page
def index(request: CityRequest) -> HttpResponse:
    """Show the datasets that are asked for, finances first."""
    found = browsing.catalogue(browsing.read(request.GET))
    return render(request, "opendata/index.html", {"found": found})


@open_page
def moved(_request: CityRequest, dataset_id: str) -> HttpResponse | HttpResponsePermanentRedirect:
    """Lead from the address that the catalogues of others know to the page of a dataset."""
    return redirect("opendata:understand", dataset_id, permanent=True)
