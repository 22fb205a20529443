"""Charts one makes, links to and puts into other pages; the keys to the budget."""

from __future__ import annotations

import functools

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.opendata.queries.pages import (
    charts,
    controls,
    head as heads,
    keys as keys_of,
    understanding,
)
from parvis.opendata.queries.versions import no_version
from parvis.opendata.views import asking
from parvis.opendata.views.asking import View, open_page


def _may_be_framed(view: View) -> View:
    """Let the pages of anybody show in a frame what this view draws."""

    @xframe_options_exempt
    @functools.wraps(view)
    def framed(request: HttpRequest, **asked: str) -> HttpResponseBase:
        respond = csp_replace({"frame-ancestors": ["*"]})(lambda given: view(given, **asked))
        return respond(request)

    return framed


@open_page
def chart(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Draw the chart that is asked for, with the form that asks for another."""
    head = heads.head(dataset_id, heads.CHART, now=clock.now())
    if head.version is None:
        raise no_version()
    wanted = asking.chart_wanted(request.GET)
    if not request.GET:
        wanted = next(iter(understanding.likely(head)), wanted)
    context = {
        "head": head,
        "chart": charts.chart(head.version, head.profile, wanted),
        "builder": charts.builder(head.version, head.profile),
        "controls": controls.controls(head.version, head.profile, wanted.filters),
    }
    return render(request, "opendata/chart.html", context)


@open_page
@_may_be_framed
def frame(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Draw a chart alone, for a page of somebody else."""
    head = heads.head(dataset_id, heads.CHART, now=clock.now())
    if head.version is None:
        raise no_version()
    drawn = charts.chart(head.version, head.profile, asking.chart_wanted(request.GET))
    return render(request, "opendata/frame.html", {"head": head, "chart": drawn})


@open_page
def keys(request: CityRequest) -> HttpResponse:
    """Walk through the budget of a year, from where it comes to where it goes."""
    year = asking.whole(request.GET, "annee")
    shown = keys_of.keys(year, usual=clock.now().year)
    return render(request, "opendata/keys.html", {"keys": shown})
